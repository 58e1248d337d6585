/// A fully connected layer: every output is a sum of *votes*, a weight times an input value each.
///
/// It takes and gives blocks of rank 0, whose channels are its inputs and outputs. Weights are
/// [input, output], the output fastest; a bias has one value per output.
public struct ReferenceDense: Sendable {
  public var inputs: Int
  public var outputs: Int

  public init(inputs: Int, outputs: Int) {
    self.inputs = inputs
    self.outputs = outputs
  }

  @inlinable
  public func forward<Scalar>(
    _ input: Block<Scalar>, weights: [Scalar], bias: [Scalar]? = nil
  ) -> Block<Scalar> {
    checkShapes(input, weights)
    var output = bias ?? [Scalar](repeating: 0, count: outputs)
    for i in 0..<inputs {
      for o in 0..<outputs { output[o] += input.values[i] * weights[i * outputs + o] }
    }
    return Block(output)
  }

  @inlinable
  public func gradients<Scalar>(
    _ input: Block<Scalar>, weights: [Scalar], outputGradient: Block<Scalar>
  ) -> (input: Block<Scalar>, weights: [Scalar], bias: [Scalar]) {
    checkShapes(input, weights)
    var inputGradient = [Scalar](repeating: 0, count: inputs)
    var weightGradient = [Scalar](repeating: 0, count: inputs * outputs)
    for i in 0..<inputs {
      for o in 0..<outputs {
        inputGradient[i] += outputGradient.values[o] * weights[i * outputs + o]
        weightGradient[i * outputs + o] = outputGradient.values[o] * input.values[i]
      }
    }
    return (Block(inputGradient), weightGradient, outputGradient.values)
  }

  @usableFromInline
  func checkShapes<Scalar>(_ input: Block<Scalar>, _ weights: [Scalar]) {
    precondition(
      input.extent.isEmpty && input.channels == inputs && weights.count == inputs * outputs,
      """
      a dense layer \(inputs)→\(outputs) received an input \(input.extent)×\(input.channels) and \
      \(weights.count) weights; a map is flattened first
      """)
  }
}
