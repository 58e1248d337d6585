import ConvKitCore
import ConvKitNetworks
import Testing

@testable import ConvKitTraining

/// Examples of one length are trained on together where lengths differ, and only there.
@Suite struct LengthBucketTests {
  private static let network = Network {
    Embedding(2)
    GlobalMaxPool()
    Votes()
  }

  private func trainer(_ count: Int, varies: Bool, batch: Int = 8) throws -> Trainer {
    var options = TrainingOptions()
    options.batchSize = batch
    options.seed = 5
    let shape = InputShape(extent: [50], varies: varies, content: .tokens(vocabulary: 3))
    return try Trainer(
      CompiledNetwork(Self.network, input: shape, labels: 2), options: options, threads: 1)
  }

  private func source(_ lengths: [Int]) -> ExamplesInMemory {
    ExamplesInMemory(
      inputs: lengths.map {
        .tokens(Tensor(shape: [$0], elements: Array(repeating: 2, count: $0)))
      }, labels: lengths.map { $0 % 2 })
  }

  private func lengths(_ count: Int) -> [Int] {
    var random = RandomStream(seed: 2, purpose: .tests)
    return (0..<count).map { _ in 1 + Int(random.next() % 50) }
  }

  @Test(arguments: [1, 7, 8, 9, 127, 128, 129, 400])
  func everyExampleIsTakenOnce(count: Int) throws {
    let source = source(lengths(count))
    let trainer = try trainer(count, varies: true)
    let batches = trainer.batches(of: source, epoch: 1)
    #expect(batches.flatMap(\.self).sorted() == Array(0..<count))
    #expect(batches.dropLast().allSatisfy { $0.count == 8 })
    #expect(batches.count == (count + 7) / 8)
    for batch in batches {
      let found = batch.map { source.length(of: $0) }
      #expect(found == found.sorted())
    }
  }

  @Test func aBatchIsAboutOneLength() throws {
    let source = source(lengths(400))
    func spread(varies: Bool) throws -> Int {
      try trainer(400, varies: varies).batches(of: source, epoch: 1).reduce(0) { sum, batch in
        let found = batch.map { source.length(of: $0) }
        return sum + (found.max() ?? 0) - (found.min() ?? 0)
      }
    }
    // Of 8 in 50 lengths some 40 from the shortest to the longest, of 8 beside one another in 128 some 3.
    #expect(try 5 * spread(varies: true) < spread(varies: false))
  }

  @Test func anEpochIsTheSameAgainAndNoneLikeAnother() throws {
    let source = source(lengths(200))
    let (one, other) = (try trainer(200, varies: true), try trainer(200, varies: true))
    #expect(one.batches(of: source, epoch: 3) == other.batches(of: source, epoch: 3))
    #expect(one.batches(of: source, epoch: 3) != one.batches(of: source, epoch: 4))
    let found = one.batches(of: source, epoch: 3).map { source.length(of: $0[$0.startIndex]) }
    // The lengths do not rise through an epoch.
    #expect(found != found.sorted())
  }

  /// The order of what has one extent is that of before there were lengths.
  @Test func oneExtentKeepsItsOrder() throws {
    let source = source(lengths(100))
    let order = shuffled(
      count: 100, using: RandomStream(seed: 5, purpose: .order, epoch: 2))
    #expect(
      try trainer(100, varies: false).batches(of: source, epoch: 2).flatMap(\.self) == order)
  }

  @Test func anyBatchSizeWillDo() throws {
    let source = source(lengths(30))
    let batches = try trainer(30, varies: true, batch: TrainingOptions.largestCount)
      .batches(of: source, epoch: 1)
    #expect(batches.map(\.count) == [30])
  }
}
