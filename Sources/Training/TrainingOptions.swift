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
  /// How far a step goes down the slope; nil for what is usual with the optimiser.
  public var learningRate: Double?
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
}
