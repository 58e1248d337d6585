/// How the bytes of a text file stand for characters.
public enum TextEncoding: String, CaseIterable, Codable, Sendable {
  case utf8
  /// Windows-1252, as browsers read what calls itself Latin-1 (WHATWG, Encoding Standard): ISO 8859-1,
  /// with typographic quotes, dashes, the sign of the euro and others from 0x80 to 0x9F, where that has
  /// control characters. Every byte is a character, so that no file is wrong in it.
  case latin1
}

extension TextEncoding {
  /// What keeps bytes from being a text.
  package enum Failure: Error, Equatable {
    /// A byte that cannot stand there in UTF-8; lines count from 1, the offset in the file from 0.
    case notUTF8(byte: UInt8, line: Int, offset: Int)
    /// A byte order mark of UTF-16; as Latin-1 only where zeros follow, for both its bytes are letters.
    case utf16
  }

  /// A text as UTF-8, without its byte order mark.
  ///
  /// Takes up to three times the memory again where a text of Latin-1 has other characters than those of
  /// ASCII.
  ///
  /// - Parameters:
  ///   - isStart: whether these are the first bytes of the text, where a mark may be.
  ///   - isCut: whether the text goes on, so that its last character may be cut in two; what there is of
  ///     it is left out then.
  package func decoded(
    _ bytes: [UInt8], isStart: Bool = true, isCut: Bool = false
  ) throws(Failure) -> ArraySlice<UInt8> {
    if isStart, Self.hasMarkOfUTF16(bytes),
      self == .utf8 || bytes.prefix(FileContent.sniffed).contains(0)
    {
      throw .utf16
    }
    switch self {
    case .latin1:
      // Whoever wrote a mark of UTF-8 wrote the rest in it too, but the user has said otherwise.
      return Self.fromLatin1(bytes)
    case .utf8:
      let text = isStart ? Self.withoutMark(bytes[...]) : bytes[...]
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: text.span)
        return text
      } catch {
        let wrong = text.startIndex + error.byteOffsets.lowerBound
        if isCut, error.kind == .truncatedScalar,
          text.startIndex + error.byteOffsets.upperBound == text.endIndex
        {
          return text[..<wrong]
        }
        throw .notUTF8(
          byte: bytes[wrong], line: 1 + TextLines.endCount(in: bytes[..<wrong]), offset: wrong)
      }
    }
  }

  /// The bytes behind the byte order mark of UTF-8, if there is one.
  static func withoutMark(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
  }

  static func hasMarkOfUTF16(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
  }

  private static func fromLatin1(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    let wide = bytes.count { $0 >= 0x80 }
    if wide == 0 { return bytes[...] }
    var output: [UInt8] = []
    // All but the letters of ISO 8859-1 are rare.
    output.reserveCapacity(bytes.count + wide)
    for byte in bytes {
      let scalar = 0x80..<0xA0 ~= byte ? windowsScalars[Int(byte) - 0x80] : UInt16(byte)
      switch scalar {
      case ..<0x80: output.append(byte)
      case ..<0x800:
        output.append(0xC0 | UInt8(scalar >> 6))
        output.append(0x80 | UInt8(scalar & 0x3F))
      default:
        output.append(0xE0 | UInt8(scalar >> 12))
        output.append(0x80 | UInt8(scalar >> 6 & 0x3F))
        output.append(0x80 | UInt8(scalar & 0x3F))
      }
    }
    return output[...]
  }

  /// The characters of the bytes from 0x80 to 0x9F (WHATWG, Encoding Standard, index-windows-1252); the
  /// five that mean nothing stay control characters.
  private static let windowsScalars: [UInt16] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
  ]
}
