import ConvKitCore

/// How a sound is cut into frames and each taken apart into frequencies.
///
/// Everything spectral here keeps librosa's definitions and defaults (version 0.11), but for the order
/// of the axes: ours are [frame, bin], [frame, band] and [frame, coefficient], librosa's the other way
/// round.
///
/// | here | librosa |
/// |---|---|
/// | `spectrum(of:)` | `stft` |
/// | `samples(of:count:)` | `istft`; `count` is its `length` |
/// | `magnitudes(of:)` | `abs(stft)`, and `_spectrogram` with `power=1` |
/// | `powers(of:)` | `abs(stft) ** 2`, and `_spectrogram` with `power=2` |
/// | `frequencies(sampleRate:)` | `fft_frequencies` |
/// | `times(frames:sampleRate:)` | `frames_to_time` |
/// | `WindowFunction.weights(length:)` | `filters.get_window` |
/// | `MelScale.mels(ofHertz:)`, `hertz(ofMels:)` | `hz_to_mel`, `mel_to_hz`; `.htk` is `htk=True` |
/// | `MelScale.frequencies(count:lowest:highest:)` | `mel_frequencies` |
/// | `MelFilters` | `filters.mel` |
/// | `MelSpectrogram` | `feature.melspectrogram` |
/// | `Decibels(of: .power)`, `Decibels(of: .magnitude)` | `power_to_db`, `amplitude_to_db` |
/// | `CepstralCoefficients` | `feature.mfcc` |
///
/// | parameter | librosa | unit, range, meaning |
/// |---|---|---|
/// | `frameLength: 2048` | `n_fft` | samples, 2...2²⁰, 93 ms at 22 050 Hz: what is transformed at a time. Longer frames tell closer frequencies apart, shorter ones closer moments |
/// | `hopLength` | `hop_length` | samples, 1...2²⁰, 23 ms at 22 050 Hz where it is 512: from one frame to the next. Without it, a quarter of the window |
/// | `windowLength` | `win_length` | samples, 1...`frameLength`: the middle of the frame that is not zeroed. Without it, all of it |
/// | `window: .hann` | `window` | how the ends of a frame fade |
/// | `isCentred: true` | `center` | frame t has its middle at sample t · `hopLength`, otherwise its start |
/// | `padding: .zeros` | `pad_mode` | what centred frames see beyond the ends |
/// | `sampleRate: 22_050` | `sr` | samples a second, 1...10⁷ |
/// | `bands: 128` | `n_mels` | 1...4096: how many bands of the mel scale |
/// | `lowest: 0` | `fmin` | hertz, from 0: where the first band starts |
/// | `highest` | `fmax` | hertz, up to half the rate, which it is when left out: where the last band ends |
/// | `scale: .slaney` | `htk` | the formula of the mel scale |
/// | `normalization: .area` | `norm` | whether a band is divided by its width (`"slaney"`) or not (`None`) |
/// | `quantity: .power` | `power` | whether bands add up powers (2) or magnitudes (1) |
/// | `reference: .value(1)` | `ref` | what has 0 dB: above 0, or the loudest value |
/// | `least: 1e-10` | `amin` | 10⁻³⁵...10³⁵: what is smaller counts as this; of magnitudes 1e-5 |
/// | `range: 80` | `top_db` | decibels, from 0, or nil: what lies further below the loudest is raised to there |
/// | `count: 20` | `n_mfcc` | 1...`bands`: how many coefficients |
/// | `lifter: 0` | `lifter` | 0 or 1...10⁶: L weighs coefficient i, from 1, by 1 + L/2 · sin(π i / L); 0 leaves them |
public struct ShortTimeFourierTransform: Sendable {
  /// Samples that are transformed at a time.
  public let frameLength: Int
  /// Samples from one frame to the next.
  public let hopLength: Int
  /// Samples in the middle of a frame that are not zeroed.
  public let windowLength: Int
  /// How the ends of a frame fade.
  public let window: WindowFunction
  /// Whether a frame has its middle at its place, otherwise its start.
  public let isCentred: Bool
  /// What centred frames see beyond the ends of the sound.
  public let padding: EdgePadding

  /// The frame lengths that there are.
  public static let frameLengths = 2...1 << 20

  /// The most values that one spectrogram may have: 4 GiB of them.
  static let valueLimit = 1 << 30

  let fourier: FourierTransform

  /// The window's weights, `windowLength` of them.
  let weights: ConstantTable<Float>

  /// What a frame is multiplied by before it is transformed: the weights, and for an even length half
  /// of them, because unpacking doubles.
  let factors: ConstantTable<Float>

  /// - Parameters:
  ///   - frameLength: of `frameLengths`. Products of small primes are transformed fastest.
  ///   - hopLength: 1...2²⁰; without it a quarter of the window.
  ///   - windowLength: 1...frameLength; without it the frame.
  /// - Throws: `SpectrumError.setting`.
  public init(
    frameLength: Int = 2048, hopLength: Int? = nil, windowLength: Int? = nil,
    window: WindowFunction = .hann, isCentred: Bool = true, padding: EdgePadding = .zeros
  ) throws {
    let lengths = Self.frameLengths
    try SpectrumError.check(
      lengths ~= frameLength, "frameLength", "\(frameLength)",
      "\(lengths.lowerBound) to \(lengths.upperBound) samples")
    let windowLength = windowLength ?? frameLength
    try SpectrumError.check(
      1...frameLength ~= windowLength, "windowLength", "\(windowLength)",
      "1 to \(frameLength) samples, which is the frame length")
    let hopLength = hopLength ?? max(1, windowLength / 4)
    try SpectrumError.check(
      1...lengths.upperBound ~= hopLength, "hopLength", "\(hopLength)",
      "1 to \(lengths.upperBound) samples")
    self.frameLength = frameLength
    self.hopLength = hopLength
    self.windowLength = windowLength
    self.window = window
    self.isCentred = isCentred
    self.padding = padding
    fourier = .of(length: frameLength)
    let weights = window.weights(length: windowLength)
    let factor = frameLength.isMultiple(of: 2) ? 0.5 : 1
    self.weights = ConstantTable(weights.map { Float($0) })
    factors = ConstantTable(weights.map { Float(factor * $0) })
  }

  /// Frequencies of a frame: frameLength / 2 + 1.
  public var bins: Int { fourier.bins }

  /// Samples that a centred frame reaches back.
  var reach: Int { isCentred ? frameLength / 2 : 0 }

  /// Samples of a frame that come before its window.
  var lead: Int { (frameLength - windowLength) / 2 }

  /// How many frames a sound of `samples` samples has: 0 where it is too short for one.
  public func frameCount(samples: Int) -> Int {
    let room = samples + 2 * reach - frameLength
    // Nothing at all can be padded with nothing but silence.
    guard room >= 0, samples > 0 || padding == .zeros else { return 0 }
    return room / hopLength + 1
  }

  /// The frames of a sound, checked.
  func checkedFrameCount(samples: Int, valuesPerFrame: Int) throws -> Int {
    let frames = frameCount(samples: samples)
    guard frames > 0 else {
      let needed = isCentred ? 1 : frameLength
      throw SpectrumError.tooShort(samples: samples, needed: needed)
    }
    guard frames <= Self.valueLimit / valuesPerFrame else {
      throw SpectrumError.tooLarge(
        frames: frames, values: valuesPerFrame, limit: Self.valueLimit)
    }
    return frames
  }

  /// The frequency of every bin in hertz.
  ///
  /// - Precondition: the rate, in samples a second, is above 0.
  public func frequencies(sampleRate: Double) -> [Double] {
    precondition(sampleRate > 0, "a rate of \(sampleRate) samples a second")
    return (0..<bins).map { Double($0) * sampleRate / Double(frameLength) }
  }

  /// The moment of every frame in seconds: of its middle if frames are centred, otherwise of its start.
  ///
  /// - Precondition: the rate, in samples a second, is above 0.
  public func times(frames: Int, sampleRate: Double) -> [Double] {
    precondition(sampleRate > 0, "a rate of \(sampleRate) samples a second")
    return (0..<frames).map { Double($0 * hopLength) / sampleRate }
  }
}

extension ShortTimeFourierTransform: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    a.frameLength == b.frameLength && a.hopLength == b.hopLength
      && a.windowLength == b.windowLength && a.window == b.window && a.isCentred == b.isCentred
      && a.padding == b.padding
  }
}

extension ShortTimeFourierTransform: Codable {
  private enum CodingKeys: CodingKey {
    case frameLength, hopLength, windowLength, window, isCentred, padding
  }

  /// - Throws: the decoder's error for a missing or mistyped value, `SpectrumError.setting` for one
  ///   that `init` refuses or that there is not.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      frameLength: values.decode(Int.self, forKey: .frameLength),
      hopLength: values.decode(Int.self, forKey: .hopLength),
      windowLength: values.decode(Int.self, forKey: .windowLength),
      window: values.decodeChoice(WindowFunction.self, forKey: .window),
      isCentred: values.decode(Bool.self, forKey: .isCentred),
      padding: values.decodeChoice(EdgePadding.self, forKey: .padding))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(frameLength, forKey: .frameLength)
    try values.encode(hopLength, forKey: .hopLength)
    try values.encode(windowLength, forKey: .windowLength)
    try values.encode(window, forKey: .window)
    try values.encode(isCentred, forKey: .isCentred)
    try values.encode(padding, forKey: .padding)
  }
}
