import ConvKitCore
import ConvKitKernels

/// The shape of a sound's spectrum in few numbers, frame by frame: the first coefficients of the
/// (orthonormal, second) cosine transform of the levels of its mel bands.
public struct CepstralCoefficients: Equatable, Sendable {
  public let spectrogram: MelSpectrogram
  /// How the bands become levels.
  public let decibels: Decibels
  /// How many.
  public let count: Int
  /// How much the middle coefficients are raised; 0 for not at all.
  public let lifter: Double

  /// The weights [coefficient, band].
  private let cosines: BandTable

  /// - Parameters:
  ///   - spectrogram: without it, librosa's.
  ///   - decibels: without it, librosa's: of powers, above 10⁻¹⁰, the loudest 80 dB.
  ///   - count: 1 to the spectrogram's bands.
  ///   - lifter: 0, or 1...10⁶.
  /// - Throws: `SpectrumError.setting`.
  public init(
    spectrogram: MelSpectrogram? = nil, decibels: Decibels? = nil, count: Int = 20,
    lifter: Double = 0
  ) throws {
    self.spectrogram = try spectrogram ?? MelSpectrogram()
    self.decibels = try decibels ?? Decibels()
    self.count = count
    self.lifter = lifter
    let bands = self.spectrogram.filters.bands
    try SpectrumError.check(
      1...bands ~= count, "count", "\(count)", "1 to \(bands), which is how many bands there are")
    try SpectrumError.check(
      lifter == 0 || 1...1e6 ~= lifter, "lifter", "\(lifter)", "0, or 1 to 1000000")
    var weights: [Float] = []
    weights.reserveCapacity(count * bands)
    for coefficient in 0..<count {
      var factor = ((coefficient == 0 ? 1 : 2) / Double(bands)).squareRoot()
      if lifter > 0 {
        let angle = Double.pi * Double(coefficient + 1) / lifter
        factor *= 1 + lifter / 2 * Elementary.cosineAndSine(angle).sine
      }
      for band in 0..<bands {
        // The angle is π · odd / (2 · bands), reduced while it is still a whole number.
        let odd = coefficient * (2 * band + 1) % (4 * bands)
        let angle = Double.pi * Double(odd) / Double(2 * bands)
        weights.append(Float(factor * Elementary.cosineAndSine(angle).cosine))
      }
    }
    cosines = BandTable(
      runs: Array(repeating: 0..<bands, count: count), weights: weights, bins: bands)
  }

  public static func == (a: Self, b: Self) -> Bool {
    a.spectrogram == b.spectrogram && a.decibels == b.decibels && a.count == b.count
      && a.lifter == b.lifter
  }

  /// The coefficients [frame, coefficient] of a sound.
  ///
  /// - Throws: `SpectrumError` for a sound that is too short or too long or not finite.
  public func coefficients(of samples: [Float]) throws -> Tensor<Float> {
    let values = try spectrogram.values(of: samples)
    return coefficients(ofLevels: decibels.levels(of: values))
  }

  /// The coefficients [frame, coefficient] of levels [frame, band] in decibels.
  ///
  /// - Precondition: as many bands as the spectrogram has.
  public func coefficients(ofLevels levels: Tensor<Float>) -> Tensor<Float> {
    let bands = spectrogram.filters.bands
    precondition(
      levels.shape.count == 2 && levels.shape[1] == bands,
      "levels of shape [frames, \(bands)], received \(levels.shape)")
    let frames = levels.shape[0]
    let workspace = Workspace(self)
    let elements = [Float](unsafeUninitializedCapacity: frames * count) { buffer, filled in
      levels.elements.withUnsafeBufferPointer { workspace.coefficients(ofLevels: $0, to: buffer) }
      filled = frames * count
    }
    return Tensor(shape: [frames, count], elements: elements)
  }

  /// The buffers of one thread, which takes nothing from the heap meanwhile.
  package final class Workspace {
    private let settings: CepstralCoefficients
    private let turned: AlignedFloats
    private let kernels = ShortTimeFourierTransform.Workspace.instructionSet.kernels.pointee

    package init(_ settings: CepstralCoefficients) {
      self.settings = settings
      turned = AlignedFloats(count: BandTable.frames * settings.cosines.bins)
    }

    /// Writes the coefficients [frame, coefficient] of levels [frame, band] in decibels.
    package func coefficients(
      ofLevels levels: UnsafeBufferPointer<Float>, to out: UnsafeMutableBufferPointer<Float>
    ) {
      let (bands, count) = (settings.cosines.bins, settings.count)
      let frames = levels.count / bands
      precondition(
        levels.count == frames * bands && out.count >= frames * count,
        "\(levels.count) levels of \(bands) bands, and \(out.count) places for \(count) each")
      guard frames > 0, let from = levels.baseAddress, let to = out.baseAddress else { return }
      for first in stride(from: 0, to: frames, by: BandTable.frames) {
        settings.cosines.sums(
          kernels, frames: min(BandTable.frames, frames - first), from + first * bands,
          step: bands, turned: turned.floats, to: to + first * count)
      }
    }
  }
}

extension CepstralCoefficients: Codable {
  private enum CodingKeys: CodingKey {
    case spectrogram, decibels, count, lifter
  }

  /// - Throws: the decoder's error for a missing or mistyped value, `SpectrumError.setting` for one
  ///   that `init` refuses or that there is not.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      spectrogram: values.decode(MelSpectrogram.self, forKey: .spectrogram),
      decibels: values.decode(Decibels.self, forKey: .decibels),
      count: values.decode(Int.self, forKey: .count),
      lifter: values.decode(Double.self, forKey: .lifter))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(spectrogram, forKey: .spectrogram)
    try values.encode(decibels, forKey: .decibels)
    try values.encode(count, forKey: .count)
    try values.encode(lifter, forKey: .lifter)
  }
}
