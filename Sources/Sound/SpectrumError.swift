import ConvKitCore
import ConvKitFiles

/// Why there is no spectrogram.
public enum SpectrumError: ReportableError, Equatable {
  /// A setting that cannot be.
  case setting(name: String, found: String, expected: String)
  /// Fewer samples than give a frame.
  case tooShort(samples: Int, needed: Int)
  /// A sample that is infinite or no number; the first of them.
  case notFinite(sample: Int)
  /// More values than one spectrogram may have.
  case tooLarge(frames: Int, values: Int, limit: Int)
  /// A spectrum of another shape than the transform has.
  case wrongShape(found: [Int], expected: String)

  public var category: ErrorCategory {
    switch self {
    case .wrongShape: .wrongCall
    default: .badData
    }
  }

  public var description: String {
    switch self {
    case .setting(let name, let found, let expected):
      "the sound setting \(name) is \(found); it must be \(expected)"
    case .tooShort: "the sound \(fault); leave it out, or use a shorter frame or centred frames"
    case .notFinite: "the sound \(fault); repair the file or leave it out"
    case .tooLarge: "the sound \(fault); cut it or use a longer hop"
    case .wrongShape(let found, let expected):
      "a spectrum of the shape \(found) was given; \(expected) was expected"
    }
  }

  public var descriptionWithoutName: String {
    switch self {
    case .setting, .wrongShape: description
    case .tooShort, .notFinite, .tooLarge: "it \(fault)"
    }
  }

  /// What is said of a sound.
  private var fault: String {
    switch self {
    case .tooShort(let samples, let needed):
      "has \(samples) samples, and a frame needs \(needed)"
    case .notFinite(let sample): "has a sample that is no finite number, number \(sample)"
    case .tooLarge(let frames, let values, let limit):
      "gives \(frames) frames of \(values) values, more than the limit of \(limit) in all"
    case .setting, .wrongShape: description
    }
  }

  static func check(
    _ holds: Bool, _ name: String, _ found: @autoclosure () -> String,
    _ expected: @autoclosure () -> String
  ) throws {
    guard holds else { throw Self.setting(name: name, found: found(), expected: expected()) }
  }
}

extension KeyedDecodingContainer {
  /// A setting that is one of a few words.
  ///
  /// - Throws: `SpectrumError.setting` for another word, the decoder's error for anything else.
  func decodeChoice<Choice>(_ type: Choice.Type, forKey key: Key) throws -> Choice
  where Choice: RawRepresentable<String> & CaseIterable {
    let found = try decode(String.self, forKey: key)
    guard let choice = Choice(rawValue: found) else {
      throw SpectrumError.setting(
        name: key.stringValue, found: "“\(FileName.printable(found))”",
        expected: Choice.allCases.map { "“\($0.rawValue)”" }.joined(separator: " or "))
    }
    return choice
  }
}
