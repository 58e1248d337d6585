import ConvKitCore
import ConvKitFiles

extension SoundFrontEnd {
  /// The longest window that is fitted, in seconds. What tells short sounds apart is found within; a
  /// longer window is a caller's choice.
  public static let longestFittedWindow = 10.0

  /// The most training clips whose headers fitting looks at, each some 20 µs.
  static let sampleSize = 4096

  /// The settings of a front end that are not read off the training clips, and those that are unless they
  /// are given here.
  public struct Choices: Sendable {
    public var form = Form.spectrogram
    /// In hertz, instead of the fitted one.
    public var sampleRate: Int?
    /// Seconds that the network sees, instead of the fitted ones.
    public var window: Double?
    /// Seconds of a frame. Within 30 ms speech hardly changes.
    public var frame = 0.032
    /// Seconds from one frame to the next.
    public var hop = 0.01
    public var bands = 64
    public var scale = MelScale.slaney
    /// In hertz.
    public var lowest = 20.0
    /// In hertz, instead of half the rate.
    public var highest: Double?
    public var level = Level.normalized
    public var normalization = Normalization.none
    /// See `SoundFrontEnd.silence`.
    public var silence: Double?
    /// Whether clips keep as many channels as the first of them has.
    public var keepsChannels = false
    /// See `SoundFrontEnd.readsAnyContainer`.
    public var readsAnyContainer = false

    public init() {}

    fileprivate var limits: SoundLimits { SoundLimits(acceptsOtherContainers: readsAnyContainer) }

    fileprivate func frontEnd(rate: Int, windowLength: Int, channels: Int?) throws -> SoundFrontEnd
    {
      var spectrum: MelSpectrogram?
      var windowLength = windowLength
      if form != .waveform {
        let length = Self.fastLength(atMost: try samples(frame, rate, "frame"))
        let hop = try samples(hop, rate, "hop")
        let transform = try ShortTimeFourierTransform(frameLength: length, hopLength: hop)
        spectrum = try MelSpectrogram(
          sampleRate: Double(rate), transform: transform, bands: bands, lowest: lowest,
          highest: highest, scale: scale)
        windowLength = max(windowLength, length)
      }
      return try SoundFrontEnd(
        form: form, sampleRate: rate, windowLength: windowLength, channels: channels, level: level,
        silence: silence, spectrum: spectrum,
        normalization: form == .waveform ? .none : normalization,
        readsAnyContainer: readsAnyContainer)
    }

    /// The next length down that has no prime factor above 5 and is even, for which transforms are fast:
    /// from 64 samples on less than a ninth shorter.
    private static func fastLength(atMost length: Int) -> Int {
      func isFast(_ length: Int) -> Bool {
        var rest = length
        for factor in [2, 3, 5] { while rest.isMultiple(of: factor) { rest /= factor } }
        return rest == 1 && length.isMultiple(of: 2)
      }
      var fast = max(2, length)
      while !isFast(fast) { fast -= 1 }
      return fast
    }

    /// Seconds as samples.
    fileprivate func samples(_ seconds: Double, _ rate: Int, _ name: String) throws -> Int {
      let count = (seconds * Double(rate)).rounded()
      guard count >= 1, count <= Double(longestWindow) else {
        throw SoundFrontEndError.setting(
          name: name, found: "\(seconds) s, \(count) samples at \(rate) Hz",
          expected: "1 to \(longestWindow) samples")
      }
      return Int(count)
    }
  }

  /// A front end with the settings that suit the training clips.
  ///
  /// The headers of at most 4,096 clips, evenly spaced over `items`, are looked at. What cannot be read is
  /// passed over here: whoever goes through all items names and counts it.
  ///
  /// - Rate: that of most clips; the lower of two that are as frequent, which invents nothing.
  /// - Window: as long as 19 of 20 clips are at most, at most 10 s and at least 0.1 s. A few long clips
  ///   would otherwise make every input mostly silence.
  /// - Channels, where they are kept: as many as most clips have.
  ///
  /// - Throws: `SoundFrontEndError` when no clip can be read or a setting cannot be.
  public static func fitted(
    to items: [Item], choices: Choices = Choices()
  ) throws -> SoundFrontEnd {
    var found: [SoundProperties] = []
    var firstFailure: (any Error)?
    let count = min(items.count, sampleSize)
    for index in 0..<count {
      do {
        switch items[index * items.count / count] {
        case .file(let path):
          found.append(try SoundFile.properties(path: path, limits: choices.limits))
        case .text, .row: throw SoundFrontEndError.notAFile
        case .array(let array): throw SoundFrontEndError.notASound(shape: array.shape)
        }
      } catch {
        firstFailure = firstFailure ?? error
      }
    }
    guard let usualRate = mostFrequent(found.map(\.sampleRate)),
      let usualChannels = mostFrequent(found.map(\.channels))
    else {
      throw SoundFrontEndError.nothingReadable(
        count: count, first: firstFailure.map { "\($0)" } ?? "")
    }
    let rate = choices.sampleRate ?? usualRate
    let lengths = found.compactMap(\.seconds).sorted()
    let usual = lengths.isEmpty ? 1 : lengths[(lengths.count - 1) * 19 / 20]
    let window = choices.window ?? min(longestFittedWindow, max(0.1, usual))
    return try choices.frontEnd(
      rate: rate, windowLength: choices.samples(window, rate, "window"),
      channels: choices.keepsChannels ? usualChannels : nil)
  }

  /// A front end that decodes what a fitted one does. Nothing is fitted, for that would fail where no clip
  /// can be read, and each shall have its reason.
  package static func decoding(_ choices: Choices) throws -> SoundFrontEnd {
    try SoundFrontEnd(
      form: .waveform, sampleRate: 8000, windowLength: 8000,
      readsAnyContainer: choices.readsAnyContainer)
  }

  /// The value that occurs most often, the lowest of several; nil of nothing.
  private static func mostFrequent(_ values: [Int]) -> Int? {
    Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
      .max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }
}
