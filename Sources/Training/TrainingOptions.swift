import ConvKitCore

/// The knobs of training, in the field's names.
public struct TrainingOptions: Codable, Equatable, Sendable {
  public enum Optimizer: String, Codable, CaseIterable, Sendable {
    /// Kingma and Ba 2015.
    case adam
    /// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019).
    case adamw
    /// Gradient descent on batches, with momentum.
    case sgd

    /// The learning rate where none is given: PyTorch's for Adam and AdamW; for SGD, which has no
    /// default there, a tenth of what its examples use without batch normalisation.
    public var usualLearningRate: Double { self == .sgd ? 0.01 : 0.001 }
  }

  /// Passes over the training examples, at most.
  public var epochs = 30
  /// Examples in a step.
  public var batchSize = 32
  /// How far a step goes down the slope at most; nil for what is usual with the optimiser and the
  /// schedule.
  public var learningRate: Double?
  /// How the learning rate changes from step to step.
  public var schedule = LearningRateSchedule.constant
  /// Epochs in which the learning rate rises in a line from almost 0, before the schedule begins.
  public var warmUp = 0.0
  public var optimizer = Optimizer.adam
  /// SGD's share of the last step in the next one.
  public var momentum = 0.9
  /// Draws weights to 0: added to the gradient (SGD, Adam) or applied beside it (AdamW). Biases,
  /// scales and shifts do not decay.
  public var weightDecay = 0.0
  /// The longest that the gradient of all parameters together may be, or nil for any.
  public var gradientNorm: Double?
  /// Epochs without a better validation loss before training stops.
  public var patience = 10
  /// Decides the first weights, the order of the examples and everything else that is random.
  public var seed: UInt64 = 0
  public var loss = CrossEntropy()

  public init() {}

  /// The learning rate that the schedule takes its shares of.
  public var fullLearningRate: Double { learningRate ?? usualLearningRate }

  /// The learning rate where none is given. A cycle spends little time at its peak, which is three
  /// times what suits a constant rate: on Fashion-MNIST, 5 epochs with Adam, a peak of 0.003 gave
  /// 92.1 %, one of 0.001 91.6 %.
  public var usualLearningRate: Double {
    schedule == .oneCycle ? 3 * optimizer.usualLearningRate : optimizer.usualLearningRate
  }

  /// The most epochs, and examples in a batch, that a training may have: products of them with
  /// counts of examples stay far from what an `Int` holds.
  public static let largestCount = 1_000_000

  /// What no training can have, or nil: a sentence's end that names the option and its range.
  public var flaw: String? {
    func flaw(_ holds: Bool, _ text: @autoclosure () -> String) -> String? { holds ? nil : text() }
    func isPositive(_ value: Double) -> Bool { value.isFinite && value > 0 }
    return flaw(
      1...Self.largestCount ~= epochs, "epochs are 1 to \(Self.largestCount), not \(epochs)")
      ?? flaw(
        1...Self.largestCount ~= batchSize,
        "a batch has 1 to \(Self.largestCount) examples, not \(batchSize)")
      ?? flaw(
        isPositive(fullLearningRate), "a learning rate is above 0, not \(fullLearningRate)")
      ?? schedule.flaw
      ?? flaw(warmUp.isFinite && warmUp >= 0, "a warm-up has 0 epochs or more, not \(warmUp)")
      ?? flaw((0..<1).contains(momentum), "momentum is from 0 to below 1, not \(momentum)")
      ?? flaw(
        weightDecay.isFinite && weightDecay >= 0, "weight decay is not negative: \(weightDecay)")
      ?? flaw(
        gradientNorm.map(isPositive) ?? true,
        "the longest gradient is above 0, not \(gradientNorm ?? 0)")
      ?? flaw(patience >= 0, "patience is not negative: \(patience)")
  }

  /// Everything that decides what a training ends in, as texts by the names that the command has for it.
  public var settings: [String: String] {
    [
      "epochs": "\(epochs)", "batch": "\(batchSize)", "learning-rate": "\(fullLearningRate)",
      "schedule": schedule.description, "warm-up": "\(warmUp)", "optimizer": optimizer.rawValue,
      "momentum": "\(momentum)", "weight-decay": "\(weightDecay)",
      "gradient-norm": gradientNorm.map { "\($0)" } ?? "any", "patience": "\(patience)",
      "seed": "\(seed)", "label-smoothing": "\(loss.labelSmoothing)",
      "label-weights": loss.labelWeights.isEmpty ? "none" : "\(loss.labelWeights)",
    ]
  }
}

extension TrainingOptions {
  enum CodingKeys: CodingKey {
    case epochs, batchSize, learningRate, schedule, warmUp, optimizer, momentum, weightDecay
    case gradientNorm, patience, seed, loss
  }

  /// What is missing has its default, so that what an older version wrote can be read; what no
  /// training can have is refused.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ value: inout Value, _ key: CodingKeys) throws {
      value = try container.decodeIfPresent(Value.self, forKey: key) ?? value
    }
    try read(&epochs, .epochs)
    try read(&batchSize, .batchSize)
    learningRate = try container.decodeIfPresent(Double.self, forKey: .learningRate)
    try read(&schedule, .schedule)
    try read(&warmUp, .warmUp)
    try read(&optimizer, .optimizer)
    try read(&momentum, .momentum)
    try read(&weightDecay, .weightDecay)
    gradientNorm = try container.decodeIfPresent(Double.self, forKey: .gradientNorm)
    try read(&patience, .patience)
    try read(&seed, .seed)
    try read(&loss, .loss)
    if let flaw {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: flaw))
    }
  }
}
