import ConvKitCore
import ConvKitFiles
import Testing

/// The split of examples of which some belong together.
@Suite struct SplitUnitTests {
  private func example(
    _ name: String, _ label: Int, group: String? = nil, content: UInt8? = nil
  ) -> DataSet.Example {
    .init(
      name: name, item: .text(""), label: label, group: group,
      fingerprint: content.map { Fingerprint([$0]) })
  }

  private func records(_ examples: [DataSet.Example]) -> [DataSet.Record] {
    examples.map {
      .init(
        name: $0.name, item: $0.item, label: "label \($0.label)", part: .training,
        group: $0.group, fingerprint: $0.fingerprint)
    }
  }

  /// Up to four labels with groups and repeats, some across labels.
  private func randomExamples(_ stream: inout RandomStream) -> [DataSet.Example] {
    let labels = Int(stream.next() % 4) + 1
    let count = Int(stream.next() % 60)
    let groups = Int(stream.next() % 20) + 1
    return (0..<count).map { index in
      example(
        "\(index)", Int(stream.next() % UInt64(labels)),
        group: stream.next() % 3 == 0 ? "\(stream.next() % UInt64(groups))" : nil,
        content: stream.next() % 2 == 0 ? UInt8(stream.next() % 100) : nil)
    }
  }

  /// The components of the graph of shared groups and contents, found by walking it.
  private func units(_ examples: [DataSet.Example]) -> [Set<Int>] {
    var units: [Set<Int>] = []
    var seen: Set<Int> = []
    for start in examples.indices where !seen.contains(start) {
      var unit: Set = [start]
      var open = [start]
      while let place = open.popLast() {
        let here = examples[place]
        for (other, example) in examples.enumerated() where !unit.contains(other) {
          let sameGroup = here.group != nil && here.group == example.group
          if sameGroup || here.fingerprint != nil && here.fingerprint == example.fingerprint {
            unit.insert(other)
            open.append(other)
          }
        }
      }
      seen.formUnion(unit)
      units.append(unit)
    }
    return units
  }

  @Test func keepsItsLaws() throws {
    var cutters = 0
    for trial in 0..<300 {
      var stream = RandomStream(seed: 2, purpose: .tests, item: trial)
      let all = randomExamples(&stream)
      let share = Double(stream.uniform()) * 0.99
      let split = try Split(stratified: all, share: share, seed: UInt64(trial))
      let test = try Split.testShare(of: records(all), share: share, seed: UInt64(trial))

      let kept = Set(split.validation.map(\.name))
      #expect(split.training == all.filter { !kept.contains($0.name) })
      #expect(split.validation == all.filter { kept.contains($0.name) })
      for names in [kept, test] {
        for unit in units(all) {
          let inside = unit.count { names.contains(all[$0].name) }
          #expect(inside == 0 || inside == unit.count, "a unit is cut in trial \(trial)")
          if unit.count > 1, inside > 0 { cutters += 1 }
        }
        // Each label keeps something to learn from.
        let learned = Set(all.filter { !names.contains($0.name) }.map(\.label))
        #expect(learned == Set(all.map(\.label)))
      }
      // The same from any order.
      let shuffled = all.shuffled(using: &stream)
      let again = try Split(stratified: shuffled, share: share, seed: UInt64(trial))
      #expect(Set(again.validation.map(\.name)) == kept)
      let retested = try Split.testShare(
        of: records(shuffled), share: share, seed: UInt64(trial))
      #expect(retested == test)
    }
    #expect(cutters > 500, "the cases hold units of several examples on the kept side")
  }

  /// Where no unit holds two labels, each label's number lies within its largest unit of the wanted.
  @Test func comesNearTheShare() throws {
    for trial in 0..<200 {
      var stream = RandomStream(seed: 3, purpose: .tests, item: trial)
      let share = Double(stream.uniform()) * 0.99
      let all = (0..<3).flatMap { label in
        (0..<Int(stream.next() % 40)).map { index in
          example("\(label)/\(index)", label, group: "\(label)/\(stream.next() % 9)")
        }
      }
      let split = try Split(stratified: all, share: share, seed: 5)
      for label in 0..<3 {
        let sizes = Dictionary(grouping: all.filter { $0.label == label }, by: \.group)
          .mapValues(\.count).values
        let kept = split.validation.count { $0.label == label }
        guard sizes.count > 1 else {
          #expect(kept == 0)
          continue
        }
        let count = sizes.reduce(0, +)
        #expect(0 < kept && kept < count)
        let distance = abs(Double(kept) - share * Double(count))
        #expect(distance <= Double(sizes.max() ?? 0), "trial \(trial), label \(label)")
      }
    }
  }

  /// Six speakers who say ten words: one of them is near a fifth of every word, and no word asks for
  /// one more.
  @Test func aGroupCountsForAllItsLabels() throws {
    let all = (0..<6).flatMap { speaker in
      (0..<10).flatMap { word in
        (0..<5 + (speaker + word) % 2).map {
          example("\(speaker)/\(word)/\($0)", word, group: "\(speaker)")
        }
      }
    }
    for seed in 0..<10 as Range<UInt64> {
      let split = try Split(stratified: all, share: 0.2, seed: seed)
      #expect(Set(split.validation.map(\.group)).count == 1)
      #expect(Set(split.validation.map(\.label)).count == 10)
    }
  }

  /// A unit that suits one label and harms four others more is never kept.
  @Test func allLabelsOfAUnitCount() throws {
    let unit = (0..<5).flatMap { label in
      (0..<3).map { example("unit/\(label)/\($0)", label, group: "unit") }
    }
    let others = (0..<5).flatMap { label in
      (0..<(label == 0 ? 12 : 2)).map { example("\(label)/\($0)", label) }
    }
    for seed in 0..<50 as Range<UInt64> {
      // 3 wanted of the first label, 1 of each other.
      let split = try Split(stratified: unit + others, share: 0.2, seed: seed)
      #expect(split.validation.count == 7 && split.validation.allSatisfy { $0.group == nil })
    }
  }

  /// What a model was trained on must not change under it. The first of two units that suit alike is
  /// kept, and a unit of two labels in equal parts belongs to the first.
  @Test func isTheSameForEver() throws {
    let pairs = (0..<10).map { example("\($0)", 0, group: $0 < 5 ? "a" : "b") }
    let chosen = try (0..<16).map { seed in
      try Split(stratified: pairs, share: 0.2, seed: seed).validation[0].group ?? ""
    }
    #expect(chosen.joined() == "bbbbbababababbab")
    let mixed = (0..<24).map { example("\($0)", $0 % 2, group: $0 < 12 ? "\($0 / 2)" : nil) }
    let kept = try Split(stratified: mixed, share: 0.3, seed: 7).validation.map(\.name)
    #expect(kept.joined(separator: " ") == "0 1 4 5 6 7 14 15")
    let test = try Split.testShare(of: records(mixed), share: 0.3, seed: 7)
    #expect(test.sorted().joined(separator: " ") == "0 1 18 21 4 5 6 7")
  }

  @Test func bondsReachThroughOthers() throws {
    // a and d share nothing, but a–b a group, b–c a content, c–d a group.
    let chain = [
      example("a", 0, group: "1"), example("b", 0, group: "1", content: 1),
      example("c", 0, group: "2", content: 1), example("d", 0, group: "2"),
    ]
    for seed in 0..<20 as Range<UInt64> {
      let all = chain + [example("e", 0), example("f", 0)]
      let kept = try Split(stratified: all, share: 0.3, seed: seed).validation.map(\.name)
      #expect(Set(["a", "b", "c", "d"]).isDisjoint(with: kept) && !kept.isEmpty)
      // A single unit is not divided.
      #expect(try Split(stratified: chain, share: 0.3, seed: seed).validation.isEmpty)
    }
  }

  /// The only example of a label stays to be learned from, though it belongs to a unit of another.
  @Test func theLastOfALabelStays() throws {
    let all =
      [example("0", 1, content: 1), example("1", 0, content: 1), example("2", 0, content: 1)]
      + (3..<8).map { example("\($0)", 0) }
    for seed in 0..<50 as Range<UInt64> {
      let split = try Split(stratified: all, share: 0.4, seed: seed)
      #expect(split.training.contains { $0.label == 1 })
      #expect(split.validation.count == 3)
    }
  }

  @Test func theTestShareIsIndependent() throws {
    let all = (0..<100).map { example("\($0)", $0 % 2) }
    var both = 0
    for seed in 0..<50 as Range<UInt64> {
      let test = try Split.testShare(of: records(all), share: 0.2, seed: seed)
      let split = try Split(stratified: all, share: 0.2, seed: seed)
      #expect(test.count == 20)
      both += split.validation.count { test.contains($0.name) }
    }
    // 50 × 20 × 20 / 100 = 200 would meet by chance; the deviation is below 13.
    #expect(abs(both - 200) < 65)
    // Other parts are not looked at.
    var given = records(all)
    for index in 0..<50 { given[index].part = .test }
    let chosen = try Split.testShare(of: given, share: 0.2, seed: 1)
    #expect(chosen.count == 10 && chosen.allSatisfy { (Int($0) ?? 0) >= 50 })
    #expect(throws: SplitError.share(1)) { try Split.testShare(of: given, share: 1, seed: 1) }
    #expect(try Split.testShare(of: given, share: 0, seed: 1).isEmpty)
    #expect(try Split.testShare(of: [], share: 0.5, seed: 1).isEmpty)
  }

  @Test func namesThatLookAlikeStayTogether() throws {
    let all = records(
      [example("\u{E9}", 0), example("e\u{301}", 0)] + (0..<8).map { example("\($0)", 0) })
    for seed in 0..<20 as Range<UInt64> {
      let chosen = try Split.testShare(of: all, share: 0.3, seed: seed)
      let moved = all.count { chosen.contains($0.name) }
      #expect(moved == 3, "as many as chosen, though a Set of names counts two as one")
    }
  }
}
