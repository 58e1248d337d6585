import ConvKitCore
import ConvKitNetworks

/// Everything that a training needs to go on: written, read and set again, it ends in the same bits.
public struct TrainingState: Codable, Equatable, Sendable {
  public package(set) var values: NetworkValues
  public package(set) var optimizer: OptimizerState

  /// The epoch at work, from 1.
  public package(set) var epoch = 1
  /// Batches of it that are done.
  public package(set) var batch = 0
  /// How the examples of those batches were answered.
  package var answers: Evaluation

  /// The epochs that are done.
  public package(set) var history: [EpochResult] = []
  /// The values after the best of them, and which that was.
  public package(set) var best: Best?

  public struct Best: Codable, Equatable, Sendable {
    public package(set) var epoch: Int
    public package(set) var values: NetworkValues
  }

  /// Epochs since the best one: training stops when they reach the patience.
  public var epochsWithoutGain: Int { (history.last?.epoch ?? 0) - (best?.epoch ?? 0) }
}

extension TrainingState {
  /// Whether a training that began as `fresh` can go on from here: a state may come from a file, and
  /// every list in it is used without looking at its length again.
  func fits(_ fresh: TrainingState, momentsOf optimizer: OptimizerState) -> Bool {
    func isLike(_ values: NetworkValues) -> Bool {
      values.parameters.count == fresh.values.parameters.count
        && values.statistics.count == fresh.values.statistics.count
    }
    let epochs = history.indices.map { $0 + 1 }
    return isLike(values) && best.map { isLike($0.values) && epochs.contains($0.epoch) } ?? true
      && self.optimizer.firstMoment.count == optimizer.firstMoment.count
      && self.optimizer.secondMoment.count == optimizer.secondMoment.count
      && self.optimizer.steps >= 0 && history.map(\.epoch) == epochs
      && epoch == history.count + 1 && batch >= 0
      && answers.labelCount == fresh.answers.labelCount
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
