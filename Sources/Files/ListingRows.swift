import ConvKitCore

/// The rows of a listing, one after the other, whatever its format.
struct ListingRows {
  /// One row: what it says by column, or why it cannot be used, which completes "line 5 …".
  enum Row {
    case values([String: String])
    case unusable(String)
  }

  /// The columns of rows that have no header.
  static let bareColumns = ["label", "text"]

  private enum Reader {
    case records(SeparatedText, columns: [String])
    case objects(JSONLines)
    case lines(LabelledLines)
  }

  private var reader: Reader
  private let path: String
  private let hasHeader: Bool

  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - head: what the beginning of the same file has told.
  /// - Throws: `UnusableListing`, `ListingError.repeatedColumn`.
  init(_ bytes: ArraySlice<UInt8>, head: ListingHead) throws {
    path = head.path
    hasHeader = head.hasHeader
    switch head.format {
    case .csv, .tsv:
      var text = SeparatedText(bytes, form: head.format == .csv ? .commas : .tabs)
      var columns = head.columns
      if head.hasHeader {
        // Read anew, for the file may have changed.
        columns = try UnusableListing.naming(path) { try text.next()?.fields } ?? []
        var known: Set<String> = []
        for column in columns where !known.insert(column).inserted {
          throw ListingError.repeatedColumn(path: path, column: column)
        }
      }
      reader = .records(text, columns: columns)
    case .jsonLines: reader = .objects(JSONLines(bytes))
    case .fastText: reader = .lines(LabelledLines(bytes, form: .fastText))
    case .labelledLines:
      reader = .lines(LabelledLines(bytes, form: LabelledLines.separator(of: bytes)))
    }
  }

  /// The next row with the line that it begins in, counted from 1; nil at the end.
  ///
  /// - Throws: `UnusableListing`.
  mutating func next() throws -> (row: Row, line: Int)? {
    switch reader {
    case .records(var text, let columns):
      let record = try UnusableListing.naming(path) { try text.next() }
      reader = .records(text, columns: columns)
      guard let (fields, line) = record else { return nil }
      guard fields.count == columns.count else {
        let expected =
          hasHeader ? "the header has \(columns.count)" : "a label and a text were expected"
        return (.unusable("has \(Self.counted(fields.count)), and \(expected)"), line)
      }
      return (.values(Dictionary(uniqueKeysWithValues: zip(columns, fields))), line)
    case .objects(var lines):
      let found = lines.next()
      reader = .objects(lines)
      return found.map { row, line in
        (
          row.map { .values($0.values) } ?? .unusable("is not one JSON object with every key once"),
          line
        )
      }
    case .lines(var lines):
      let found = lines.next()
      reader = .lines(lines)
      return found.map { row, line in
        switch row {
        case .success(let (label, text)): (.values(["label": label, "text": text]), line)
        case .failure(let useless): (.unusable(useless.reason), line)
        }
      }
    }
  }

  private static func counted(_ fields: Int) -> String {
    fields == 1 ? "1 field" : "\(fields) fields"
  }
}
