import ConvKitCore
import ConvKitNetworks
import ConvKitTraining
import ConvKitWorkloads
import Testing

@testable import ConvKitTables

@Suite struct FoldTrialsTests {
  private static let table = SimulatedTable(.peak, number: 0).sequence

  @Test func everyRowIsTestedOnceADivision() {
    let rows = Array(stride(from: 1, to: 200, by: 2))
    let folds = TableFolds(Self.table, rows: rows, seed: 3).all
    #expect(folds.count == TableFolds.folds * TableFolds.divisions)
    for division in 0..<TableFolds.divisions {
      let folds = folds.filter { $0.division == division }
      #expect(folds.flatMap { $0.test.map(\.number) }.sorted() == Array(rows.indices))
      for fold in folds {
        #expect(fold.training.count + fold.test.count == rows.count)
        // Dealt out in turn: labels are spread to within a row.
        let ones = fold.test.count { $0.label == 1 }
        let all = rows.count { Self.table.labels[$0] == 1 }
        #expect(abs(ones - all / TableFolds.folds) <= 1)
      }
    }
    #expect(folds[0].test.map(\.number) != folds[3].test.map(\.number))
  }

  /// What is filled and scaled by is that of the rows which are learned from.
  @Test func gapsAreFilledInsideTheFold() throws {
    let labels = (0..<30).map { $0 % 2 }
    var column = (0..<30).map { Float($0 / 2) }
    column[4] = .nan
    let table = RankSimilarityTests.sequence([column], labels: labels, names: ["a", "b"])
    for fold in TableFolds(table, rows: Array(0..<30), seed: 0).all {
      let training = fold.training.map { column[$0.number] }
      let median = try #require(
        RankSimilarity.median(ofSorted: training.filter { !$0.isNaN }.sorted()))
      let scale = PositionScale(training)
      for row in fold.training + fold.test {
        let value = column[row.number]
        #expect(row.values == [scale.value(value.isNaN ? median : value)])
      }
      let mean = fold.training.reduce(0) { $0 + Double($1.values[0]) }
      #expect(abs(mean) < 1e-5)
    }
  }

  /// What stands still while its original moves would tell which order is that of the table.
  @Test func repeatsGiveNothingAway() {
    let column = (0..<30).map { Float($0 % 7) }
    let table = ColumnSequence(
      places: [
        .init(name: "a", components: [column]),
        .init(name: "b", components: [column], role: .repeats("a")),
      ], rowCount: 30, labels: (0..<30).map { $0 % 2 }, labelNames: ["0", "1"])
    for fold in TableFolds(table, rows: Array(0..<30), seed: 0).all {
      #expect((fold.training + fold.test).allSatisfy { $0.values[1] == 0 })
      #expect(fold.training.contains { $0.values[0] != 0 })
    }
  }

  @Test func scalesStandHostileValues() {
    let largest = Float.greatestFiniteMagnitude
    for values in [
      [], [.nan], [1, 1, 1], [largest, -largest, 0, 1], [Float.leastNonzeroMagnitude, 0],
      [largest, largest], (0..<100).map { $0 == 0 ? 1 : 0 },
    ] as [[Float]] {
      let scale = PositionScale(values)
      for value in values + [0, largest, -largest, .nan] { #expect(scale.value(value).isFinite) }
    }
    // One row in a hundred that is not 0 is not cut off.
    let rare = PositionScale((0..<100).map { $0 == 0 ? 1 : 0 })
    #expect(rare.value(1) > 9)
    // A few of many are.
    let odd = PositionScale((0..<100).map { $0 == 0 ? 1e6 : Float($0) })
    #expect(odd.value(1e6) == odd.value(98) && odd.value(98) < 2)
  }

  @Test func positionsOfACategoryStayTogether() {
    let table = ColumnSequence(
      places: [
        .init(name: "a", components: [[1]]),
        .init(name: "b", components: [[2]], role: .constant),
        .init(name: "c", components: [[1], [0], [0]]), .init(name: "d", components: [[4]]),
      ], rowCount: 1)
    let order = PositionOrder(table)
    #expect(order.count == 6)
    #expect(order.sources([0, 1, 2]) == [0, 1, 2, 3, 4, 5])
    // c, then a behind the constant, then d.
    #expect(order.sources([1, 0, 2]) == [2, 3, 4, 1, 0, 5])
  }

  @Test(arguments: [[8], [9], [36], [1024], [2, 4], [2, 60], [3, 3], [8, 8], [31, 33]])
  func theNetworkFitsEveryLayout(shape: [Int]) throws {
    let model = CheckedModel.convolutional(shape)
    let compiled = try CompiledNetwork(
      model.network, input: InputShape(extent: shape, content: .values(channels: 1)), labels: 3)
    #expect(compiled.parameters.reduce(0) { $0 + $1.count } < 100_000)
  }

  @Test func picturesOfOneRowAreSequences() throws {
    let picture = ColumnSequence(
      places: Self.table.places, rowCount: 200, labels: Self.table.labels,
      labelNames: ["0", "1"], shape: [1, 36])
    func loss(_ table: ColumnSequence) throws -> Double {
      var loss = 0.0
      let trials = FoldTrials(table, rows: Array(0..<200), seed: 0)
      func take(_ outcome: FoldTrials.Outcome) -> Bool {
        loss = outcome.loss
        return true
      }
      try trials.run(
        [FoldTrials.Trial(model: trials.convolutional)], by: Workers(count: 1), trained: {},
        take: take)
      return loss
    }
    #expect(try loss(picture) == loss(Self.table))
  }
}
