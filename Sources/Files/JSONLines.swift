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

  private var lines: TextLines

  /// - Parameter bytes: UTF-8 without a byte order mark.
  init(_ bytes: ArraySlice<UInt8>) { lines = TextLines(bytes) }

  /// Whether a text begins as JSON lines do.
  static func areThere(in bytes: ArraySlice<UInt8>) -> Bool {
    bytes.first { $0 != 0x20 && !(0x09...0x0D).contains($0) } == UInt8(ascii: "{")
  }

  /// The next line that is not blank, with its number, counted from 1: one object with every key once and
  /// at most as many keys as a record of CSV has fields. Returns nil at the end.
  mutating func next() -> (row: Result<Row, UselessRow>, line: Int)? {
    lines.next().map { line in
      (Result { () throws(UselessRow) in try Self.row(line.content) }, line.number)
    }
  }

  private static func row(_ bytes: ArraySlice<UInt8>) throws(UselessRow) -> Row {
    do {
      var row = Row()
      var scanner = JSONScanner(bytes)
      try scanner.object { scanner, key in
        guard row.keys.count < SeparatedText.mostFields else {
          throw UselessRow(reason: "has more than \(SeparatedText.mostFields) keys")
        }
        row.keys.append(key)
        row.values[key] = try scanner.plainOrSkip()
      }
      guard scanner.isAtEnd() else {
        throw UselessRow(reason: "has something behind its JSON object")
      }
      return row
    } catch let useless as UselessRow {
      throw useless
    } catch let failure as JSONScanner.Failure {
      throw UselessRow(failure, at: failure.position - bytes.startIndex + 1)
    } catch {
      throw UselessRow(reason: "is not one JSON object")
    }
  }
}

extension UselessRow {
  /// - Parameter place: of the byte in its line, from 1.
  fileprivate init(_ failure: JSONScanner.Failure, at place: Int) {
    reason =
      switch failure.reason {
      case .expected(let expected):
        "is not one JSON object: at byte \(place) \(expected) was expected"
      case .duplicateKey(let key): "has the key “\(FileName.excerpt(key))” twice"
      case .textTooLong(let limit): "has a text of more than \(limit) bytes"
      case .notUTF8: "has half of a pair of surrogates (at byte \(place)), which is no character"
      case .nested: "has lists and objects that are nested too deeply"
      case .notWhole, .negative, .overflow: "has a number that cannot be read (at byte \(place))"
      }
  }
}
