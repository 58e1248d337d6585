import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// The whole way from a data set to a model.
public struct ModelTraining: Sendable {
  public var options = TrainingOptions()
  /// How much the examples of a label count. `balanced` replaces the weights of `options`.
  public var labelWeights = LabelWeights.none
  /// nil for the standard network of the data.
  public var network: Network?
  /// The share of the training examples that is kept to validate on. With 0, the last epoch is kept.
  public var validationShare = Split.defaultShare
  /// nil for one a core. The model does not depend on it.
  public var threads: Int?
  /// Whether the first item that cannot be used stops the training, instead of being left out.
  public var strict = false
  /// Where the checkpoint is kept, or nil for none. It stays when the training is done, to be removed
  /// when the model is safe.
  public var checkpoint: String?
  /// Whether to go on from the checkpoint, if there is one.
  public var resume = false

  public init() {}

  /// What happens on the way.
  public enum Event: Sendable {
    /// A file that cannot be used.
    case leftOut(LeftOut)
    case started(trainingExamples: Int, validationExamples: Int)
    /// The training goes on from a checkpoint: `epoch` is at work, `batch` of its batches are done.
    case resumed(epoch: Int, batch: Int)
    case progress(TrainingProgress)
    case epoch(EpochResult)
    /// A step of the search for a learning rate, from 0; there are at most `steps`.
    case rateTried(LearningRateCurve.Point, step: Int, steps: Int)
    /// A checkpoint could not be written. The training goes on; the one before stays.
    case checkpointFailed(any ReportableError)
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
    /// How the model answers for the validation examples, or nil where there are none.
    public let evaluation: Evaluation?
    /// Its worst mistakes among them, the worst first, at most `Mistake.kept`.
    public let mistakes: [Mistake]
    /// Training and validation examples.
    public let examples: Int
    /// Files that could not be used.
    public let skipped: Int
  }

  /// Fits the front end, trains, and keeps the best epoch. What `report` throws stops the training,
  /// and where there is a checkpoint, the training can go on from there.
  ///
  /// - Throws: what the data, the network or the options make impossible; a single bad file is
  ///   reported and left out.
  public func train(
    on data: DataSet, kind: DataKind, report: (Event) throws -> Void = { _ in }
  ) throws -> Result {
    let prepared = try prepare(data, kind)
    let (training, validation) = (prepared.training, prepared.validation)
    for item in prepared.leftOut { try report(.leftOut(item)) }
    try report(.started(trainingExamples: training.count, validationExamples: validation.count))

    let trainer = try Trainer(prepared.compiled, options: prepared.options, threads: threads)
    let validating = validation.count > 0 ? validation : nil
    if let checkpoint {
      try trainer.train(
        on: training, validation: validating,
        keeping: CheckpointPlan(
          path: checkpoint, identity: try prepared.identity(), resumes: resume),
        resumed: { try report(.resumed(epoch: $0.epoch, batch: $0.batch)) },
        failed: { try report(.checkpointFailed($0)) },
        report: { try report(.progress($0)) }, finished: { try report(.epoch($0)) })
    } else {
      try trainer.train(
        on: training, validation: validating,
        report: { try report(.progress($0)) }, finished: { try report(.epoch($0)) })
    }
    return try result(of: trainer, prepared, data)
  }

  /// What a training of these data would have otherwise than the one that made a model, as parts of
  /// a sentence; empty where the model is what this training ends in.
  ///
  /// Costs reading all the data.
  public func differences(
    from model: Model, on data: DataSet, kind: DataKind
  ) throws -> [String] {
    let here = try prepare(data, kind).identity()
    let labels = model.labels == data.labels ? [] : ["the labels are others"]
    return here.difference(from: try model.identity()) + labels
  }

  /// Looks for a learning rate on the training examples; see `LearningRateFinder`.
  ///
  /// - Parameter report: what it throws stops the search.
  public func findLearningRate(
    on data: DataSet, kind: DataKind, report: (Event) throws -> Void = { _ in }
  ) throws -> LearningRateCurve {
    let prepared = try prepare(data, kind)
    for item in prepared.leftOut { try report(.leftOut(item)) }
    try report(
      .started(
        trainingExamples: prepared.training.count, validationExamples: prepared.validation.count))
    return try LearningRateFinder.find(
      prepared.compiled, options: prepared.options, on: prepared.training, threads: threads
    ) { step, point in
      try report(.rateTried(point, step: step, steps: LearningRateFinder.steps))
    }
  }
}

// MARK: before and after

extension ModelTraining {
  /// Everything that is decided before the first step.
  private struct Prepared {
    let frontEnd: ModelFrontEnd
    let compiled: CompiledNetwork
    let options: TrainingOptions
    let further: [String: String]
    let dataSet: Fingerprint
    let training: ItemSource
    let validation: ItemSource
    let leftOut: [LeftOut]

    func identity() throws -> TrainingIdentity {
      try TrainingIdentity(
        dataSet: dataSet.hexadecimal, network: compiled.network, frontEnd: frontEnd,
        options: options, further: further)
    }
  }

  private func prepare(_ data: DataSet, _ kind: DataKind) throws -> Prepared {
    let frontEnd = try ModelFrontEnd.fitted(to: data.training.map(\.item), kind: kind)
    // Before anything is read: a mistake in the network should not cost the reading.
    let compiled = try CompiledNetwork(
      network ?? .standard(for: frontEnd.inputShape), input: frontEnd.inputShape,
      labels: data.labels.count)

    // All are read before any is put on a side: one that cannot be used is on none.
    let items = try DecodedItems(
      data.training + data.validation, frontEnd, fingerprints: true, isStrict: strict)
    let ofTraining = Set(data.training.map { Array($0.name.utf8) })
    let isTraining = items.usable.map { ofTraining.contains(Array($0.name.utf8)) }
    let usable = zip(items.usable, isTraining).filter(\.1).map(\.0)
    let (training, validation): ([DataSet.Example], [DataSet.Example])
    if data.validation.isEmpty {
      let split = try Split(stratified: usable, share: validationShare, seed: options.seed)
      (training, validation) = (split.training, split.validation)
    } else {
      (training, validation) = (usable, data.validation)
    }

    var options = options
    if labelWeights == .balanced {
      var counts = Array(repeating: 0, count: data.labels.count)
      for example in training { counts[example.label] += 1 }
      options.loss.labelWeights = labelWeights.weights(counts: counts)
    }
    let contents = zip(items.usable, zip(isTraining, items.contents)).map {
      ($0, $1.0 ? DataPart.training : .validation, $1.1)
    }
    return Prepared(
      frontEnd: frontEnd, compiled: compiled, options: options,
      further: TrainingIdentity.furtherSettings(
        validationShare: validationShare, labelWeights: labelWeights),
      dataSet: TrainingIdentity.fingerprint(of: contents, labels: data.labels),
      training: items.source(training), validation: items.source(validation),
      leftOut: data.leftOut + items.leftOut)
  }

  private func result(
    of trainer: Trainer, _ prepared: Prepared, _ data: DataSet
  ) throws -> Result {
    let (training, validation) = (prepared.training, prepared.validation)
    let state = trainer.state
    let bestEpoch = state.best?.epoch ?? state.history.count
    let best = state.history[bestEpoch - 1]
    let record = TrainingRecord(
      options: prepared.options, labelWeights: labelWeights, validationShare: validationShare,
      dataSet: prepared.dataSet.hexadecimal, trainingExamples: training.count,
      validationExamples: validation.count, skipped: prepared.leftOut.count,
      history: state.history, bestEpoch: bestEpoch)
    let answered = validation.count > 0 ? try trainer.answers(for: validation) : nil
    return Result(
      model: Model(
        network: prepared.compiled.network, labels: data.labels, frontEnd: prepared.frontEnd,
        values: trainer.bestValues, record: record),
      epochs: state.history.count, bestEpoch: bestEpoch,
      accuracy: best.validationAccuracy ?? best.trainingAccuracy,
      loss: best.validationLoss ?? best.trainingLoss, evaluation: answered?.evaluation,
      mistakes: answered?.mistakes ?? [], examples: training.count + validation.count,
      skipped: prepared.leftOut.count)
  }
}

extension Trainer {
  /// How the best values answer, and their worst mistakes.
  fileprivate func answers(
    for source: ItemSource
  ) throws -> (evaluation: Evaluation, mistakes: [Mistake]) {
    var wrong: [(index: Int, probabilities: [Float])] = []
    let evaluation = try evaluateBest(source) { index, scores in
      guard indexOfLargest(scores) != source.label(of: index) else { return }
      wrong.append((index, CrossEntropy.softmax(scores)))
    }
    func truthScore(_ mistake: (index: Int, probabilities: [Float])) -> Float {
      mistake.probabilities[source.label(of: mistake.index)]
    }
    let worst = wrong.sorted { (truthScore($0), $0.index) < (truthScore($1), $1.index) }
    let mistakes = try worst.prefix(Mistake.kept).compactMap { mistake -> Mistake? in
      let answer = indexOfLargest(mistake.probabilities)
      return try source.inputs(of: mistake.index, epoch: 0).first.map {
        Mistake(
          name: source.name(of: mistake.index), truth: source.label(of: mistake.index),
          answer: answer, score: mistake.probabilities[answer], truthScore: truthScore(mistake),
          input: $0.input)
      }
    }
    return (evaluation, mistakes)
  }
}
