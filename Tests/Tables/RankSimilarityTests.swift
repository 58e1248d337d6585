import ConvKitCore
import Testing

@testable import ConvKitTables

@Suite struct RankSimilarityTests {
  /// Whole numbers with many ties, as Tests/Peers/table_goldens.py makes them; every third column rises.
  static let goldenTable: ColumnSequence = {
    var state = 1
    var columns = [[Float]](repeating: [], count: 7)
    for row in 0..<25 {
      for column in 0..<7 {
        state = (state &* 1_103_515_245 &+ 12345) & 0x7FFF_FFFF
        columns[column].append(Float((state >> 16) % 11 + (column % 3 == 0 ? row : 0)))
      }
    }
    return sequence(columns)
  }()

  static func sequence(_ columns: [[Float]], labels: [Int] = [], names: [String] = [])
    -> ColumnSequence
  {
    ColumnSequence(
      places: columns.enumerated().map { .init(name: "\($0.offset)", components: [$0.element]) },
      rowCount: columns.first?.count ?? 0, labels: labels, labelNames: names)
  }

  /// |scipy.stats.spearmanr| of the golden table.
  private static let golden: [Float] = [
    1.0000000, 0.1537564, 0.0543294, 0.7928343, 0.0543673, 0.0814817, 0.8375380,
    0.1537564, 1.0000000, 0.0625861, 0.2030662, 0.0814173, 0.0144362, 0.2929785,
    0.0543294, 0.0625861, 1.0000000, 0.0638776, 0.2133875, 0.0389815, 0.1669642,
    0.7928343, 0.2030662, 0.0638776, 1.0000000, 0.0722373, 0.1789075, 0.8085395,
    0.0543673, 0.0814173, 0.2133875, 0.0722373, 1.0000000, 0.4300334, 0.0331870,
    0.0814817, 0.0144362, 0.0389815, 0.1789075, 0.4300334, 1.0000000, 0.0157406,
    0.8375380, 0.2929785, 0.1669642, 0.8085395, 0.0331870, 0.0157406, 1.0000000,
  ]

  @Test func agreesWithSciPy() {
    let found = RankSimilarity.matrix(of: Self.goldenTable, rows: Array(0..<25)).values
    for (found, golden) in zip(found, Self.golden) { #expect(abs(found - golden) < 1e-6) }
    #expect(found.count == Self.golden.count)
  }

  @Test func scaleAndSignDoNotMatter() {
    let column: [Float] = [3, 1, 4, 1, 5, 9, 2, 6]
    let other = column.map { -Float(Elementary.exp(Double($0))) }
    let found = RankSimilarity.matrix(of: Self.sequence([column, other]), rows: Array(0..<8))
    #expect(found.values.allSatisfy { abs($0 - 1) < 1e-6 })
  }

  @Test func gapsCountAsTheMedian() {
    #expect(RankSimilarity.rankScores([1, .nan, 2, 3]) == RankSimilarity.rankScores([1, 2, 2, 3]))
    #expect(RankSimilarity.rankScores([.nan, .nan]) == [0, 0])
    #expect(RankSimilarity.rankScores([7, 7, 7]) == [0, 0, 0])
    let largest = Float.greatestFiniteMagnitude
    #expect(RankSimilarity.median(ofSorted: [largest, largest]) == largest)
    #expect(RankSimilarity.median(ofSorted: [-largest, largest]) == 0)
  }

  @Test func placesThatAreNotUsedAreLeftOut() {
    let table = ColumnSequence(
      places: [
        .init(name: "a", components: [[1, 2, 3]]),
        .init(name: "b", components: [[5, 5, 5]], role: .constant),
        .init(name: "c", components: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
      ], rowCount: 3)
    let found = RankSimilarity.matrix(of: table, rows: [0, 1, 2])
    #expect(found.names == ["a", "c"])
    // The levels correlate with 1, 2, 3 by −√3/2, 0 and √3/2.
    #expect(abs(found.values[1] - Float(3).squareRoot() / 3) < 1e-6)
  }

  @Test func onlyTheGivenRowsCount() {
    let found = RankSimilarity.matrix(
      of: Self.sequence([[1, 9, 2, 3], [1, -9, 2, 3]]), rows: [0, 2, 3])
    #expect(abs(found.values[1] - 1) < 1e-6)
  }
}
