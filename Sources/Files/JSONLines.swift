/// The objects of a text of JSON lines, one after the other.
///
/// A line ends with a line feed, a carriage return or both, none of which JSON allows inside a text.
struct JSONLines {
  /// One object.
  struct Row {
    /// In the order of the line.
    var keys: [String] = []
    /// Texts, and numbers and truth values as they are written; nothing for null, lists and objects.
    var values: [String: String] = [:]
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var line = 0

  /// - Parameter bytes: UTF-8; a byte order mark is skipped.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex + (Self.hasMark(bytes) ? 3 : 0)
  }

  /// Whether a text begins as JSON lines do.
  static func areThere(in bytes: ArraySlice<UInt8>) -> Bool {
    bytes.dropFirst(hasMark(bytes) ? 3 : 0).first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
      == UInt8(ascii: "{")
  }

  /// The next line that is not blank with its number, counted from 1; its row is nil when the line
  /// is not one object with every key once and at most as many keys as a record of CSV has fields.
  /// Returns nil at the end.
  mutating func next() -> (row: Row?, line: Int)? {
    while position < bytes.endIndex {
      let end = bytes[position...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
      let content = bytes[position..<end]
      position =
        end + (bytes[end...].starts(with: [0x0D, 0x0A]) ? 2 : end < bytes.endIndex ? 1 : 0)
      line += 1
      if content.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
        return (try? Self.row(content), line)
      }
    }
    return nil
  }

  private static func row(_ bytes: ArraySlice<UInt8>) throws -> Row {
    var row = Row()
    var scanner = JSONScanner(bytes)
    try scanner.object { scanner, key in
      guard row.keys.count < SeparatedText.mostFields else { throw NotOneObject() }
      row.keys.append(key)
      row.values[key] = try scanner.plainOrSkip()
    }
    guard scanner.isAtEnd() else { throw NotOneObject() }
    return row
  }

  private struct NotOneObject: Error {}

  private static func hasMark(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.starts(with: [0xEF, 0xBB, 0xBF])
  }
}
