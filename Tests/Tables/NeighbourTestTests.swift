import ConvKitCore
import ConvKitWorkloads
import Testing

@testable import ConvKitTables

@Suite struct NeighbourTestTests {
  @Test func neighboursAlongEachAxis() {
    let pairs = NeighbourPairs([2, 3], axes: 0..<2, number: [0, 1, 2, 3, nil, 4])
    #expect(
      Array(zip(pairs.first, pairs.second)).map { [$0, $1] } == [
        [0, 3], [2, 4], [0, 1], [1, 2],
      ])
    let row = NeighbourPairs([5], axes: 0..<1, number: [0, nil, 1, 2, 3])
    #expect(Array(zip(row.first, row.second)).map { [$0, $1] } == [[1, 2], [2, 3]])
  }

  @Test func sumsFollowTheOrder() {
    let similarities = Similarities(
      names: ["a", "b", "c"], values: [1, 0.5, 0.25, 0.5, 1, 0.125, 0.25, 0.125, 1])
    let pairs = NeighbourPairs([3], axes: 0..<1, number: [0, 1, 2])
    #expect(pairs.sum(similarities, [0, 1, 2]) == 0.625)
    #expect(pairs.sum(similarities, [1, 0, 2]) == 0.75)
  }

  private func test(
    _ kind: SimulatedTable.Kind, _ number: Int
  ) -> (a: NeighbourEvidence, b: GroupEvidence) {
    let table = SimulatedTable(kind, number: number).sequence
    let similarities = RankSimilarity.matrix(of: table, rows: Array(0..<table.rowCount))
    let test = NeighbourTest(table, similarities, isSearched: true, seed: 0)
    return (test.neighbours(), test.groups(ColumnGroups.cuts(of: similarities, seed: 0)))
  }

  /// A and B together, on 20 tables of each kind: the level allows 0.01 of those without an order.
  @Test(arguments: SimulatedTable.Kind.allCases)
  func ordersAreSeenWhereTheyAre(kind: SimulatedTable.Kind) {
    let seen = (0..<20).count { number in
      let (a, b) = test(kind, number)
      return a.holds && b.holds
    }
    switch kind {
    case .motif, .peak, .bars: #expect(seen == 20)
    default: #expect(seen <= 1)
    }
  }

  /// Blocks of like columns have like neighbours, which only B sees through.
  @Test(arguments: [SimulatedTable.Kind.oneHotBlocks, .topicBlocks, .derivedPairs])
  func blocksAreSeenThrough(kind: SimulatedTable.Kind) {
    let (a, b) = test(kind, 0)
    #expect(a.holds && !b.holds)
  }

  /// Whatever the statistic, no more than a hundredth of exchangeable tables may pass at 0.01: of 400 tables
  /// of independent columns more than 11 would do so once in 1,000 times.
  @Test func theLevelIsKept() {
    let low = (0..<400).count { test(.independent, $0).a.pValue <= 0.01 }
    #expect(low <= 11)
  }

  @Test func thePictureIsFound() {
    let bars = test(.bars, 0).a
    #expect(bars.shape == [8, 8] && bars.isPicture)
    #expect(test(.motif, 0).a.shape == [36])
  }

  /// A smooth series has a width that is best, and places one less apart are more alike still.
  @Test func aSmoothSeriesIsNoPicture() {
    func evidence(_ similarity: (Int, Int) -> Float) -> NeighbourEvidence {
      let similarities = Similarities(
        names: (0..<60).map(String.init),
        values: (0..<3600).map { similarity($0 / 60, $0 % 60) })
      let table = RankSimilarityTests.sequence((0..<60).map { [Float($0)] })
      return NeighbourTest(table, similarities, isSearched: true, seed: 0).neighbours()
    }
    let smooth = evidence { 1 / (1 + Float(abs($0 - $1)) / 20) }
    #expect(smooth.holds && !smooth.isPicture)
    let picture = evidence { one, other in
      let (down, across) = (abs(one / 6 - other / 6), abs(one % 6 - other % 6))
      return 1 / (1 + Float(down * down + across * across))
    }
    #expect(picture.holds && picture.shape == [10, 6] && picture.isPicture)
  }

  @Test func aGivenPictureIsNotSearched() {
    let table = SimulatedTable(.bars, number: 0).sequence
    let picture = ColumnSequence(
      places: table.places, rowCount: table.rowCount, shape: [8, 8])
    let similarities = RankSimilarity.matrix(of: picture, rows: Array(0..<table.rowCount))
    let found = NeighbourTest(picture, similarities, isSearched: true, seed: 0).neighbours()
    #expect(found.shape == [8, 8] && !found.isSearched && found.isPicture)
  }

  /// Of eight columns in order, no more than 16 orders are inside pairs of like ones.
  @Test func fewOrdersInsideGroupsAreNotAskedFor() {
    let table = RankSimilarityTests.sequence(
      Array(SimulatedTable(.peak, number: 0).sequence.places.map { $0.components[0] }[14..<22]))
    let similarities = RankSimilarity.matrix(of: table, rows: Array(0..<200))
    let cuts = ColumnGroups.cuts(of: similarities, seed: 0)
    let found = NeighbourTest(table, similarities, isSearched: true, seed: 0).groups(cuts)
    #expect(found.tooFewOrders == cuts.map(\.orders).min() && !found.holds)
    #expect(found.cuts.count == cuts.count { $0.orders >= 400 })
  }

  /// Of four columns 12 orders differ in their neighbours, so that p cannot be small.
  @Test func fewColumnsHaveFewOrders() {
    let similarities = Similarities(
      names: ["a", "b", "c", "d"],
      values: (0..<16).map { $0 / 4 == $0 % 4 ? 1 : abs($0 / 4 - $0 % 4) == 1 ? 0.9 : 0.1 })
    let table = RankSimilarityTests.sequence([[0], [1], [2], [3]])
    let found = NeighbourTest(table, similarities, isSearched: true, seed: 0).neighbours()
    // The best of 12 orders: a twelfth of 999, give or take five deviations.
    #expect((40...127).contains(found.asAlike))
    #expect(!found.holds)
  }
}
