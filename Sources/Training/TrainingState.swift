import ConvKitCore
import ConvKitNetworks

/// Everything that a training needs to go on: written, read and set again, it ends in the same bits.
public struct TrainingState: Codable, Equatable, Sendable {
  public package(set) var values: NetworkValues
  public package(set) var optimizer: OptimizerState

  /// The epoch at work, from 1.
  public package(set) var epoch: Int
  /// Batches of it that are done.
  public package(set) var batch: Int
  /// How the examples of those batches were answered.
  package var answers: AnswerCount

  /// The epochs that are done.
  public package(set) var history: [EpochResult]
  /// The values after the best of them, and which that was.
  public package(set) var best: Best?

  public struct Best: Codable, Equatable, Sendable {
    public package(set) var epoch: Int
    public package(set) var values: NetworkValues

    package init(epoch: Int, values: NetworkValues) {
      self.epoch = epoch
      self.values = values
    }
  }

  /// Before the first step, unless more is given.
  package init(
    values: NetworkValues, optimizer: OptimizerState, epoch: Int = 1, batch: Int = 0,
    answers: AnswerCount = AnswerCount(), history: [EpochResult] = [], best: Best? = nil
  ) {
    self.values = values
    self.optimizer = optimizer
    self.epoch = epoch
    self.batch = batch
    self.answers = answers
    self.history = history
    self.best = best
  }

  /// Epochs since the best one: training stops when they reach the patience.
  public var epochsWithoutGain: Int { (history.last?.epoch ?? 0) - (best?.epoch ?? 0) }
}

extension TrainingState {
  /// The most that a counter of a state may have reached: what is added to it cannot overflow.
  package static let largestCount = 1 << 53

  /// Whether a training that began as `fresh` can go on from here: a state may come from a file, and
  /// every list in it is used without looking at its length again.
  func fits(_ fresh: TrainingState) -> Bool {
    func isLike(_ values: NetworkValues) -> Bool {
      values.parameters.count == fresh.values.parameters.count
        && values.statistics.count == fresh.values.statistics.count
    }
    return isSound && isLike(values) && best.map { isLike($0.values) } ?? true
      && optimizer.firstMoment.count == fresh.optimizer.firstMoment.count
      && optimizer.secondMoment.count == fresh.optimizer.secondMoment.count
  }

  /// Whether its numbers can be those of a training, whatever its network.
  package var isSound: Bool {
    let epochs = history.indices.map { $0 + 1 }
    let counts = 0...Self.largestCount
    return counts.contains(optimizer.steps) && counts.contains(batch) && answers.isSound
      && history.map(\.epoch) == epochs && epoch == history.count + 1
      && best.map { epochs.contains($0.epoch) } ?? epochs.isEmpty && isFinite
  }

  /// Whether a training can go on from its values.
  ///
  /// The mean of squares may have become infinite: its parameter then stands still.
  package var isFinite: Bool {
    values.isFinite && best?.values.isFinite ?? true
      && optimizer.firstMoment.allSatisfy { $0.isFinite }
      && optimizer.secondMoment.allSatisfy { $0 >= 0 }
  }
}

/// How an epoch went.
public struct EpochResult: Codable, Equatable, Sendable {
  /// From 1.
  public let epoch: Int
  /// Over the epoch, while the network was learning.
  public let trainingLoss: Double
  public let trainingAccuracy: Double
  /// After it, or nil where there is nothing to validate on.
  public let validationLoss: Double?
  public let validationAccuracy: Double?

  package init(
    epoch: Int, trainingLoss: Double, trainingAccuracy: Double, validationLoss: Double?,
    validationAccuracy: Double?
  ) {
    self.epoch = epoch
    self.trainingLoss = trainingLoss
    self.trainingAccuracy = trainingAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
  }
}

/// How far an epoch has come.
public struct TrainingProgress: Sendable {
  /// From 1.
  public let epoch: Int
  public let epochs: Int
  public let examplesDone: Int
  public let examples: Int
  /// The mean over the examples done.
  public let loss: Double
  /// Of the examples done.
  public let accuracy: Double
}

/// A training that cannot go on.
public enum TrainingError: ReportableError, Equatable {
  case noExamples
  /// Stopped before the update, so that the values are still those of the step before.
  case lossNotFinite(example: String, epoch: Int)
  /// Every loss of a batch is finite and its gradient is not; stopped before the update. `first` is
  /// an example of the batch.
  case gradientNotFinite(first: String, batch: Int, epoch: Int)
  /// The last update of an epoch went too far.
  case valuesNotFinite(epoch: Int)
  case scoresNotFinite(example: String)
  /// A state of another network, or of other options.
  case otherState

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .noExamples:
      "There is no example to train on. Add files, or keep a smaller share for validation."
    case .lossNotFinite(let example, let epoch):
      "The loss of \(example) is not a finite number in epoch \(epoch), and training has stopped"
        + " before it spoiled the network. Look at that example for extreme values, or use a"
        + " smaller --learning-rate."
    case .gradientNotFinite(let first, let batch, let epoch):
      "The gradient of batch \(batch) of epoch \(epoch), which begins with \(first), is not finite,"
        + " and training has stopped before it spoiled the network. Look at the examples for extreme"
        + " values, or use a smaller --learning-rate."
    case .valuesNotFinite(let epoch):
      "What the network learned in epoch \(epoch) is not finite: the steps are too long. Use a"
        + " smaller --learning-rate."
    case .scoresNotFinite(let example):
      "The scores of \(example) are not finite numbers. Look at that example for extreme values, or"
        + " train with a smaller --learning-rate."
    case .otherState:
      "The state of the training does not fit the network and the options. Go on with those that it"
        + " was begun with, or begin anew."
    }
  }
}
