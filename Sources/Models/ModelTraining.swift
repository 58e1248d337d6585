import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// The whole way from a data set to a model.
public struct ModelTraining: Sendable {
  public var options = TrainingOptions()
  /// nil for the standard network of the data.
  public var network: Network?
  /// The share of the training examples that is kept to validate on. With 0, the last epoch is kept.
  public var validationShare = Split.defaultShare
  /// nil for one a core. The model does not depend on it.
  public var threads: Int?

  public init() {}

  /// What happens on the way.
  public enum Event: Sendable {
    /// A file that cannot be used.
    case leftOut(LeftOut)
    case started(trainingExamples: Int, validationExamples: Int)
    case progress(TrainingProgress)
    case epoch(EpochResult)
  }

  /// What came of it.
  public struct Result: Sendable {
    public let model: Model
    /// Epochs that ran.
    public let epochs: Int
    /// The one whose values the model has.
    public let bestEpoch: Int
    /// On the validation examples, or while training where there are none.
    public let accuracy: Double
    public let loss: Double
    /// Training and validation examples.
    public let examples: Int
    /// Files that could not be used.
    public let skipped: Int
  }

  /// Fits the front end, trains, and keeps the best epoch. What `report` throws stops the training.
  ///
  /// - Throws: what the data, the network or the options make impossible; a single bad file is
  ///   reported and left out.
  public func train(
    on data: DataSet, kind: DataKind, report: (Event) throws -> Void = { _ in }
  ) throws -> Result {
    let frontEnd = try ModelFrontEnd.fitted(to: data.training.map(\.item), kind: kind)
    let network = network ?? .standard(for: frontEnd.inputShape)
    // Before anything is read: a mistake in the network should not cost the reading.
    let compiled = try CompiledNetwork(
      network, input: frontEnd.inputShape, labels: data.labels.count)

    let split = try Split(data, share: validationShare, seed: options.seed)
    let training = try ItemSource(split.training, frontEnd)
    let validation = try ItemSource(split.validation, frontEnd)
    let leftOut = data.leftOut + training.leftOut + validation.leftOut
    for item in leftOut { try report(.leftOut(item)) }
    try report(.started(trainingExamples: training.count, validationExamples: validation.count))

    let trainer = try Trainer(compiled, options: options, threads: threads)
    try trainer.train(
      on: training, validation: validation.count > 0 ? validation : nil,
      report: { try report(.progress($0)) }, finished: { try report(.epoch($0)) })

    let state = trainer.state
    let bestEpoch = state.best?.epoch ?? state.history.count
    let best = state.history[bestEpoch - 1]
    let record = TrainingRecord(
      options: options, validationShare: validationShare, trainingExamples: training.count,
      validationExamples: validation.count, skipped: leftOut.count, history: state.history,
      bestEpoch: bestEpoch)
    return Result(
      model: Model(
        network: network, labels: data.labels, frontEnd: frontEnd, values: trainer.bestValues,
        record: record),
      epochs: state.history.count, bestEpoch: bestEpoch,
      accuracy: best.validationAccuracy ?? best.trainingAccuracy,
      loss: best.validationLoss ?? best.trainingLoss,
      examples: training.count + validation.count, skipped: leftOut.count)
  }
}
