import ConvKitCore

/// A scale of pitch, on which steps that sound alike are alike.
public enum MelScale: String, Codable, Sendable, CaseIterable {
  /// Slaney's Auditory Toolbox: 3 mel for 200 Hz up to 1000 Hz, then 27 mel for a factor of 6.4.
  case slaney
  /// The Hidden Markov Model Toolkit: 2595 · log10(1 + f / 700).
  case htk

  /// Hertz to a mel of Slaney's scale, where it is straight.
  private static let step = 200.0 / 3
  /// Where it stops being straight.
  private static let bend = 1000.0
  /// The logarithm of what a mel multiplies by above that.
  private static let logarithmicStep = Elementary.log(6.4) / 27
  private static let logarithmOfTen = Elementary.log(10)

  /// - Parameter hertz: from 0.
  public func mels(ofHertz hertz: Double) -> Double {
    switch self {
    case .htk: return 2595 * Elementary.log(1 + hertz / 700) / Self.logarithmOfTen
    case .slaney where hertz >= Self.bend:
      return Self.bend / Self.step + Elementary.log(hertz / Self.bend) / Self.logarithmicStep
    case .slaney: return hertz / Self.step
    }
  }

  public func hertz(ofMels mels: Double) -> Double {
    switch self {
    case .htk: return 700 * (Elementary.exp(mels / 2595 * Self.logarithmOfTen) - 1)
    case .slaney where mels >= Self.bend / Self.step:
      return Self.bend * Elementary.exp(Self.logarithmicStep * (mels - Self.bend / Self.step))
    case .slaney: return mels * Self.step
    }
  }

  /// Frequencies in hertz that are equally far apart on the scale, both ends among them.
  ///
  /// - Precondition: at least 2.
  public func frequencies(count: Int, lowest: Double, highest: Double) -> [Double] {
    precondition(count >= 2, "\(count) frequencies, of which two are the ends")
    let (first, last) = (mels(ofHertz: lowest), mels(ofHertz: highest))
    let step = (last - first) / Double(count - 1)
    return (0..<count).map {
      hertz(ofMels: $0 == count - 1 ? last : first + Double($0) * step)
    }
  }
}
