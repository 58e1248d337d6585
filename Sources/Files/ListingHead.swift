import ConvKitCore

/// The beginning of a listing: enough to tell its format and what it lists.
package struct ListingHead {
  /// What the rows are.
  package enum Content: Equatable {
    /// Files, by paths in this column.
    case files(column: String)
    /// Texts in this column.
    case text(column: String)
    case table

    /// The column of the examples.
    var column: String? {
      switch self {
      case .files(let column), .text(let column): column
      case .table: nil
      }
    }
  }

  package let path: String

  package let format: ListingFormat

  /// The fields of the header or the keys of the lines of JSON; `label` and `text` where rows have
  /// just these and no header.
  package let columns: [String]

  /// Whether the first record names the columns.
  package let hasHeader: Bool

  private let rows: Rows

  private enum Rows {
    case records([[String]])
    /// By key: a table of all keys by all lines would grow with the square of the file.
    case objects([[String: String]])
  }

  private let textColumn: String?

  /// In bytes: usually enough, and enough for a line with the longest text.
  private static let (start, longStart) = (1 << 20, 2 * TextFile.longestText)

  /// Looks at a file; of the options the format, the columns and the encoding count.
  ///
  /// - Throws: `FileError`, `DataKindError.notAListing`, `UnusableListing`, `TextFileError`.
  package init(_ path: String, options: DataSet.Options = DataSet.Options()) throws {
    self.path = path
    textColumn = options.textColumn
    let (start, isCut) = try Self.readStart(path)
    let sniffed = Array(start.prefix(FileContent.sniffed))
    guard FileContent.mayBeText(sniffed) else {
      throw DataKindError.notAListing(path: path, content: Self.description(of: sniffed))
    }

    var text = try TextFile.text(of: start, isCut: isCut, encoding: options.encoding, path: path)
    if isCut, let end = text.lastIndex(where: TextLines.isEnd) {
      // The last line is probably cut.
      text = text[...end]
    }
    let format = options.format ?? Self.format(of: text, path: path)
    switch format {
    case .jsonLines:
      self.format = format
      hasHeader = false
      let objects: [[String: String]]
      (columns, objects) = try Self.jsonLines(text, path: path)
      rows = .objects(objects)
    case .fastText, .labelledLines:
      self.format = format
      hasHeader = false
      columns = ListingRows.bareColumns
      rows = .records([])
    case .csv, .tsv:
      let hasNamedColumns = options.textColumn != nil || options.labelColumn != nil
      let records = Result { try Self.records(text, format, path: path, isCut: isCut) }
      let first = (try? records.get())?.first ?? []
      let isBare =
        !hasNamedColumns && !Self.knownColumns.contains(where: first.contains)
        && Self.areBare((try? records.get()) ?? [], format)
      if !isBare, !hasNamedColumns, options.format == nil,
        !Self.knownColumns.contains(where: first.contains),
        Self.areLabelledLines(text, records: try? records.get(), path: path)
      {
        self.format = .labelledLines
        hasHeader = false
        columns = ListingRows.bareColumns
        rows = .records([])
      } else {
        self.format = format
        hasHeader = !isBare
        columns = isBare ? ListingRows.bareColumns : first
        rows = .records(Array(try records.get().dropFirst(isBare ? 0 : 1)))
      }
    }
  }

  private static let fileColumns = ["path", "file_name"]
  private static let knownColumns = fileColumns + ["text"]

  /// What the rows are; see `DataKind.decide`.
  ///
  /// - Throws: `DataKindError.missingColumn`.
  package func content() throws -> Content {
    if let textColumn {
      guard columns.contains(textColumn) else {
        throw DataKindError.missingColumn(path: path, column: textColumn, columns: columns)
      }
      return .text(column: textColumn)
    }
    if let column = Self.fileColumns.first(where: columns.contains) {
      return .files(column: column)
    }
    return columns.contains("text") ? .text(column: "text") : .table
  }

  /// What the rows hold in a column; rows that end before it are passed over, and so are lines of JSON
  /// that give it no text, number, `true` or `false`. Nothing for lines of a label and a text.
  package func values(of column: String) -> [String] {
    switch rows {
    case .objects(let objects): return objects.compactMap { $0[column] }
    case .records(let records):
      guard let index = columns.firstIndex(of: column) else { return [] }
      return records.filter { $0.count > index }.map { $0[index] }
    }
  }
}

// How a format is told.
extension ListingHead {
  /// The first bytes of a file, and whether it has more; further ones where they hold but a few lines.
  private static func readStart(_ path: String) throws -> (bytes: [UInt8], isCut: Bool) {
    let bytes = try BoundedFile.readStart(path: path, count: start)
    guard bytes.count == start else { return (bytes, false) }
    // Labelled lines are not recognised by fewer than four.
    if TextLines.endCount(in: bytes[...]) >= 5 { return (bytes, true) }
    let more = try BoundedFile.readStart(path: path, count: longStart)
    return (more, more.count == longStart)
  }

  private static func format(of text: ArraySlice<UInt8>, path: String) -> ListingFormat {
    if JSONLines.areThere(in: text) { return .jsonLines }
    if LabelledLines.areFastText(text) { return .fastText }
    return SeparatedText.isTabbed(text, path: path) ? .tsv : .csv
  }

  /// Whether records are labels and texts without a header.
  ///
  /// Of CSV a tenth may be broken, such as texts with a comma and no quotes. What has a tab too many is
  /// no record of TSV, but may well be a labelled line.
  private static func areBare(_ records: [[String]], _ format: ListingFormat) -> Bool {
    let pairs = records.filter { $0.count == 2 }.map { (label: $0[0], text: $0[1]) }
    let suffices =
      format == .tsv ? pairs.count == records.count : pairs.count * 10 >= records.count * 9
    return suffices && records.first?.count == 2 && LabelledLines.areThere(pairs)
  }

  /// Whether lines that are no records of labels and texts are labels and texts nevertheless.
  ///
  /// Between tabs, a tenth of the texts may hold tabs of their own. Between spaces, they are nothing
  /// else: what has as many commas in every line is a table.
  private static func areLabelledLines(
    _ text: ArraySlice<UInt8>, records: [[String]]?, path: String
  ) -> Bool {
    let form = LabelledLines.separator(of: text)
    if let records, let first = records.first {
      if form == .separator(0x09) {
        guard records.count(where: { $0.count == 2 }) * 10 >= records.count * 9 else {
          return false
        }
      } else if path.hasSuffix(".csv")
        || first.count > 1 && records.allSatisfy({ $0.count == first.count })
      {
        return false
      }
    }
    var lines = LabelledLines(text, form: form)
    var pairs: [(label: String, text: String)] = []
    while let (row, _) = lines.next() {
      guard case .success(let pair) = row else { return false }
      pairs.append(pair)
    }
    return LabelledLines.areThere(pairs)
  }

  /// - Throws: `UnusableListing`.
  private static func records(
    _ bytes: ArraySlice<UInt8>, _ format: ListingFormat, path: String, isCut: Bool
  ) throws -> [[String]] {
    var records: [[String]] = []
    var text = SeparatedText(bytes, form: format == .tsv ? .tabs : .commas)
    do {
      while let (fields, _) = try text.next() { records.append(fields) }
    } catch let error as SeparatedTextError {
      // A quoted text may be cut by the end of what was read.
      guard isCut, case .openQuote = error else {
        throw UnusableListing(path: path, reason: error)
      }
    }
    return records
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
      guard case .success(let row) = row else {
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
