import ConvKitCore
import ConvKitKernels

/// Runs of weights as the kernel takes them: each a sum over neighbouring values of a frame.
struct BandTable: Sendable {
  let count: Int
  /// Values of a frame.
  let bins: Int
  let first: ConstantTable<Int32>
  let length: ConstantTable<Int32>
  let weights: ConstantTable<Float>

  /// Frames that one call of the kernel takes at most.
  static let frames = 8

  /// - Parameters:
  ///   - runs: the values that each sum takes, all of 0..<bins.
  ///   - weights: of the values of the runs, run after run.
  init(runs: [Range<Int>], weights: [Float], bins: Int) {
    precondition(
      weights.count == runs.reduce(0) { $0 + $1.count }
        && runs.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= bins },
      "\(weights.count) weights for \(runs.count) runs over \(bins) values")
    count = runs.count
    self.bins = bins
    first = ConstantTable(runs.map { Int32($0.lowerBound) })
    length = ConstantTable(runs.map { Int32($0.count) })
    self.weights = ConstantTable(weights)
  }

  /// Writes the sums [frame, run] of up to `Self.frames` frames.
  ///
  /// - Parameters:
  ///   - values: [frame, bin], the frames `step` apart.
  ///   - turned: room for `Self.frames` times `bins` values.
  func sums(
    _ kernels: borrowing convkit_kernels, frames: Int, _ values: UnsafePointer<Float>, step: Int,
    turned: UnsafeMutablePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    var bands = convkit_bands(
      band_count: count, bin_count: bins, first: first.elements, length: length.elements,
      weights: weights.elements)
    kernels.band_sums(&bands, frames, values, step, turned, sums)
  }
}
