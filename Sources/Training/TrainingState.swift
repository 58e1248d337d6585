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

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .noExamples:
      "There is no example to train on. Add files, or keep a smaller share for validation."
    case .lossNotFinite(let example, let epoch):
      "The loss of \(example) is not a finite number in epoch \(epoch), and training has stopped"
        + " before it spoiled the network. Look at that example for extreme values, or use a"
        + " smaller --learning-rate."
    }
  }
}
