import ConvKit
import ConvKitDrawing

/// A training with all the files that it reads and writes beside the data.
struct TrainingRun {
  private var training: ModelTraining
  private let data: DataSet
  private let kind: DataKind
  private let model: String
  private let log: String?
  private let report: String?
  private let splitToWrite: String?
  private let isQuiet: Bool

  /// - Parameters:
  ///   - model: the path of the model, which somebody holds the lock of.
  ///   - splitToWrite: where to write which example went where.
  init(
    training: ModelTraining, data: DataSet, kind: DataKind, model: String, log: String?,
    report: String?, splitToWrite: String?, isQuiet: Bool
  ) {
    self.training = training
    self.data = data
    self.kind = kind
    self.model = model
    self.log = log
    self.report = report
    self.splitToWrite = splitToWrite
    self.isQuiet = isQuiet
    self.training.checkpoint = checkpoint
  }

  /// Where the training of a model keeps what it has learned so far.
  static func checkpoint(of model: String) -> String { "\(model).checkpoint" }

  private var checkpoint: String { Self.checkpoint(of: model) }

  /// Removes what killed trainings into the same files left of their saves; the lock says that none
  /// is at work.
  func removeLeftovers() {
    for path in [model, checkpoint, log, report, splitToWrite].compactMap(\.self) {
      AtomicFile.removeLeftovers(of: path)
    }
  }

  /// The model that this training has written already, if no checkpoint says that it goes on.
  ///
  /// - Throws: `OtherFinishedTraining` where the model was made otherwise; what reading it throws.
  func finishedModel() throws -> Model? {
    guard !AtomicFile.exists(checkpoint), AtomicFile.exists(model) else { return nil }
    let found = try Model.read(path: model)
    let differences = try training.differences(from: found, on: data, kind: kind)
    guard differences.isEmpty else {
      throw OtherFinishedTraining(path: model, differences: differences)
    }
    return found
  }

  /// Trains, and writes the model and whatever else is asked for.
  ///
  /// - Throws: `Interrupted` when a signal came; the checkpoint is then written.
  mutating func run(resume: Bool) throws -> ModelTraining.Result {
    training.resume = resume
    let isThere = AtomicFile.exists(checkpoint)
    if isThere, !resume {
      StandardError.writeLine(
        "\(StandardError.warningPrefix) \(FileName.printable(checkpoint)) is of a training that was "
          + "interrupted, and this one begins anew and will replace it. To go on with that one, stop "
          + "now and add --resume.")
    }
    let progress = TrainingReport(isQuiet: isQuiet)
    defer { progress.close() }
    if !isQuiet { progress.announce(data) }
    var records = EpochLog(options: training.options)
    var leftOut: [LeftOut] = []
    // An older checkpoint may lie there while the data are read.
    var isUnderWay = false
    let result: ModelTraining.Result
    do {
      result = try Signals.uninterrupted {
        try training.train(on: data, kind: kind) { event in
          progress.take(event)
          switch event {
          case .leftOut(let item): leftOut.append(item)
          case .divided(let division): try splitToWrite.map(division.write)
          case .started(let examples, _): records.examples = examples
          case .resumed(let state): records.results = state.history
          case .epoch(let result):
            records.results.append(result)
            try log.map(records.write)
          case .reading, .progress, .rateTried, .checkpointFailed: break
          }
          switch event {
          case .resumed, .progress, .epoch: isUnderWay = true
          case .reading, .leftOut, .divided, .started, .rateTried, .checkpointFailed: break
          }
          try Signals.checkInterruption()
        }
      }
    } catch let interruption as Interrupted {
      progress.close()
      if isUnderWay, AtomicFile.exists(checkpoint) {
        StandardError.writeLine(
          "What was learned is in \(FileName.printable(checkpoint)); the same call with --resume "
            + "goes on from there.")
      }
      throw interruption
    }
    progress.close()
    // In this order: until the model is safe, the checkpoint can make it again.
    try Signals.uninterrupted {
      try result.model.write(to: model)
      try log.map(records.write)
      if let report {
        try TrainingReportPage(
          record: result.model.record, labels: result.model.labels,
          summary: result.model.compiled().summary, evaluation: result.evaluation,
          mistakes: result.mistakes, leftOut: leftOut, title: FileName.last(of: model),
          frontEnd: result.model.frontEnd
        ).write(to: report)
      }
      try AtomicFile.remove(checkpoint)
    }
    return result
  }
}

/// The results of the epochs as a CSV file.
struct EpochLog {
  let options: TrainingOptions
  /// Learned from in an epoch.
  var examples = 0
  var results: [EpochResult] = []

  init(options: TrainingOptions) { self.options = options }

  /// Replaces the file: a line for every epoch that is done.
  func write(to path: String) throws {
    try AtomicFile.write(Array(text.utf8), to: path)
  }

  /// What there is not, where nothing validates, is left empty.
  var text: String {
    let steps = max(1, (examples + options.batchSize - 1) / options.batchSize)
    var text =
      "epoch,learning_rate,training_loss,training_accuracy,validation_loss,validation_accuracy\n"
    for result in results {
      let share = options.schedule.factor(
        step: result.epoch * steps - 1, stepsPerEpoch: steps, epochs: options.epochs,
        warmUp: options.warmUp)
      let numbers = [
        options.fullLearningRate * share, result.trainingLoss, result.trainingAccuracy,
        result.validationLoss, result.validationAccuracy,
      ]
      let fields = numbers.map { $0.map { "\($0)" } ?? "" }
      text += "\(result.epoch),\(fields.joined(separator: ","))\n"
    }
    return text
  }
}

/// `--resume` beside a model that another training has finished.
struct OtherFinishedTraining: ReportableError {
  let path: String
  /// What is otherwise here, as parts of a sentence.
  let differences: [String]

  var category: ErrorCategory { .wrongCall }

  var description: String {
    """
    “\(FileName.printable(path))” is the model of another training: \
    \(differences.joined(separator: "; ")). Leave out --resume to replace it, or write another file.
    """
  }
}

/// `--find-learning-rate`: a search instead of a training.
struct LearningRateSearch {
  /// Where the model would be.
  let model: String
  let isQuiet: Bool
  let isJSON: Bool

  private struct Report: Encodable {
    let suggestion: Double?
    let curve: String
    let points: [LearningRateCurve.Point]
  }

  /// Where the curve is drawn.
  var curve: String {
    "\(model.hasSuffix(".convkit") ? String(model.dropLast(8)) : model).learning-rate.svg"
  }

  func run(_ training: ModelTraining, on data: DataSet, kind: DataKind) throws {
    let path = curve
    try AtomicFile.requireCreatable(path)
    let progress = TrainingReport(isQuiet: isQuiet)
    defer { progress.close() }
    let curve = try training.findLearningRate(on: data, kind: kind) { progress.take($0) }
    progress.close()
    let svg = learningRateCurve(
      points: curve.points.map { (rate: $0.rate, loss: $0.loss) }, suggestion: curve.suggestion)
    try AtomicFile.write(Array(svg.utf8), to: path)
    if isJSON {
      try StandardOutput.writeJSON(
        Report(suggestion: curve.suggestion, curve: path, points: curve.points))
      return
    }
    let suggestion = curve.suggestion.map { Formatting.rate($0) }
    StandardOutput.writeLine(
      """
      rate   \(suggestion ?? "none: the loss hardly fell")
      curve  \(FileName.printable(path))
      """)
    try StandardOutput.flush()
    if let suggestion, !isQuiet {
      StandardError.writeLine("Next: the same call with --learning-rate \(suggestion) instead.")
    }
  }
}
