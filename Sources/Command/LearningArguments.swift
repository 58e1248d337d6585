import ArgumentParser
import ConvKit

extension LabelWeights: ExpressibleByArgument {}

/// How a training learns.
struct LearningArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Passes over the examples, at most. (default: \(TrainingOptions().epochs), of texts "
        + "\(ModelTraining.epochsOfTexts.lowerBound) to \(ModelTraining.epochsOfTexts.upperBound), the "
        + "fewer the more texts there are)", valueName: "N"))
  var epochs: Int?

  @Option(
    help: ArgumentHelp(
      "Epochs without a better validation loss before training stops.", valueName: "N"))
  var patience = TrainingOptions().patience

  @Option(
    help: ArgumentHelp(
      "Examples in a step. (default: \(TrainingOptions().batchSize), of texts "
        + "\(ModelTraining.batchOfTexts))", valueName: "N"))
  var batch: Int?

  @Option(
    help: ArgumentHelp(
      "How far a step goes at most. (default: 0.001, with sgd 0.01; with one-cycle three times that; "
        + "of texts with adam \(ModelTraining.learningRateOfTexts))",
      valueName: "R"))
  var learningRate: Double?

  @Option(
    help: ArgumentHelp(
      "How the learning rate changes: constant, step (a tenth every 10 epochs; "
        + "step=FACTOR,EPOCHS), cosine or one-cycle.", valueName: "SCHEDULE"))
  var schedule = ScheduleArgument(ModelTraining().options.schedule)

  @Option(
    help: ArgumentHelp("Epochs in which the learning rate rises from almost 0.", valueName: "N"))
  var warmUp = TrainingOptions().warmUp

  @Option(help: "How steps are made.")
  var optimizer = TrainingOptions().optimizer

  @Option(help: ArgumentHelp("Draws weights to 0.", valueName: "R"))
  var weightDecay = TrainingOptions().weightDecay

  @Option(
    help: ArgumentHelp(
      "The share of every example that is spread over all labels, so that no answer is too sure. "
        + "(default: 0, of texts \(ModelTraining.labelSmoothingOfTexts))",
      valueName: "SHARE"))
  var labelSmoothing: Double?

  @Option(help: "How much the examples of a label count.")
  var labelWeights = LabelWeights.none

  @Option(
    help: ArgumentHelp(
      "How training examples are varied: with commas, each maybe with a strength, as shift,turn=15; or "
        + "none. Pictures: "
        + "\(ImageAugmentationKind.allCases.map(\.rawValue).joined(separator: ", "))"
        + Self.soundAugmentation
        + ". Volumes: \(VolumeAugmentationKind.allCases.map(\.rawValue).joined(separator: ", "))"
        + ". Texts: \(TextAugmentationKind.allCases.map(\.rawValue).joined(separator: ", "))"
        + ". (default for pictures: shift, scale and turn, the less the more pictures there are; for volumes: "
        + "\(VolumeAugmentation.usual))",
      valueName: "LIST"))
  var augment: String?

  private static var soundAugmentation: String {
    #if Sound
      ". Sound: \(SoundAugmentationKind.allCases.map(\.rawValue).joined(separator: ", "))"
    #else
      ""
    #endif
  }

  @Option(
    help: ArgumentHelp(
      "A network in JSON instead of the standard one.", valueName: "FILE.json"))
  var network: String?

  @Option(
    help: ArgumentHelp(
      "The share kept to validate on where the data have no validation part; 0 trains on everything "
        + "and keeps the last epoch. (default: \(Split.defaultShare), of texts "
        + "\(ModelTraining.validationShareOfTexts))",
      valueName: "SHARE"))
  var validation: Double?

  @Option(
    help: ArgumentHelp(
      "Threads; the model does not depend on it. (default: one a core)", valueName: "N"))
  var threads: Int?

  func validate() throws {
    if let epochs {
      try require(
        1...TrainingOptions.largestCount ~= epochs, "--epochs", received: epochs,
        allowed: "a number from 1 to \(TrainingOptions.largestCount)")
    }
    if let batch {
      try require(
        1...TrainingOptions.largestCount ~= batch, "--batch", received: batch,
        allowed: "a number from 1 to \(TrainingOptions.largestCount)")
    }
    try require(patience >= 0, "--patience", received: patience, allowed: "a number from 0")
    if let learningRate {
      try require(
        learningRate > 0 && learningRate.isFinite, "--learning-rate", received: learningRate,
        allowed: "a number above 0, as 0.001")
    }
    try require(
      warmUp >= 0 && warmUp.isFinite, "--warm-up", received: warmUp, allowed: "a number from 0")
    try require(
      weightDecay >= 0 && weightDecay.isFinite, "--weight-decay", received: weightDecay,
      allowed: "a number from 0")
    if let labelSmoothing {
      try require(
        labelSmoothing >= 0 && labelSmoothing < 1, "--label-smoothing", received: labelSmoothing,
        allowed: "a number from 0 (none) to below 1, as 0.1")
    }
    if let validation {
      try require(
        validation >= 0 && validation < 1, "--validation", received: validation,
        allowed: "a number from 0 (none) to below 1, as 0.2 for a fifth")
    }
    if let threads {
      try require(
        1...1024 ~= threads, "--threads", received: threads, allowed: "a number from 1 to 1024")
    }
  }

  /// Sets how long a training takes, which depends on how many examples there are.
  func setEpochs(of training: inout ModelTraining, kind: DataKind, data: DataSet) {
    training.options.epochs =
      epochs ?? ModelTraining.usualEpochs(of: kind, examples: data.training.count)
  }

  /// A training that learns so, but for its epochs, with the standard network.
  func training(seed: UInt64, kind: DataKind) throws -> ModelTraining {
    var training = ModelTraining(for: kind, examples: 0)
    training.options.patience = patience
    if let batch { training.options.batchSize = batch }
    training.options.schedule = schedule.schedule
    // What is usual for a kind goes with the usual optimiser.
    if learningRate != nil || optimizer != TrainingOptions().optimizer {
      training.options.learningRate = learningRate
    }
    training.options.warmUp = warmUp
    training.options.optimizer = optimizer
    training.options.weightDecay = weightDecay
    training.options.seed = seed
    if let labelSmoothing { training.options.loss.labelSmoothing = labelSmoothing }
    training.labelWeights = labelWeights
    training.augmentation = try augment.map { try ModelAugmentation($0, kind: kind) }
    if let validation { training.validationShare = validation }
    training.threads = threads
    return training
  }
}

/// `--schedule`: a name, and for steps maybe the factor and the epochs between them.
struct ScheduleArgument: ExpressibleByArgument {
  let schedule: LearningRateSchedule

  init(_ schedule: LearningRateSchedule) { self.schedule = schedule }

  init?(argument: String) {
    switch argument {
    case "constant": schedule = .constant
    case "step": schedule = .step(factor: 0.1, every: 10)
    case "cosine": schedule = .cosine(floor: 0)
    case "one-cycle": schedule = .oneCycle
    default:
      guard argument.hasPrefix("step=") else { return nil }
      let parts = argument.dropFirst(5).split(separator: ",", omittingEmptySubsequences: false)
      guard parts.count == 2, let factor = Double(parts[0]), let every = Int(parts[1]),
        factor > 0, factor <= 1, every >= 1
      else { return nil }
      schedule = .step(factor: factor, every: every)
    }
  }

  var defaultValueDescription: String {
    switch schedule {
    case .constant: "constant"
    case .step(let factor, let every): "step=\(factor),\(every)"
    case .cosine: "cosine"
    case .oneCycle: "one-cycle"
    }
  }
}
