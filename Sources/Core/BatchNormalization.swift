import ConvKitKernels

/// Batch normalisation (Ioffe and Szegedy 2015) of the maps of one extent.
///
/// Statistics are per channel over all positions of all examples of a batch. They are summed in
/// Double, an example after the other within a lane, lanes in order: the sums do not depend on who
/// computes them.
package struct BatchNormalization {
  package let channels: Int
  private let kernels: UnsafePointer<convkit_kernels>
  private let momentRows: MapRows
  private let forwardRows: MapRows
  private let productRows: MapRows
  private let gradientRows: MapRows

  /// Positions of one example.
  package let positions: Int

  package init(
    input: MapLayout, output: MapLayout, inputGradient: MapLayout, outputGradient: MapLayout,
    instructionSet: InstructionSet
  ) {
    channels = input.channels
    positions = input.extent.reduce(1, *)
    kernels = instructionSet.kernels
    momentRows = MapRows(input)
    forwardRows = MapRows(input, output)
    productRows = MapRows(input, outputGradient)
    gradientRows = MapRows(input, outputGradient, inputGradient)
  }

  /// Adds an example to the sums of (x − shift) and of its square.
  package func addMoments(
    input: UnsafePointer<Float>, shift: UnsafePointer<Float>, sum: UnsafeMutablePointer<Double>,
    square: UnsafeMutablePointer<Double>
  ) {
    momentRows.withRows {
      kernels.pointee.channel_moments($0, channels, shift, input, sum, square)
    }
  }

  package func forward(
    input: UnsafePointer<Float>, mean: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    forwardRows.withRows {
      kernels.pointee.normalize($0, channels, mean, scale, shift, input, output)
    }
  }

  /// Adds an example to the sums of dy and of dy·(x − mean).
  package func addProducts(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    sum: UnsafeMutablePointer<Double>, product: UnsafeMutablePointer<Double>
  ) {
    productRows.withRows {
      kernels.pointee.channel_products($0, channels, mean, input, outputGradient, sum, product)
    }
  }

  /// dx = dy·scale + (x − mean)·slope + shift.
  package func inputGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    scale: UnsafePointer<Float>, slope: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    gradientRows.withRows {
      kernels.pointee.normalize_gradient(
        $0, channels, mean, scale, slope, shift, input, outputGradient, inputGradient, accumulate)
    }
  }
}
