import ConvKitCore
import ConvKitKernels

/// Bands of a mel scale: each a triangle over the bins of a spectrum, from the middle of the band before
/// to that of the band after.
public struct MelFilters: Sendable {
  /// What becomes of a band's weights.
  public enum Normalization: String, Codable, Sendable, CaseIterable {
    /// They are divided by half the band's width in hertz, so that every triangle has the area 1;
    /// librosa's "slaney".
    case area
    /// The middle of every band has the weight 1.
    case none
  }

  /// Samples a second.
  public let sampleRate: Double
  /// Samples of a frame.
  public let frameLength: Int
  /// How many.
  public let bands: Int
  /// Where the first band starts, in hertz.
  public let lowest: Double
  /// Where the last band ends, in hertz.
  public let highest: Double
  public let scale: MelScale
  public let normalization: Normalization

  /// The bins of every band with a weight above 0.
  let runs: [Range<Int>]
  let table: BandTable

  /// - Parameters:
  ///   - sampleRate: 1...10⁷ samples a second.
  ///   - frameLength: of `ShortTimeFourierTransform.frameLengths`.
  ///   - bands: 1...4096.
  ///   - lowest: hertz, from 0.
  ///   - highest: hertz, above `lowest` and up to half the rate, which it is when left out.
  /// - Throws: `SpectrumError.setting`.
  public init(
    sampleRate: Double, frameLength: Int = 2048, bands: Int = 128, lowest: Double = 0,
    highest: Double? = nil, scale: MelScale = .slaney, normalization: Normalization = .area
  ) throws {
    let lengths = ShortTimeFourierTransform.frameLengths
    try SpectrumError.check(
      1...1e7 ~= sampleRate, "sampleRate", "\(sampleRate)", "1 to 10000000 samples a second")
    try SpectrumError.check(
      lengths ~= frameLength, "frameLength", "\(frameLength)",
      "\(lengths.lowerBound) to \(lengths.upperBound) samples")
    try SpectrumError.check(1...4096 ~= bands, "bands", "\(bands)", "1 to 4096 bands")
    let limit = sampleRate / 2
    let highest = highest ?? limit
    try SpectrumError.check(
      lowest >= 0 && lowest < limit, "lowest", "\(lowest)",
      "from 0 to below \(limit) Hz, which is half the sample rate")
    try SpectrumError.check(
      highest > lowest && highest <= limit, "highest", "\(highest)",
      "above \(lowest) and up to \(limit) Hz, which is half the sample rate")
    self.sampleRate = sampleRate
    self.frameLength = frameLength
    self.bands = bands
    self.lowest = lowest
    self.highest = highest
    self.scale = scale
    self.normalization = normalization
    let corners = scale.frequencies(count: bands + 2, lowest: lowest, highest: highest)
    var (runs, weights): ([Range<Int>], [Float]) = ([], [])
    for band in 0..<bands {
      let (start, middle, end) = (corners[band], corners[band + 1], corners[band + 2])
      // A band between neighbours on a scale so fine that they round to one has no bin.
      let factor = normalization == .area ? 2 / (end - start) : 1
      let first = Int((start * Double(frameLength) / sampleRate).rounded(.down))
      let last = min(
        frameLength / 2, Int((end * Double(frameLength) / sampleRate).rounded(.up)))
      let triangle = (first...max(first, last)).map { bin -> Float in
        let frequency = Double(bin) * sampleRate / Double(frameLength)
        let height = min((frequency - start) / (middle - start), (end - frequency) / (end - middle))
        return height > 0 ? Float(height * factor) : 0
      }
      let positive = triangle.indices.filter { triangle[$0] > 0 }
      guard let from = positive.first, let to = positive.last else {
        runs.append(0..<0)
        continue
      }
      runs.append(first + from..<first + to + 1)
      weights += triangle[from...to]
    }
    self.runs = runs
    table = BandTable(runs: runs, weights: weights, bins: frameLength / 2 + 1)
  }

  /// Frequencies of a frame: frameLength / 2 + 1.
  public var bins: Int { frameLength / 2 + 1 }

  /// Bands so narrow that no bin lies in them: they are always silent. Fewer bands or a longer frame
  /// fills them.
  public var emptyBands: [Int] { runs.indices.filter { runs[$0].isEmpty } }

  /// The middle of every band in hertz.
  public var middles: [Double] {
    Array(
      scale.frequencies(count: bands + 2, lowest: lowest, highest: highest)[1...bands])
  }

  /// The weights [band, bin], most of which are 0.
  public var weights: Tensor<Float> {
    var elements = [Float](repeating: 0, count: bands * bins)
    var next = 0
    for (band, run) in runs.enumerated() {
      for bin in run {
        elements[band * bins + bin] = table.weights.elements[next]
        next += 1
      }
    }
    return Tensor(shape: [bands, bins], elements: elements)
  }
}

extension MelFilters: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    a.sampleRate == b.sampleRate && a.frameLength == b.frameLength && a.bands == b.bands
      && a.lowest == b.lowest && a.highest == b.highest && a.scale == b.scale
      && a.normalization == b.normalization
  }
}
