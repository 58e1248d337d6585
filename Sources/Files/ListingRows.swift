import ConvKitCore

/// Why a row of a listing cannot be used.
struct UselessRow: Error, Equatable {
  /// Completes "line 5 …".
  let reason: String
}

/// The rows of a listing, one after the other, whatever its format.
struct ListingRows {
  /// What a row says by column.
  typealias Row = Result<[String: String], UselessRow>

  /// The columns of rows that have no header.
  static let bareColumns = ["label", "text"]

  private enum Reader {
    case records(SeparatedText, width: Int, columns: [(index: Int, name: String)])
    case objects(JSONLines)
    case lines(LabelledLines)
  }

  private var reader: Reader
  private let path: String
  private let hasHeader: Bool

  /// The most columns of a listing: every row has a value for each. 2¹², beyond every list of examples
  /// that somebody made on purpose.
  static let mostColumns = 1 << 12

  /// - Parameters:
  ///   - bytes: UTF-8 without a byte order mark.
  ///   - head: what the beginning of the same file has told.
  ///   - used: the columns that may not be there twice. Of others the first counts.
  /// - Throws: `UnusableListing`, `ListingError.repeatedColumn`, `tooManyColumns`.
  init(_ bytes: ArraySlice<UInt8>, head: ListingHead, used: Set<String>) throws {
    path = head.path
    hasHeader = head.hasHeader
    switch head.format {
    case .csv, .tsv:
      var text = SeparatedText(bytes, form: head.format == .csv ? .commas : .tabs)
      var columns = head.columns
      if head.hasHeader {
        // Read anew, for the file may have changed.
        columns = try UnusableListing.naming(path) { try text.next()?.fields } ?? []
      }
      guard columns.count <= Self.mostColumns else {
        throw ListingError.tooManyColumns(
          path: path, found: columns.count, limit: Self.mostColumns)
      }
      var known: Set<String> = []
      var kept: [(index: Int, name: String)] = []
      for (index, column) in columns.enumerated() {
        if known.insert(column).inserted {
          kept.append((index, column))
        } else if used.contains(column) {
          throw ListingError.repeatedColumn(path: path, column: column)
        }
      }
      reader = .records(text, width: columns.count, columns: kept)
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
    case .records(var text, let width, let columns):
      let record = try UnusableListing.naming(path) { try text.next() }
      reader = .records(text, width: width, columns: columns)
      guard let (fields, line) = record else { return nil }
      guard fields.count == width else {
        let expected = hasHeader ? "the header has \(width)" : "a label and a text were expected"
        let reason = "has \(Self.counted(fields.count)), and \(expected)"
        return (.failure(UselessRow(reason: reason)), line)
      }
      let values = Dictionary(
        uniqueKeysWithValues: columns.lazy.map { ($0.name, fields[$0.index]) })
      return (.success(values), line)
    case .objects(var lines):
      let found = lines.next()
      reader = .objects(lines)
      return found.map { row, line in
        (row.flatMap(Self.values), line)
      }
    case .lines(var lines):
      let found = lines.next()
      reader = .lines(lines)
      return found.map { row, line in
        (row.map { ["label": $0.label, "text": $0.text] }, line)
      }
    }
  }

  private static func values(of object: JSONLines.Row) -> Row {
    let count = object.keys.count
    guard count <= mostColumns else {
      let reason = "has \(count) keys, and at most \(mostColumns) are read here"
      return .failure(UselessRow(reason: reason))
    }
    return .success(object.values)
  }

  private static func counted(_ fields: Int) -> String {
    fields == 1 ? "1 field" : "\(fields) fields"
  }
}
