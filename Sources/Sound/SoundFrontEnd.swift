import ConvKitCore
import ConvKitFiles

/// The way from a clip to a network's input.
///
/// A clip is read, its channels are mixed and its rate converted; silence around it is cut off where so
/// chosen. A clip longer than what the network sees gives overlapping windows, half a window apart, a
/// shorter one stands in the middle of silence. Every window's level is normalised, and it becomes
///
/// - `waveform`: its samples [sample, channel];
/// - `spectrogram`: its mel bands in decibels [frame, band, channel];
/// - `frames`: the same with the bands as channels [frame, band × channel];
///
/// where spectra are then normalised over the frames that the clip covers, and 0 stands elsewhere.
public struct SoundFrontEnd: FrontEnd {
  /// What a network sees of a clip.
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// The samples: one axis.
    case waveform
    /// Spectra one after the other: one axis, the bands are channels.
    case frames
    /// Spectra as a picture: an axis of time and one of bands.
    case spectrogram
  }

  /// What happens to loud and soft windows.
  public enum Level: String, Codable, Sendable, CaseIterable {
    /// They stay as they are.
    case kept
    /// Every window is brought to a root mean square of 1, over what the clip covers of it. Silence is
    /// kept: what lies 100 dB below full scale is raised by so much at most.
    case normalized
  }

  /// What is taken off the logarithms of a window's powers.
  public enum Normalization: String, Codable, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// The mean of all bands and frames; the rest is divided by the deviation.
    case window
    /// The mean of each band over time, which takes off what a microphone or a room does to all frames
    /// alike; the rest is divided by the deviation over all bands.
    case band
  }

  public let form: Form

  /// Samples a second that clips are brought to, in hertz.
  public let sampleRate: Int

  /// How much of a clip the network sees at once, in samples.
  public let windowLength: Int

  /// How many channels a clip must have, which stay apart; nil where all are mixed into one.
  public let channels: Int?

  public let level: Level

  /// Decibels below a clip's loudest 10 ms, below which its beginning and its end count as silence and are
  /// cut off; nil where nothing is.
  public let silence: Double?

  /// How powers are found in a window; nil for waveforms.
  public let spectrum: MelSpectrogram?

  public let normalization: Normalization

  /// Whether other containers than those of `SoundFormat` are read too.
  public let readsAnyContainer: Bool

  /// Where bands become powers, kept from one clip to the next.
  let analysis: MelAnalysis?

  /// - Parameters:
  ///   - windowLength: in samples, at least one frame of `spectrum`.
  ///   - spectrum: needed for every form but `waveform`, which takes none; of the same rate.
  /// - Throws: `SoundFrontEndError.setting` for a setting that cannot be.
  public init(
    form: Form, sampleRate: Int, windowLength: Int, channels: Int? = nil,
    level: Level = .normalized, silence: Double? = nil, spectrum: MelSpectrogram? = nil,
    normalization: Normalization = .none, readsAnyContainer: Bool = false
  ) throws {
    self.form = form
    self.sampleRate = sampleRate
    self.windowLength = windowLength
    self.channels = channels
    self.level = level
    self.silence = silence
    self.spectrum = spectrum
    self.normalization = normalization
    self.readsAnyContainer = readsAnyContainer
    analysis = try spectrum.map { try MelAnalysis($0) }
    try checkSettings()
  }

  private func checkSettings() throws {
    func check(_ holds: Bool, _ name: String, _ found: String, _ expected: String) throws {
      guard holds else {
        throw SoundFrontEndError.setting(name: name, found: found, expected: expected)
      }
    }
    try check(
      limits.sampleRates.contains(sampleRate), "sampleRate", "\(sampleRate)",
      "\(limits.sampleRates.lowerBound) to \(limits.sampleRates.upperBound) hertz")
    try check(
      1...Self.longestWindow ~= windowLength, "windowLength", "\(windowLength)",
      "1 to \(Self.longestWindow) samples")
    if let channels {
      try check(
        1...limits.channels ~= channels, "channels", "\(channels)", "1 to \(limits.channels)")
    }
    if let silence {
      try check(
        silence > 0 && silence <= 200, "silence", "\(silence)", "decibels above 0, at most 200")
    }
    try check(
      (spectrum == nil) == (form == .waveform), "spectrum", spectrum == nil ? "none" : "one",
      "none for waveforms, one for every other form")
    if let spectrum {
      try check(
        spectrum.filters.sampleRate == Double(sampleRate), "spectrum's rate",
        "\(spectrum.filters.sampleRate)",
        "that of the clips, \(sampleRate)")
      try check(
        frameCount > 0, "windowLength", "\(windowLength)",
        "at least a frame, \(spectrum.transform.frameLength) samples")
      let middles = spectrum.filters.middles
      try check(
        zip(middles, middles.dropFirst()).allSatisfy(<), "highest", "\(spectrum.filters.highest)",
        "so far above \(spectrum.filters.lowest) Hz that \(middles.count) bands lie apart")
    }
    // All factors are bounded, so the product cannot overflow.
    let places = spectrum == nil ? windowLength : frameCount
    let values = (spectrum?.filters.bands ?? 1) * (channels ?? 1)
    try check(
      places * values <= 1 << 28, "size", "\(places)×\(values)", "at most \(1 << 28) values")
  }

  /// Five minutes at 48 kHz and some: a window is held in memory, and a network looks at all of it.
  static let longestWindow = 1 << 24

  /// How many spectra a window has.
  var frameCount: Int { spectrum.map { $0.transform.frameCount(samples: windowLength) } ?? 0 }

  var limits: SoundLimits { SoundLimits(acceptsOtherContainers: readsAnyContainer) }

  public var inputShape: InputShape {
    let channels = channels ?? 1
    let bands = spectrum?.filters.bands ?? 1
    return switch form {
    case .waveform: InputShape(extent: [windowLength], content: .values(channels: channels))
    case .frames: InputShape(extent: [frameCount], content: .values(channels: bands * channels))
    case .spectrogram:
      InputShape(extent: [frameCount, bands], content: .values(channels: channels))
    }
  }
}

extension SoundFrontEnd {
  public static func == (a: SoundFrontEnd, b: SoundFrontEnd) -> Bool {
    a.form == b.form && a.sampleRate == b.sampleRate && a.windowLength == b.windowLength
      && a.channels == b.channels && a.level == b.level && a.silence == b.silence
      && a.spectrum == b.spectrum && a.normalization == b.normalization
      && a.readsAnyContainer == b.readsAnyContainer
  }

  private enum CodingKeys: String, CodingKey {
    case form, sampleRate, windowLength, channels, level, silence, spectrum, normalization
    case readsAnyContainer
  }

  /// - Throws: the decoder's error for a missing or mistyped value, `SoundFrontEndError.setting` for a
  ///   value that `init` refuses.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      form: values.decode(Form.self, forKey: .form),
      sampleRate: values.decode(Int.self, forKey: .sampleRate),
      windowLength: values.decode(Int.self, forKey: .windowLength),
      channels: values.decodeIfPresent(Int.self, forKey: .channels),
      level: values.decode(Level.self, forKey: .level),
      silence: values.decodeIfPresent(Double.self, forKey: .silence),
      spectrum: values.decodeIfPresent(MelSpectrogram.self, forKey: .spectrum),
      normalization: values.decode(Normalization.self, forKey: .normalization),
      readsAnyContainer: values.decode(Bool.self, forKey: .readsAnyContainer))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(form, forKey: .form)
    try values.encode(sampleRate, forKey: .sampleRate)
    try values.encode(windowLength, forKey: .windowLength)
    try values.encodeIfPresent(channels, forKey: .channels)
    try values.encode(level, forKey: .level)
    try values.encodeIfPresent(silence, forKey: .silence)
    try values.encodeIfPresent(spectrum, forKey: .spectrum)
    try values.encode(normalization, forKey: .normalization)
    try values.encode(readsAnyContainer, forKey: .readsAnyContainer)
  }
}

/// Why clips and a front end for them do not go together.
public enum SoundFrontEndError: ReportableError, Equatable {
  /// A text or a row where a clip was expected.
  case notAFile
  /// An array where a clip was expected.
  case notASound(shape: [Int])
  /// A setting that cannot be.
  case setting(name: String, found: String, expected: String)
  /// A clip of another number of channels than the network sees apart.
  case otherChannels(name: String, found: Int, expected: Int)
  /// None of the training clips that were looked at could be read; `first` says why the first not.
  case nothingReadable(count: Int, first: String)

  public var category: ErrorCategory {
    switch self {
    case .notAFile: .wrongCall
    case .notASound, .setting, .otherChannels, .nothingReadable: .badData
    }
  }

  public var description: String {
    switch self {
    case .notAFile:
      "a text or a row of a table was given to a model of sound; give it the path of a sound file"
    case .notASound(let shape):
      "an array of the shape \(shape) was given to a model of sound; give it the path of a sound file"
    case .setting(let name, let found, let expected):
      "the sound setting \(name) is \(found); it must be \(expected)"
    case .otherChannels(let name, let found, let expected):
      """
      \(FileName.printable(name)) \(Self.fault(found, expected)): leave it out, or train without keeping \
      channels apart
      """
    case .nothingReadable(0, _):
      "there are no clips to fit the sound settings to; give at least one"
    case .nothingReadable(let count, let first):
      "none of the \(count) clips that were looked at can be read; the first: \(first)"
    }
  }

  public var descriptionWithoutName: String {
    if case .otherChannels(_, let found, let expected) = self {
      return "it \(Self.fault(found, expected))"
    }
    return description
  }

  private static func fault(_ found: Int, _ expected: Int) -> String {
    "has \(found) \(found == 1 ? "channel" : "channels"), and the model keeps \(expected) apart"
  }
}
