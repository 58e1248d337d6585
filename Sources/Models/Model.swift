import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// All that is needed from a raw file to an answer: a front end, a network, what it has learned and
/// its labels.
public struct Model: Equatable, Sendable {
  public let network: Network
  /// By number; the order of the scores.
  public let labels: [String]
  public let frontEnd: ModelFrontEnd
  public let values: NetworkValues
  public let record: TrainingRecord

  /// - Precondition: `values` are those of `network` compiled for the front end and the labels.
  public init(
    network: Network, labels: [String], frontEnd: ModelFrontEnd, values: NetworkValues,
    record: TrainingRecord
  ) {
    self.network = network
    self.labels = labels
    self.frontEnd = frontEnd
    self.values = values
    self.record = record
  }

  /// The network compiled for the front end and the labels.
  public func compiled() throws -> CompiledNetwork {
    try CompiledNetwork(network, input: frontEnd.inputShape, labels: labels.count)
  }
}

/// How a model was trained. It holds no times, paths, numbers of threads or of files that were not
/// learned from, so that the same training gives the same file.
public struct TrainingRecord: Codable, Equatable, Sendable {
  /// With the weights of the labels as they were.
  public let options: TrainingOptions
  /// How these came about.
  public let labelWeights: LabelWeights
  /// How the examples were varied.
  public let augmentation: ModelAugmentation
  /// How its numbers were rounded, which decides their last bits.
  public let arithmetic: Arithmetic
  /// What `TrainingIdentity` knows the examples by.
  public let dataSet: String
  public let trainingExamples: Int
  public let validationExamples: Int
  /// How the epochs went. It may be long, and a model file has it apart from the rest.
  public internal(set) var history: [EpochResult] = []
  /// The epoch whose values the model has.
  public let bestEpoch: Int
  /// Tells the vectors of words that it began with from others; nil where there were none.
  public let vectors: String?

  private enum CodingKeys: CodingKey {
    case options, labelWeights, augmentation, arithmetic, dataSet, trainingExamples
    case validationExamples, bestEpoch, vectors
  }

  public init(
    options: TrainingOptions, labelWeights: LabelWeights = .none,
    augmentation: ModelAugmentation = .none, arithmetic: Arithmetic, dataSet: String,
    trainingExamples: Int, validationExamples: Int, history: [EpochResult], bestEpoch: Int,
    vectors: String? = nil
  ) {
    self.options = options
    self.labelWeights = labelWeights
    self.augmentation = augmentation
    self.arithmetic = arithmetic
    self.dataSet = dataSet
    self.trainingExamples = trainingExamples
    self.validationExamples = validationExamples
    self.history = history
    self.bestEpoch = bestEpoch
    self.vectors = vectors
  }
}

/// How products are added: with one rounding or two. Machines of one kind end in the same bits.
public enum Arithmetic: String, Codable, CaseIterable, Sendable {
  case fused, unfused

  init(_ instructionSet: InstructionSet) { self = instructionSet.isFused ? .fused : .unfused }
}

extension Model {
  /// What the training that made the model is known by.
  public func identity() throws -> TrainingIdentity {
    try TrainingIdentity(
      dataSet: record.dataSet, network: network, frontEnd: frontEnd, options: record.options,
      further: TrainingIdentity.furtherSettings(
        labelWeights: record.labelWeights,
        augmentation: record.augmentation,
        arithmetic: record.arithmetic, vectors: record.vectors))
  }
}
