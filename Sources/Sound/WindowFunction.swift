import ConvKitCore

/// What fades the ends of a frame before it is transformed, so that a tone between two bins does not
/// spread over all of them.
///
/// All are periodic, as spectral analysis wants them: the sample after the last would equal the first
/// (`scipy.signal.get_window` with `fftbins=True`).
public enum WindowFunction: String, Codable, Sendable, CaseIterable {
  /// ½ − ½ cos: 0 at the ends.
  case hann
  /// 0.54 − 0.46 cos: 0.08 at the ends.
  case hamming
  /// 0.42 − 0.5 cos + 0.08 cos of twice the angle.
  case blackman
  /// 1 everywhere; scipy's "boxcar".
  case rectangular

  /// The weights of `length` samples.
  ///
  /// - Precondition: `length` is at least 1.
  public func weights(length: Int) -> [Double] {
    precondition(length >= 1, "a window of \(length) samples")
    // scipy gives a window of one sample the weight 1, whatever its formula says.
    if length == 1 { return [1] }
    return (0..<length).map { place in
      let angle = 2 * Double.pi * Double(place) / Double(length)
      let cosine = Elementary.cosineAndSine(angle).cosine
      switch self {
      case .hann: return 0.5 - 0.5 * cosine
      case .hamming: return 0.54 - 0.46 * cosine
      // The cosine of twice the angle is 2 cos² − 1.
      case .blackman: return 0.42 - 0.5 * cosine + 0.08 * (2 * cosine * cosine - 1)
      case .rectangular: return 1
      }
    }
  }
}
