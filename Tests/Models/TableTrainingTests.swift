import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTables
import ConvKitTraining
import Testing

@testable import ConvKitModels

/// Rows to learn from: a step up or a step down somewhere in a row of columns.
enum StepTable {
  static let labels = ["down", "up"]

  static func cells(label: Int, number: Int, columns: Int = 16) -> [TableCell] {
    var random = RandomStream(seed: 31, purpose: .tests, item: 2 * number + label)
    let start = Int.random(in: 4...columns - 4, using: &random)
    return (0..<columns).map { column in
      let isHigh = (column >= start) == (label == 1)
      // One in fifty is missing.
      if Int.random(in: 0..<50, using: &random) == 0 { return .missing }
      return .number(Double((isHigh ? 20 : 0) + Int.random(in: 0..<4, using: &random)))
    }
  }

  static func data(_ count: Int, from first: Int = 0, columns: Int = 16) throws -> DataSet {
    let records = (first..<first + count).flatMap { number in
      labels.indices.map { label in
        DataSet.Record(
          name: "t.csv:\(2 * number + label)",
          item: .row(cells(label: label, number: number, columns: columns)),
          label: labels[label], part: .training)
      }
    }
    return try DataSet(records, leftOut: [], for: .training, from: "t.csv")
  }
}

/// From rows of a table to models and to answers.
@Suite struct TableTrainingTests {
  private static func training(
    epochs: Int = 20, _ change: (inout ModelTraining) -> Void = { _ in }
  ) -> ModelTraining {
    var training = ModelTraining(for: .table, examples: 200)
    training.options.epochs = epochs
    change(&training)
    return training
  }

  @Test func stepsAreLearned() throws {
    let result = try Self.training().train(on: StepTable.data(100), kind: .table)
    #expect(result.examples == 200 && result.skipped == 0)
    #expect(result.model.record.augmentation == .none)
    #expect(result.accuracy >= 0.95, "\(result.model.record.history)")
    // The file gives the answers of what was trained, and they are right for rows that are new.
    let folder = try TemporaryFolder()
    let path = folder.path + "/steps.convkit"
    try result.model.write(to: path)
    let read = try Model.read(path: path)
    #expect(read == result.model && read.frontEnd.kind == .table)
    let fresh = try StepTable.data(50, from: 1000)
    let (first, second) = (try Classifier(result.model), try Classifier(read, threads: 1))
    // By chance 90 of 100 are right once in 10¹⁷.
    #expect(try second.evaluate(fresh).evaluation.accuracy >= 0.9)
    for example in fresh.training.prefix(6) {
      #expect(try first.classify(example.item) == second.classify(example.item))
    }
  }

  @Test func theModelDependsOnTheSeedAlone() throws {
    let data = try StepTable.data(30)
    func model(threads: Int, seed: UInt64 = 1) throws -> Model {
      try Self.training(epochs: 2) {
        $0.threads = threads
        $0.options.seed = seed
      }.train(on: data, kind: .table).model
    }
    #expect(try model(threads: 1) == model(threads: 2))
    #expect(try model(threads: 1) != model(threads: 1, seed: 2))
  }

  /// A row of other cells than the model has columns is named, and so is a file among rows.
  @Test func uselessRowsAreLeftOut() throws {
    var records = try StepTable.data(10).training.map {
      DataSet.Record(
        name: $0.name, item: $0.item, label: StepTable.labels[$0.label], part: .training)
    }
    records.append(
      DataSet.Record(name: "t.csv:90", item: .row([.number(1)]), label: "up", part: .training))
    records.append(
      DataSet.Record(name: "t.csv:91", item: .text("1,2"), label: "up", part: .training))
    let data = try DataSet(records, leftOut: [], for: .training, from: "t.csv")
    var leftOut: [LeftOut] = []
    let result = try Self.training(epochs: 1) {
      $0.frontEnd.table.columns = (0..<16).map { TableColumn(name: "\($0)", place: $0) }
    }.train(on: data, kind: .table) {
      if case .leftOut(let item) = $0 { leftOut.append(item) }
    }
    #expect(result.skipped == 2 && result.examples == 20)
    #expect(leftOut.map(\.name) == ["t.csv:90", "t.csv:91"])
    #expect(leftOut[0].reason.contains("1 cell"))
  }

  @Test func rowsAreNotVaried() throws {
    #expect(try ModelAugmentation("none", kind: .table) == .none)
    #expect(throws: AugmentedTableError(list: "shift")) {
      try ModelAugmentation("shift", kind: .table)
    }
  }

  /// However few columns there are, as a row and as a picture.
  @Test func theNetworkOfTablesCompiles() throws {
    for first in 1...9 {
      for extent in [[first], [first * 100]] + (1...9).map({ [first, $0] }) {
        let shape = InputShape(extent: extent, content: .values(channels: 1))
        let compiled = try CompiledNetwork(
          .standardForTables(shape), input: shape, labels: 3)
        #expect(compiled.parameters.last?.shape == [3], "\(extent)")
      }
    }
  }

  @Test func stagesAreMaps() throws {
    let data = try StepTable.data(10)
    for shape in [nil, [4, 4]] {
      let model = try Self.training(epochs: 1) { $0.frontEnd.table.shape = shape }
        .train(on: data, kind: .table).model
      let stages = try Classifier(model, keepsEveryMap: true).stages(of: data.training[0].item)
      #expect(stages.first?.name == "input" && stages.first?.shape == (shape ?? [16]) + [1])
      #expect(stages.last?.name == "answer" && stages.count > 6)
      for stage in stages { #expect(StagePictures.picture(of: stage).width > 0) }
    }
  }
}
