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
    forward.appendRows(a: 0, out: 0, count: 1)
    forward.appendTerms(a: 0, k: 0, count: inputs)
    forwardProduct = BoundProduct(forward, rectify: rectify, instructionSet: instructionSet)

    var inputGradient = Product()
    inputGradient.depth = outputs
    inputGradient.columns = inputs
    inputGradient.appendRows(a: 0, out: 0, count: 1)
    inputGradient.appendTerms(a: 0, k: 0, count: outputs)
    inputGradientProduct = BoundProduct(inputGradient, instructionSet: instructionSet)

    var weightGradient = Product()
    weightGradient.rowStep = 1
    weightGradient.outStep = outputs
    weightGradient.columns = outputs
    weightGradient.appendRows(a: 0, out: 0, count: inputs)
    weightGradient.appendTerms(a: 0, k: 0, count: 1)
    weightGradientProduct = BoundProduct(weightGradient, instructionSet: instructionSet)
    channelSums = instructionSet.kernels.pointee.channel_sums
  }

  /// The convolution of one tap that it is, by which its weights are packed.
  package var shape: ConvolutionShape {
    ConvolutionShape(tapCount: 1, inputChannels: inputs, features: outputs, groups: 1)
  }

  package func forward(
    _ examples: Examples, input: UnsafePointer<Float>, packed: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, columns: Range<Int>? = nil
  ) {
    forwardProduct(
      a: input, b: packed, bias: bias, out: output, columns: columns, rows: examples)
  }

  package func inputGradient(
    _ examples: Examples, outputGradient: UnsafePointer<Float>, turned: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, accumulate: Bool, columns: Range<Int>? = nil
  ) {
    inputGradientProduct(
      a: outputGradient, b: turned, out: inputGradient, accumulate: accumulate, columns: columns,
      rows: examples)
  }

  /// Adds the examples' gradients, in their order.
  ///
  /// - Parameter columns: which outputs, as `InstructionSet.panels` cuts them; nil for all.
  package func weightGradient(
    _ examples: Examples, input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, biasGradient: UnsafeMutablePointer<Float>?,
    columns: Range<Int>? = nil
  ) {
    weightGradientProduct(
      a: input, b: outputGradient, out: weightGradient, accumulate: true, columns: columns,
      terms: examples)
    guard let biasGradient else { return }
    for example in 0..<examples.count {
      var offset = example * examples.to
      withUnsafePointer(to: &offset) { offset in
        var row = convkit_rows(count: 1, length: outputs, a: offset, b: offset, c: offset)
        channelSums(&row, outputs, outputGradient, biasGradient)
      }
    }
  }
}
