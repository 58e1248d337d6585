/// How the bytes of a text file stand for characters.
public enum TextEncoding: String, CaseIterable, Codable, Sendable {
  case utf8
  /// ISO 8859-1: every byte is the character of that number, so that no file is wrong in it.
  case latin1
}

extension TextEncoding {
  /// What keeps bytes from being a text.
  package enum Failure: Error, Equatable {
    /// A byte that cannot stand there in UTF-8; lines count from 1, the offset in the file from 0.
    case notUTF8(byte: UInt8, line: Int, offset: Int)
    /// A byte order mark of UTF-16.
    case utf16
  }

  /// A text as UTF-8, without its byte order mark.
  ///
  /// Takes as much memory again where a text of Latin-1 has other characters than those of ASCII.
  ///
  /// - Parameter isCut: whether the file goes on, so that its last character may be cut in two; what
  ///   there is of it is left out then.
  package func decoded(_ bytes: [UInt8], isCut: Bool = false) throws(Failure) -> ArraySlice<UInt8> {
    if Self.hasMarkOfUTF16(bytes) { throw .utf16 }
    switch self {
    case .latin1:
      // Whoever wrote a mark of UTF-8 wrote the rest in it too, but the user has said otherwise.
      return Self.fromLatin1(bytes)
    case .utf8:
      let text = bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
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
          byte: bytes[wrong], line: 1 + Self.lineEnds(in: bytes[..<wrong]), offset: wrong)
      }
    }
  }

  static func hasMarkOfUTF16(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
  }

  private static func fromLatin1(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    let wide = bytes.count { $0 >= 0x80 }
    if wide == 0 { return bytes[...] }
    return [UInt8](unsafeUninitializedCapacity: bytes.count + wide) { output, count in
      for byte in bytes {
        if byte < 0x80 {
          output[count] = byte
          count += 1
        } else {
          output[count] = 0xC0 | byte >> 6
          output[count + 1] = 0x80 | byte & 0x3F
          count += 2
        }
      }
    }[...]
  }

  /// Line feeds, and carriage returns that no line feed follows.
  private static func lineEnds(in bytes: ArraySlice<UInt8>) -> Int {
    bytes.indices.count { index in
      bytes[index] == 0x0A
        || bytes[index] == 0x0D && (index + 1 == bytes.endIndex || bytes[index + 1] != 0x0A)
    }
  }
}
