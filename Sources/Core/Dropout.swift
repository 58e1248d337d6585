/// Dropout (Srivastava et al. 2014): in training each value is removed with probability `rate`, and
/// what stays is divided by 1 − rate; otherwise nothing happens.
///
/// Which values stay is a function of the stream's key alone, so the gradient draws the same ones
/// again instead of keeping them.
package struct Dropout {
  private let rows: [Int]
  private let targetRows: [Int]
  private let length: Int
  private let scale: Float
  /// A value stays when its 16 random bits are at least this.
  private let threshold: UInt64

  package init(rate: Double, from source: MapLayout, to target: MapLayout) {
    let merged = min(source.mergeableAxes, target.mergeableAxes)
    rows = source.rowOffsets(merging: merged)
    targetRows = target.rowOffsets(merging: merged)
    length = source.extent.suffix(merged).reduce(source.channels, *)
    threshold = UInt64((rate * 0x1p16).rounded())
    scale = Float(1 / (1 - rate))
  }

  /// Writes, or adds, the values that stay.
  package func callAsFunction(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    random: RandomStream, accumulate: Bool = false
  ) {
    var random = random
    var bits: UInt64 = 0
    var unused = 0
    for (row, targetRow) in zip(rows, targetRows) {
      for index in 0..<length {
        if unused == 0 {
          bits = random.next()
          unused = 4
        }
        let value = bits & 0xFFFF >= threshold ? source[row + index] * scale : 0
        target[targetRow + index] = accumulate ? target[targetRow + index] + value : value
        bits >>= 16
        unused -= 1
      }
    }
  }
}
