import ConvKitCore
import ConvKitFiles

/// Why a file did not become sound.
public enum SoundFileError: ReportableError, Equatable {
  /// The first bytes are of no format of sound; `start` holds up to eight of them.
  case notSound(name: String, start: [UInt8])
  /// Sound in a container or an encoding that is not read, such as "CAF".
  case otherFormat(name: String, format: String)
  /// The content contradicts the format; `reason` says where, often in the words of the library.
  case broken(name: String, format: SoundFormat, reason: String)
  /// More samples than the limit; `seconds` is nil where only the end would tell.
  case tooLong(name: String, seconds: Double?, channels: Int, limit: Int)
  /// More channels than the limit.
  case tooManyChannels(name: String, channels: Int, limit: Int)
  /// A sample rate in Hz beyond the limits.
  case rateOutOfRange(name: String, sampleRate: Int, limits: ClosedRange<Int>)
  /// A sample that is no number (NaN), or infinite.
  case notFinite(name: String, isNaN: Bool, frame: Int, channel: Int, seconds: Double)

  public var category: ErrorCategory { .badData }

  public var description: String { "\(FileName.printable(name)) \(fault): \(advice)" }

  public var descriptionWithoutName: String { "it \(fault)" }

  private var name: String {
    switch self {
    case .notSound(let name, _), .otherFormat(let name, _), .broken(let name, _, _),
      .tooLong(let name, _, _, _), .tooManyChannels(let name, _, _),
      .rateOutOfRange(let name, _, _),
      .notFinite(let name, _, _, _, _):
      name
    }
  }

  /// What is said of the file.
  private var fault: String {
    switch self {
    case .notSound(_, let start) where start.isEmpty:
      "is empty; \(Self.expectation)"
    case .notSound(_, let start):
      """
      is not sound that can be read (it begins with the bytes \
      \(start.map(hexadecimal).joined(separator: " "))); \(Self.expectation)
      """
    case .otherFormat(_, let format):
      "is a file of the kind \(format); \(Self.expectation)"
    case .broken(_, let format, let reason):
      "is a broken \(format.rawValue) file (\(reason))"
    case .tooLong(_, let seconds?, let channels, let limit):
      """
      lasts \(Self.text(seconds)) s in \(Self.text(channels)), which is more than the limit of \
      \(limit) samples
      """
    case .tooLong(_, nil, let channels, let limit):
      "goes on in \(Self.text(channels)) beyond the limit of \(limit) samples"
    case .tooManyChannels(_, let channels, let limit):
      "says it has \(channels) channels, which is more than the limit of \(limit)"
    case .rateOutOfRange(_, let rate, let limits):
      """
      says its sample rate is \(rate) Hz; rates from \(limits.lowerBound) to \(limits.upperBound) Hz \
      were expected
      """
    case .notFinite(_, let isNaN, let frame, let channel, let seconds):
      """
      has a sample that is \(isNaN ? "no number (NaN)" : "infinite"), at \(Self.text(seconds)) s \
      (frame \(frame) from zero, channel \(channel + 1))
      """
    }
  }

  private var advice: String {
    switch self {
    case .notSound(_, let start) where start.isEmpty: "leave the file out or replace it"
    case .notSound: "convert the file or leave it out"
    case .otherFormat: "save it as WAV or FLAC, or leave it out"
    case .broken, .notFinite: "leave it out or make it again"
    case .tooLong: "cut it into shorter clips, or raise the limit"
    case .tooManyChannels: "mix it down, or raise the limit"
    case .rateOutOfRange: "set the rate right or resample it, or leave it out"
    }
  }

  private static let expectation = "WAV, AIFF, AU, FLAC, Ogg Vorbis, Opus or MP3 was expected"

  private static func text(_ channels: Int) -> String {
    channels == 1 ? "1 channel" : "\(channels) channels"
  }

  /// To the millisecond, and whole seconds where it is beyond all clips.
  static func text(_ seconds: Double) -> String {
    guard let thousandths = Int(exactly: (seconds * 1000).rounded()) else { return "\(seconds)" }
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
