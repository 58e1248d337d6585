/// What the first bytes of a file say that it is.
///
/// Formats that no version reads yet are recognised too, so that they can be refused by name.
/// `packed(in:)` says what is inside a gzip or zip file.
package enum FileContent: Sendable, Equatable {
  case png, jpeg, portableMap, gif, tiff, webP
  case wave, flac, ogg, aiff, sunAudio, mpegAudio
  case nifti, numpy
  case text
  case gzip, zip

  /// How many bytes from the start `init(start:)` wants to see.
  package static let sniffed = 4096

  /// The kind of data that such a file is an example of.
  package var kind: DataKind? {
    switch self {
    case .png, .jpeg, .portableMap, .gif, .tiff, .webP: .image
    case .wave, .flac, .ogg, .aiff, .sunAudio, .mpegAudio: .sound
    case .nifti, .numpy: .volume
    case .text: .text
    case .gzip, .zip: nil
    }
  }

  /// Recognises a file by its first bytes: `sniffed` of them, or all when it is shorter; nil when
  /// nothing known begins like this.
  package init?(start: [UInt8]) {
    func has(_ magic: String, at offset: Int = 0) -> Bool {
      start.dropFirst(offset).starts(with: magic.utf8)
    }
    func has(_ magic: [UInt8], at offset: Int = 0) -> Bool {
      start.dropFirst(offset).starts(with: magic)
    }
    if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if has([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if Self.isPortableMap(start) {
      self = .portableMap
    } else if has("GIF87a") || has("GIF89a") {
      self = .gif
    } else if has([0x49, 0x49, 0x2A, 0x00]) || has([0x4D, 0x4D, 0x00, 0x2A]) {
      self = .tiff
    } else if has("RIFF") && has("WEBP", at: 8) {
      self = .webP
    } else if (has("RIFF") || has("RF64")) && has("WAVE", at: 8) {
      self = .wave
    } else if has("fLaC") {
      self = .flac
    } else if has("OggS") {
      self = .ogg
    } else if has("FORM") && (has("AIFF", at: 8) || has("AIFC", at: 8)) {
      self = .aiff
    } else if has(".snd") && !Self.isText(start) {
      self = .sunAudio
    } else if Self.isMPEGAudio(start) {
      self = .mpegAudio
    } else if has([0x6E, 0x2B, 0x31, 0x00], at: 344) || has([0x6E, 0x69, 0x31, 0x00], at: 344)
      || has([0x6E, 0x2B, 0x32, 0x00, 0x0D, 0x0A, 0x1A, 0x0A], at: 4)
      || has([0x6E, 0x69, 0x32, 0x00, 0x0D, 0x0A, 0x1A, 0x0A], at: 4)
    {
      self = .nifti  // "n+1", "ni1" and their second versions
    } else if has([0x93]) && has("NUMPY", at: 1) {
      self = .numpy
    } else if has([0x1F, 0x8B]) {
      self = .gzip
    } else if has([0x50, 0x4B, 0x03, 0x04]) || has([0x50, 0x4B, 0x05, 0x06]) {
      self = .zip
    } else if Self.isText(start) {
      self = .text
    } else {
      return nil
    }
  }

  /// P1 to P6, white space, and then a number or a comment: a text may well begin with "P2".
  private static func isPortableMap(_ start: [UInt8]) -> Bool {
    guard start.count > 3, start[0] == UInt8(ascii: "P"),
      (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(start[1])
    else { return false }
    let rest = start.dropFirst(2)
    guard let next = rest.firstIndex(where: { !isSpace($0) }), next > 2 else { return false }
    return start[next] == UInt8(ascii: "#")
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(start[next])
  }

  /// An ID3 tag, or a frame of MPEG audio whose header has no forbidden value.
  private static func isMPEGAudio(_ start: [UInt8]) -> Bool {
    if start.starts(with: "ID3".utf8) && start.count > 9 && start[3] < 0xFF && start[6] < 0x80 {
      return !isText(start)
    }
    guard start.count > 3, start[0] == 0xFF, start[1] & 0xE0 == 0xE0 else { return false }
    let (version, layer) = (start[1] >> 3 & 3, start[1] >> 1 & 3)
    return version != 1 && layer != 0 && start[2] >> 4 != 15 && start[2] >> 2 & 3 != 3
  }

  /// UTF-8 without the control characters that no text has. A character that the end of `start`
  /// cuts in two does not count against it.
  static func isText(_ start: [UInt8]) -> Bool {
    guard !start.isEmpty, hasNoControls(start) else { return false }
    let cut = start.count >= sniffed ? 3 : 0
    return (0...cut).contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
  }

  /// Whether it may be text in some encoding, which only the reader knows.
  static func mayBeText(_ start: [UInt8]) -> Bool {
    let content = FileContent(start: start)
    return content == .text || TextEncoding.hasMarkOfUTF16(start)
      || content == nil && isUnreadText(start)
  }

  /// Whether what is nothing known by its first bytes may be text in another encoding than UTF-8.
  static func isUnreadText(_ start: [UInt8]) -> Bool { !start.isEmpty && hasNoControls(start) }

  /// Whether there is none of the control characters that no text has, in UTF-8 and in any encoding
  /// that has ASCII in it.
  static func hasNoControls(_ start: [UInt8]) -> Bool {
    start.allSatisfy { $0 >= 0x20 ? $0 != 0x7F : isSpace($0) || $0 == 0x1B }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
