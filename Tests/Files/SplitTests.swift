import ConvKitCore
import ConvKitFiles
import Testing

@Suite struct SplitTests {
  /// Examples of so many labels, the first label with one example, the second with two, and so on.
  private func examples(_ counts: [Int]) -> [DataSet.Example] {
    counts.enumerated().flatMap { label, count in
      (0..<count).map { .init(name: "\(label)/\($0)", item: .text(""), label: label) }
    }
  }

  @Test func keepsItsLaws() throws {
    for trial in 0..<200 {
      var stream = RandomStream(seed: 1, purpose: .tests, item: trial)
      let counts = (0..<(1 + trial % 6)).map { _ in Int(stream.next() % 50) }
      let share = trial % 10 == 0 ? 0 : Double(stream.uniform()) * 0.99
      let all = examples(counts)
      let split = try Split(stratified: all, share: share, seed: UInt64(trial))

      // No example lost, none twice, the order kept.
      let kept = Set(split.validation.map(\.name))
      #expect(split.training == all.filter { !kept.contains($0.name) })
      #expect(split.validation == all.filter { kept.contains($0.name) })
      // Each label's share.
      for (label, count) in counts.enumerated() {
        let expected =
          share == 0 || count < 2
          ? 0 : min(max(Int((share * Double(count)).rounded()), 1), count - 1)
        #expect(split.validation.count { $0.label == label } == expected)
      }
      // The same from any order.
      let shuffled = all.shuffled(using: &stream)
      let again = try Split(stratified: shuffled, share: share, seed: UInt64(trial))
      #expect(Set(again.validation.map(\.name)) == kept)
    }
  }

  @Test func seedsDiffer() throws {
    let all = examples([50, 50])
    let splits = try (0..<20).map { seed in
      try Set(Split(stratified: all, share: 0.2, seed: seed).validation.map(\.name))
    }
    #expect(Set(splits).count == 20)
    // Every example is kept by some seed, and none by all.
    #expect(splits.reduce(Set()) { $0.union($1) }.count > 90)
    #expect(splits.reduce(splits[0]) { $0.intersection($1) }.isEmpty)
  }

  /// What a model was trained on must not change under it.
  @Test func isTheSameForEver() throws {
    let split = try Split(stratified: examples([10, 5]), share: 0.3, seed: 7)
    #expect(split.validation.map(\.name) == ["0/0", "0/3", "0/9", "1/1", "1/2"])
  }

  @Test func aValidationPartReplacesTheShare() throws {
    let records = (0..<20).map { index in
      DataSet.Record(
        name: "\(index)", item: .text(""), label: index % 2 == 0 ? "a" : "b",
        part: index < 12 ? .training : index < 16 ? .validation : .test)
    }
    let set = try DataSet(records, leftOut: [], for: .training, from: "")
    for share in [0, 0.5] {
      let split = try Split(set, share: share, seed: 1)
      #expect(split.training == set.training)
      #expect(split.validation == set.validation)
    }
    let without = try DataSet(
      records.filter { $0.part != .validation }, leftOut: [], for: .training, from: "")
    #expect(try Split(without, seed: 1).validation.count == 2)
    #expect(try Split(without, share: 0, seed: 1).validation.isEmpty)
  }

  @Test(arguments: [-0.1, 1, 2, .nan, .infinity]) func refusesWhatIsNoShare(share: Double) {
    let error = #expect(throws: SplitError.self) {
      try Split(stratified: [], share: share, seed: 1)
    }
    #expect(error?.category == .wrongCall)
  }
}
