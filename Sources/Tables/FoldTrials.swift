import ConvKitCore
import ConvKitNetworks
import ConvKitTraining

/// Models trained and tested on every fold of a table, in its order of columns or in others.
struct FoldTrials: Sendable {
  private let folds: TableFolds
  /// The layout, a picture of one row or column as a sequence.
  private let shape: [Int]
  private let labels: Int
  private let seed: UInt64
  private let positions: PositionOrder

  /// What came of a model in an order of the columns.
  struct Outcome: Sendable {
    /// The mean log-loss of the tested rows, by fold.
    let losses: [Double]
    /// [row][label]: the mean over divisions.
    let probabilities: [[Double]]

    var loss: Double { losses.reduce(0, +) / Double(losses.count) }
  }

  init(_ sequence: ColumnSequence, rows: [Int], seed: UInt64) {
    folds = TableFolds(sequence, rows: rows, seed: seed)
    positions = PositionOrder(sequence)
    shape = sequence.shape.count == 1 ? [positions.count] : sequence.shape.filter { $0 > 1 }
    labels = sequence.labelNames.count
    self.seed = seed
  }

  /// How many trainings one order takes.
  static let trainingsPerOrder = TableFolds.folds * TableFolds.divisions

  var ratio: Double {
    folds.all.reduce(0) { $0 + $1.ratio } / Double(folds.all.count)
  }

  var convolutional: CheckedModel { .convolutional(shape) }

  /// One model in an order of the used places; nil for that of the table.
  struct Trial: Sendable {
    let model: CheckedModel
    var order: [Int32]?
  }

  /// Trains and tests, and hands over what comes of each trial, in their order.
  ///
  /// - Parameters:
  ///   - trained: called after every training.
  ///   - take: returns whether to go on.
  func run(
    _ trials: [Trial], by workers: Workers, trained: () throws -> Void,
    take: (Outcome) throws -> Bool
  ) throws {
    struct Enough: Error {}
    let count = folds.all.count
    var results: [FoldResult] = []
    do {
      try workers.runInOrder(items: trials.count * count, atOnce: count * workers.count) { item in
        Result { try train(trials[item / count], on: folds.all[item % count]) }
      } take: { _, found in
        for result in found {
          results.append(try result.get())
          try trained()
          guard results.count == count else { continue }
          let goesOn = try take(outcome(results))
          results = []
          if !goesOn { throw Enough() }
        }
      }
    } catch is Enough {}
  }

  /// What came of one fold.
  private struct FoldResult {
    let loss: Double
    /// By tested row, then label.
    let probabilities: [[Float]]
  }

  private func train(_ trial: Trial, on fold: TableFolds.Fold) throws -> FoldResult {
    let sources = trial.order.map(positions.sources)
    func examples(_ rows: [TableFolds.Row]) -> ExamplesInMemory {
      ExamplesInMemory(
        inputs: rows.map { row in
          let values = sources.map { $0.map { row.values[$0] } } ?? row.values
          return .values(Tensor(shape: shape + [1], elements: values))
        }, labels: rows.map(\.label))
    }
    let compiled = try CompiledNetwork(
      trial.model.network, input: InputShape(extent: shape, content: .values(channels: 1)),
      labels: labels)
    let options = trial.model.options(
      rows: fold.training.count, seed: seed &+ UInt64(fold.division))
    let trainer = try Trainer(compiled, options: options, threads: 1)
    try trainer.train(on: examples(fold.training))
    var probabilities: [[Float]] = []
    let evaluation = try trainer.evaluateBest(examples(fold.test)) { _, scores in
      probabilities.append(CrossEntropy.softmax(scores))
    }
    return FoldResult(loss: evaluation.loss, probabilities: probabilities)
  }

  private func outcome(_ results: [FoldResult]) -> Outcome {
    let rows = folds.all.reduce(0) { $0 + $1.test.count } / TableFolds.divisions
    var means = [[Double]](repeating: [Double](repeating: 0, count: labels), count: rows)
    for (fold, result) in zip(folds.all, results) {
      for (row, probabilities) in zip(fold.test, result.probabilities) {
        for label in 0..<labels {
          means[row.number][label] += Double(probabilities[label]) / Double(TableFolds.divisions)
        }
      }
    }
    return Outcome(losses: results.map(\.loss), probabilities: means)
  }
}

/// Where the positions of a network's input come from when the used places of a table change theirs: a
/// category's positions stay together.
struct PositionOrder: Sendable {
  /// The places that are used, by their number among these.
  private let used: [Int]
  /// The first position of each place, and the end of the last.
  private let starts: [Int]

  var count: Int { starts.last ?? 0 }

  init(_ sequence: ColumnSequence) {
    used = sequence.places.indices.filter { sequence.places[$0].role == .used }
    var starts = [0]
    for place in sequence.places { starts.append((starts.last ?? 0) + place.components.count) }
    self.starts = starts
  }

  /// The source of every position, where used place `order[n]` stands in the place of the n-th.
  func sources(_ order: [Int32]) -> [Int] {
    var source = Array(0..<starts.count - 1)
    for (place, other) in zip(used, order) { source[place] = used[Int(other)] }
    return source.flatMap { starts[$0]..<starts[$0 + 1] }
  }
}
