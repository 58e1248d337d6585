import ConvKitCore

/// Reading files of text.
package enum TextFile {
  /// The most bytes that one text may have: 2²⁴, as a text in a file of JSON lines.
  package static let longestText = 1 << 24

  /// The bytes of a file as UTF-8, without a byte order mark.
  ///
  /// - Parameter limit: in bytes of the file.
  /// - Throws: `FileError`, `TextFileError`.
  static func read(
    _ path: String, encoding: TextEncoding, limit: Int
  ) throws -> ArraySlice<UInt8> {
    try text(of: BoundedFile.read(path: path, limit: limit), encoding: encoding, path: path)
  }

  /// Bytes of a file as UTF-8; see `TextEncoding.decoded`.
  ///
  /// - Throws: `TextFileError`.
  package static func text(
    of bytes: [UInt8], isStart: Bool = true, isCut: Bool = false, encoding: TextEncoding,
    path: String
  ) throws -> ArraySlice<UInt8> {
    do throws(TextEncoding.Failure) {
      return try encoding.decoded(bytes, isStart: isStart, isCut: isCut)
    } catch {
      switch error {
      case .notUTF8(let byte, let line, let offset):
        throw TextFileError.notUTF8(path: path, byte: byte, line: line, offset: offset)
      case .utf16: throw TextFileError.utf16(path: path)
      }
    }
  }

  /// The text that a file holds: the whole of it but for the line ends at its end, which belong to the
  /// file.
  ///
  /// - Throws: `FileError`; `TextFileError` also for what is no text by its first bytes.
  package static func whole(_ path: String, encoding: TextEncoding) throws -> String {
    let bytes = try BoundedFile.read(path: path, limit: longestText)
    let start = Array(bytes.prefix(FileContent.sniffed))
    // The mark of UTF-16 may also begin sound (MPEG-1 layer I), which nobody keeps among texts.
    if !TextEncoding.hasMarkOfUTF16(bytes), let kind = FileContent(start: start)?.kind,
      kind != .text
    {
      throw TextFileError.otherKind(path: path, kind: kind)
    }
    let text = try text(of: bytes, encoding: encoding, path: path)
    guard FileContent.hasNoControls(start) else { throw TextFileError.controls(path: path) }
    let end = text.lastIndex { !TextLines.isEnd($0) }.map { $0 + 1 } ?? text.startIndex
    return String(decoding: text[..<end], as: UTF8.self)
  }

  /// Whether a text has nothing to learn from: no character but white space, control characters, and
  /// those that are shown as nothing, such as U+200B. They give no tokens either.
  static func isBlank(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
        || scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}

/// Why a file cannot be read as text.
public enum TextFileError: ReportableError, Equatable {
  /// Lines count from 1, the offset in bytes from 0 at the start of the file.
  case notUTF8(path: String, byte: UInt8, line: Int, offset: Int)
  case utf16(path: String)
  /// The first bytes are those of a file of another kind.
  case otherKind(path: String, kind: DataKind)
  /// Control characters that no text has, among the first bytes.
  case controls(path: String)
  /// The texts of a folder together.
  case tooMuch(path: String, limit: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    let place = "“\(FileName.printable(path))”"
    return switch self {
    case .notUTF8:
      """
      In \(place) \(descriptionWithoutName). Save the file as UTF-8, or say which encoding it has: \
      --encoding latin1.
      """
    case .utf16:
      "\(place) \(Self.isUTF16). Save the file as UTF-8."
    case .otherKind(_, let kind):
      "\(place) is a file of kind \(kind.rawValue), and a text was expected. Leave it out."
    case .controls:
      "\(place) \(Self.hasControls), and a text was expected. Leave it out."
    case .tooMuch(_, let limit):
      """
      The texts in \(place) have more than \(limit) bytes together, which is all that is read here. \
      Use fewer of them.
      """
    }
  }

  public var descriptionWithoutName: String {
    switch self {
    case .notUTF8(_, let byte, let line, let offset):
      """
      the byte 0x\(FileName.hexadecimal(byte)) in line \(line) (offset \(offset) from the start of \
      the file) is not UTF-8
      """
    case .utf16: "it \(Self.isUTF16)"
    case .otherKind(_, let kind): "it is a file of kind \(kind.rawValue), and a text was expected"
    case .controls: "it \(Self.hasControls)"
    case .tooMuch: description
    }
  }

  private static let isUTF16 = "begins with the byte order mark of UTF-16, which is not read"
  private static let hasControls = "holds control characters that no text has"

  private var path: String {
    switch self {
    case .notUTF8(let path, _, _, _), .utf16(let path), .otherKind(let path, _),
      .controls(let path), .tooMuch(let path, _):
      path
    }
  }
}
