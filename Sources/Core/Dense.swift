import ConvKitKernels

/// A fully connected layer: every output is a weighted sum of every input, a vote by a vote.
///
/// It is the product of one tap whose rows are the examples of a micro-batch.
/// Weights lie as [input, output].
package struct Dense {
  package let inputs: Int
  package let outputs: Int
  private let forwardProduct: BoundProduct
  private let inputGradientProduct: BoundProduct
  private let weightGradientProduct: BoundProduct
  private let channelSums:
    @convention(c) (
      UnsafePointer<convkit_rows>?, Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void

  /// - Parameter rectify: whether ReLU is applied to the outputs as they are stored.
  package init(inputs: Int, outputs: Int, rectify: Bool = false, instructionSet: InstructionSet) {
    self.inputs = inputs
    self.outputs = outputs
    var forward = Product()
    forward.depth = inputs
    forward.columns = outputs
    forward.appendTerms(a: 0, k: 0, count: inputs)
    forwardProduct = BoundProduct(forward, rectify: rectify, instructionSet: instructionSet)

    var inputGradient = Product()
    inputGradient.depth = outputs
    inputGradient.columns = inputs
    inputGradient.appendTerms(a: 0, k: 0, count: outputs)
    inputGradientProduct = BoundProduct(inputGradient, instructionSet: instructionSet)

    var weightGradient = Product()
    weightGradient.rowStep = 1
    weightGradient.outStep = outputs
    weightGradient.columns = outputs
    weightGradient.appendRows(a: 0, out: 0, count: inputs)
    weightGradientProduct = BoundProduct(weightGradient, instructionSet: instructionSet)
    channelSums = instructionSet.kernels.pointee.channel_sums
  }

  /// How the weights are packed for `forward`.
  package var shape: ConvolutionShape {
    ConvolutionShape(tapCount: 1, inputChannels: inputs, features: outputs, groups: 1)
  }

  /// `count` examples; steps are the floats from one example to the next.
  package func forward(
    count: Int, input: UnsafePointer<Float>, inputStep: Int, packed: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, outputStep: Int
  ) {
    forwardProduct(
      rows: count, rowStep: inputStep, outStep: outputStep, a: input, b: packed, bias: bias,
      out: output)
  }

  package func inputGradient(
    count: Int, outputGradient: UnsafePointer<Float>, outputStep: Int,
    turned: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>, inputStep: Int,
    accumulate: Bool
  ) {
    inputGradientProduct(
      rows: count, rowStep: outputStep, outStep: inputStep, a: outputGradient, b: turned,
      out: inputGradient, accumulate: accumulate)
  }

  /// Adds the examples' gradients, in their order.
  ///
  /// - Parameter columns: which outputs, as `InstructionSet.panels` cuts them; nil for all.
  package func weightGradient(
    count: Int, input: UnsafePointer<Float>, inputStep: Int, outputGradient: UnsafePointer<Float>,
    outputStep: Int, weightGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>?, columns: Range<Int>? = nil
  ) {
    weightGradientProduct(
      terms: count, termStep: inputStep, lineStep: outputStep, a: input, b: outputGradient,
      out: weightGradient, accumulate: true, columns: columns)
    guard let biasGradient else { return }
    for example in 0..<count {
      var offset = example * outputStep
      withUnsafePointer(to: &offset) { offset in
        var row = convkit_rows(count: 1, length: outputs, a: offset, b: offset, c: offset)
        channelSums(&row, outputs, outputGradient, biasGradient)
      }
    }
  }
}
