/// ReLU: a negative becomes zero. The worked example calls it *normalisation*.
///
/// At zero the slope is taken to be 0. A NaN stays one, and lets its gradient through, as PyTorch's
/// does: only what is known to be ≤ 0 is cut off.
public struct ReferenceReLU: Sendable {
  public init() {}

  public func forward<Scalar>(_ input: Block<Scalar>) -> Block<Scalar> {
    input.map { $0 <= 0 ? 0 : $0 }
  }

  public func inputGradient<Scalar>(
    _ input: Block<Scalar>, outputGradient: Block<Scalar>
  ) -> Block<Scalar> {
    input.combined(with: outputGradient) { value, gradient in value <= 0 ? 0 : gradient }
  }
}

/// Leaky ReLU: what is not positive is multiplied by a small slope.
public struct ReferenceLeakyReLU<Scalar: ReferenceScalar>: Sendable {
  public var slope: Scalar

  public init(slope: Scalar = 0.01) { self.slope = slope }

  public func forward(_ input: Block<Scalar>) -> Block<Scalar> {
    input.map { $0 > 0 ? $0 : slope * $0 }
  }

  public func inputGradient(
    _ input: Block<Scalar>, outputGradient: Block<Scalar>
  ) -> Block<Scalar> {
    input.combined(with: outputGradient) { value, gradient in
      value > 0 ? gradient : slope * gradient
    }
  }
}

/// Dropout, for flags that say which values are kept, one per value of the block.
///
/// A value is dropped with `probability`. What is kept is scaled by 1 / (1 − probability), so that
/// the expected value stays as it was and nothing needs to be done at evaluation.
public struct ReferenceDropout<Scalar: ReferenceScalar>: Sendable {
  public var probability: Scalar

  public init(probability: Scalar) { self.probability = probability }

  public func forward(_ input: Block<Scalar>, keep: [Bool]) -> Block<Scalar> {
    precondition(keep.count == input.values.count)
    let scale = 1 / (1 - probability)
    return Block(
      extent: input.extent, channels: input.channels,
      values: zip(input.values, keep).map { value, keep in keep ? value * scale : 0 })
  }

  /// The same operation on the gradient: dropout is linear.
  public func inputGradient(keep: [Bool], outputGradient: Block<Scalar>) -> Block<Scalar> {
    forward(outputGradient, keep: keep)
  }
}
