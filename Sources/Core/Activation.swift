import ConvKitKernels

/// ReLU or leaky ReLU over the rows of a map.
package struct Activation {
  private let kernels: UnsafePointer<convkit_kernels>
  /// What a negative value is multiplied by: 0 is ReLU.
  private let slope: Float
  private let forwardRows: MapRows
  private let gradientRows: MapRows

  package init(
    slope: Float, input: MapLayout, output: MapLayout, inputGradient: MapLayout,
    outputGradient: MapLayout, instructionSet: InstructionSet
  ) {
    kernels = instructionSet.kernels
    self.slope = slope
    forwardRows = MapRows(input, output)
    // ReLU's slope can be read off its output, so its input need not be kept.
    gradientRows = MapRows(slope == 0 ? output : input, outputGradient, inputGradient)
  }

  package func forward(input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    forwardRows.withRows { rows in
      if slope == 0 {
        kernels.pointee.relu(rows, input, output)
      } else {
        kernels.pointee.leaky_relu(rows, slope, input, output)
      }
    }
  }

  /// - Parameter value: the output for ReLU, the input for leaky ReLU.
  package func gradient(
    value: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    gradientRows.withRows { rows in
      if slope == 0 {
        kernels.pointee.relu_gradient(rows, value, outputGradient, inputGradient, accumulate)
      } else {
        kernels.pointee.leaky_relu_gradient(
          rows, slope, value, outputGradient, inputGradient, accumulate)
      }
    }
  }
}
