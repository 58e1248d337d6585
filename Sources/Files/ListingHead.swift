import ConvKitCore

/// The beginning of a CSV or TSV file or one of JSON lines: enough to tell what it lists.
package struct ListingHead {
  package enum Form: Sendable {
    case commas, tabs, jsonLines
  }

  /// What the rows are.
  package enum Content: Equatable {
    /// Files, by paths in this column.
    case files(column: String)
    /// Texts in this column.
    case text(column: String)
    /// Two columns without a header: a label and a text.
    case labelledLines
    case table
  }

  package let form: Form

  /// The fields of the first record, a header if there is one, or the keys of the lines of JSON.
  package let columns: [String]

  /// The records behind the first, or all lines of JSON.
  private let rows: Rows

  private enum Rows {
    case records([[String]])
    /// By key: a table of all keys by all lines would grow with the square of the file.
    case objects([[String: String]])
  }

  private let path: String

  private static let bytesRead = 1 << 20

  /// - Throws: `FileError`, `DataKindError.notAListing`, `UnusableListing`.
  package init(_ path: String) throws {
    let start = try BoundedFile.readStart(path: path, count: Self.bytesRead)
    var whole = start[...]
    if start.count == Self.bytesRead, let end = start.lastIndex(of: 0x0A) {
      // The last line is probably cut.
      whole = start[...end]
    }
    let sniffed = Array(start.prefix(FileContent.sniffed))
    guard FileContent.isText(sniffed) else {
      throw DataKindError.notAListing(path: path, content: Self.description(of: sniffed))
    }

    self.path = path
    if JSONLines.areThere(in: whole) {
      form = .jsonLines
      let objects: [[String: String]]
      (columns, objects) = try Self.jsonLines(whole, path: path)
      rows = .objects(objects)
    } else {
      // Texts hold commas far more often than tabs, so that one tab decides; but a name that
      // defines the format decides before it.
      let line = whole.prefix { $0 != 0x0A && $0 != 0x0D }
      let hasTabs = path.hasSuffix(".tsv") || line.contains(0x09) && !path.hasSuffix(".csv")
      form = hasTabs ? .tabs : .commas
      var records: [[String]] = []
      var text = SeparatedText(whole, form: form == .tabs ? .tabs : .commas)
      do {
        while let (fields, _) = try text.next() { records.append(fields) }
      } catch let error as SeparatedTextError {
        // A quoted text may be cut by the end of what was read.
        guard start.count == Self.bytesRead, case .openQuote = error else {
          throw UnusableListing(path: path, reason: error)
        }
      }
      columns = records.first ?? []
      rows = .records(Array(records.dropFirst()))
    }
  }

  /// What the rows are; see `DataKind.decide`.
  ///
  /// - Throws: `DataKindError.missingColumn`.
  package func content(textColumn: String?) throws -> Content {
    if let textColumn {
      guard columns.contains(textColumn) else {
        throw DataKindError.missingColumn(path: path, column: textColumn, columns: columns)
      }
      return .text(column: textColumn)
    }
    if let column = ["path", "file_name"].first(where: columns.contains) {
      return .files(column: column)
    }
    if columns.contains("text") { return .text(column: "text") }
    return areLabelledLines ? .labelledLines : .table
  }

  /// What the rows hold in a column; rows that end before it are passed over, and so are lines of JSON
  /// that give it no text, number, `true` or `false`.
  package func values(of column: String) -> [String] {
    switch rows {
    case .objects(let objects): return objects.compactMap { $0[column] }
    case .records(let records):
      guard let index = columns.firstIndex(of: column) else { return [] }
      return records.filter { $0.count > index }.map { $0[index] }
    }
  }

  /// Whether there are two columns and no header: the first repeats few values, that of the first
  /// record among them (a header's would not return), and the second is mostly distinct texts.
  private var areLabelledLines: Bool {
    guard case .records(let rest) = rows else { return false }
    let records = [columns] + rest
    guard records.count >= 4, records.allSatisfy({ $0.count == 2 }) else { return false }
    let labels = records.map { $0[0] }
    let texts = records.map { $0[1] }
    let numbers = texts.count { Double($0) != nil }
    return labels.dropFirst().contains(labels[0]) && Set(labels).count * 2 <= labels.count
      && numbers * 10 <= texts.count && Set(texts).count * 2 > texts.count
  }

  /// The columns are the keys of all lines in the order in which they first occur. The first line
  /// must be an object; others that are not are passed over here.
  private static func jsonLines(
    _ bytes: ArraySlice<UInt8>, path: String
  ) throws -> (columns: [String], objects: [[String: String]]) {
    var columns: [String] = []
    var known: Set<String> = []
    var found: [[String: String]] = []
    var lines = JSONLines(bytes)
    while let (row, _) = lines.next() {
      guard let row else {
        if found.isEmpty { throw Self.notJSONLines(path) }
        continue
      }
      for key in row.keys where known.insert(key).inserted { columns.append(key) }
      found.append(row.values)
    }
    return (columns, found)
  }

  private static func notJSONLines(_ path: String) -> DataKindError {
    .notAListing(path: path, content: "a text with a line that is not one JSON object")
  }

  private static func description(of start: [UInt8]) -> String {
    if start.isEmpty { return "empty" }
    return switch FileContent(start: start) {
    case .gzip, .zip: "packed, and packed lists are not read yet"
    case let content?: content.kind.map { "a single file of kind \($0.rawValue)" } ?? "no list"
    case nil: "neither text nor of another known format"
    }
  }
}
