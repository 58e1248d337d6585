import ConvKitCore

/// Where a value of one micro-batch lies: its map, its gradient and the indices of its maxima, each
/// with the floats from one example to the next.
struct ValuePlace {
  var value: UnsafeMutablePointer<Float>
  var valueStep: Int
  /// Not to be touched where no gradient is wanted.
  var gradient: UnsafeMutablePointer<Float>
  var gradientStep: Int
  /// Of a maximum: which tap held it. Of the input of a network for text: the tokens.
  var index: UnsafeMutablePointer<Int32>
  var indexStep: Int
}

/// What a node sees while it works on a micro-batch: examples of one extent.
struct Frame {
  /// By value.
  let places: UnsafeMutablePointer<ValuePlace>
  /// Examples.
  var count: Int
  /// Their numbers, by which random values are drawn.
  var examples: UnsafePointer<Int>
  let memory: SharedMemory
  /// The gradients of the lane at work, laid out as the parameters are.
  var laneGradients: UnsafeMutablePointer<Float>
  let step: StepKey
}

/// The memory that all workers share.
struct SharedMemory {
  let parameters: UnsafeMutablePointer<Float>
  let statistics: UnsafeMutablePointer<Float>
  let gradients: UnsafeMutablePointer<Float>
  /// Weights in the order in which the micro-kernel reads them.
  let packed: UnsafeMutablePointer<Float>
  /// What tokens add to convolutions, as far as it has been filled.
  let rows: UnsafeMutablePointer<Float>
  /// What batch normalisations have found out about the batch.
  let moments: UnsafeMutablePointer<Float>
}

/// What random numbers of a step depend on.
package struct StepKey: Equatable, Sendable {
  package var seed: UInt64
  package var epoch: Int

  package init(seed: UInt64, epoch: Int) {
    self.seed = seed
    self.epoch = epoch
  }
}

/// An operation bound to one extent.
///
/// Frames hold examples in the order of the batch, and whatever is summed over examples is summed in
/// that order, so the size of a micro-batch changes no result.
protocol BoundNode {
  func forward(_ frame: Frame)

  /// Turns the gradient of the output into that of the inputs and, where lanes sum them, adds the
  /// gradients of the parameters.
  func backward(_ frame: Frame)
}

/// A node through which all examples of a chunk go together, because its weights are worth reading
/// once for all of them. Its gradients are learned by feature.
protocol NodeRunningTogether: NodeLearningByFeature {
  var forwardPartCount: Int { get }

  /// Computes some of the outputs of the examples of a frame.
  func forward(part: Int, _ frame: Frame)

  var inputPartCount: Int { get }

  /// Computes the gradients of some of the inputs, from output gradients that `backward` has
  /// prepared.
  func findInputGradient(part: Int, _ frame: Frame)
}

/// What is left of a node when the batch has come back: gradients summed over it, by parts.
protocol NodeLearningByFeature: BoundNode {
  var partCount: Int { get }

  /// Adds the gradients of one part of the parameters over the examples of a frame.
  func addGradient(part: Int, _ frame: Frame)
}
