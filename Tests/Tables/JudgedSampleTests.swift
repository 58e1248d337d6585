import ConvKitCore
import Testing

@testable import ConvKitTables

@Suite struct JudgedSampleTests {
  private func sequence(
    columns: Int, rows: Int = 2, shape: [Int]? = nil, labels: [Int] = [], names: [String] = []
  ) -> ColumnSequence {
    ColumnSequence(
      places: (0..<columns).map {
        .init(name: "\($0)", components: [[Float](repeating: 0, count: rows)])
      }, rowCount: rows, labels: labels, labelNames: names, shape: shape)
  }

  @Test func whatIsSmallIsJudgedWhole() {
    let table = sequence(columns: 1024, rows: 30)
    let sample = JudgedSample(table, seed: 0)
    #expect(sample.sequence == table && sample.rows == Array(0..<30))
  }

  @Test func theMiddleOfALongRow() {
    let middle = sequence(columns: 2000).middle(positions: 1024)
    #expect(middle.places.map(\.name) == (488..<1512).map(String.init))
    #expect(sequence(columns: 7).middle(positions: 3).places.map(\.name) == ["2", "3", "4"])
  }

  @Test func repeatsWithoutTheirOriginalAreUsed() {
    let table = ColumnSequence(
      places: (0..<8).map {
        .init(
          name: "\($0)", components: [[Float($0 % 4)]],
          role: $0 < 4 ? .used : .repeats("\($0 % 4)"))
      }, rowCount: 1)
    // 1, 2, 3, 4, 5, 6: the original of 4 is 0.
    #expect(
      table.middle(positions: 6).places.map(\.role) == [
        .used, .used, .used, .used, .repeats("1"), .repeats("2"),
      ])
  }

  @Test func categoriesCountByTheirLevels() {
    let table = ColumnSequence(
      places: (0..<6).map {
        .init(name: "\($0)", components: [[Float]](repeating: [0], count: 4))
      }, rowCount: 1)
    #expect(table.middle(positions: 9).places.map(\.name) == ["2", "3"])
  }

  @Test(arguments: [
    ([100, 100], [32, 32]), ([2, 5000], [2, 512]), ([5000, 2], [512, 2]), ([1, 3000], [1, 1024]),
  ])
  func theMiddleOfAPicture(shape: [Int], expected: [Int]) {
    let middle = sequence(columns: shape[0] * shape[1], shape: shape).middle(positions: 1024)
    #expect(middle.shape == expected)
    let top = (shape[0] - expected[0]) / 2
    let left = (shape[1] - expected[1]) / 2
    #expect(middle.places.first?.name == "\(top * shape[1] + left)")
  }

  @Test func manyRowsAreDrawn() {
    let sample = JudgedSample(sequence(columns: 10, rows: 5000), seed: 1)
    #expect(sample.rows.count == JudgedSample.mostRows)
    #expect(sample.rows == Array(Set(sample.rows)).sorted())
    #expect(sample.rowsFound == 5000 && sample.shapeFound == [10])
    #expect(sample.rows != JudgedSample(sequence(columns: 10, rows: 5000), seed: 2).rows)
    #expect(JudgedSample(sequence(columns: 1024, rows: 5000), seed: 1).rows.count == 512)
  }

  @Test func rareLabelsAreNotLearned() {
    let sample = JudgedSample(
      sequence(
        columns: 3, rows: 9, labels: [0, 1, 2, 2, 0, 2, 0, 1, 2], names: ["a", "b", "c"]), seed: 0)
    #expect(sample.rareLabels == ["b"])
    #expect(sample.learnable.rows == [0, 2, 3, 4, 5, 6, 8])
    let (table, rows) = sample.learnable
    #expect(table.labelNames == ["a", "c"])
    #expect(rows.map { table.labels[$0] } == [0, 1, 1, 0, 1, 0, 1])
  }
}
