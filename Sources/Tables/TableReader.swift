import ConvKitFiles

/// Collects the rows of one file after the other.
struct TableReader {
  private let options: Table.ReadingOptions
  private let limits: Limits

  /// The first file, and its columns.
  private var first: (path: String, names: [String])?
  private var columns: [ColumnBuilder] = []
  private var rowCount = 0
  /// In bytes, what different texts may take still.
  private var textBytesLeft: Int

  /// See `Table.mostCells` and the others.
  struct Limits {
    var cells = Table.mostCells
    var columns = Table.mostColumns
    var textBytes = Table.mostTextBytes
  }

  init(options: Table.ReadingOptions, limits: Limits = Limits()) {
    self.options = options
    self.limits = limits
    textBytesLeft = limits.textBytes
  }

  /// All rows that were read.
  var table: Table {
    let names = first?.names ?? []
    return Table(
      columns: zip(names, columns).map { Table.Column(name: $0, content: $1.content()) },
      rowCount: rowCount)
  }

  /// - Throws: see `Table.read`. The reader is of no use then.
  mutating func read(_ path: String) throws {
    let form: SeparatedText.Form? =
      switch options.form {
      case .commas: .commas
      case .tabs: .tabs
      case nil: nil
      }
    let before = rowCount
    var isFirstRecord = true
    try SeparatedFile.read(path, form: form, encoding: options.encoding) { record in
      if isFirstRecord {
        isFirstRecord = false
        try begin(with: record, path: path)
        if options.hasHeader { return }
      }
      try append(record, path: path)
    }
    guard rowCount > before else { throw TableError.noRows(path: path, isEmpty: isFirstRecord) }
  }

  /// Takes the names of the columns from the first record of a file.
  private mutating func begin(with record: SeparatedRecord, path: String) throws {
    guard record.count <= limits.columns else {
      throw TableError.tooManyColumns(
        path: path, line: record.line, found: record.count, limit: limits.columns)
    }
    let names =
      options.hasHeader ? try names(in: record, path: path) : (1...record.count).map(Self.name)
    if let first {
      if let difference = Self.difference(names, from: first.names) {
        throw TableError.otherColumns(path: path, first: first.path, difference: difference)
      }
      return
    }
    guard names.count > 1 else {
      throw TableError.oneColumn(path: path, start: Self.start(of: record))
    }
    if options.hasHeader {
      try HeaderNames.requireNames(names, path: path, line: record.line)
    }
    first = (path, names)
    columns = names.map { _ in ColumnBuilder() }
  }

  private func names(in record: SeparatedRecord, path: String) throws -> [String] {
    try (0..<record.count).map { index in
      let field = record[index]
      guard let name = String(validating: ColumnBuilder.trimmed(field), as: UTF8.self) else {
        throw Self.notUTF8(record, index, path: path)
      }
      return name.isEmpty ? Self.name(index + 1) : name
    }
  }

  private mutating func append(_ record: SeparatedRecord, path: String) throws {
    guard record.count == columns.count else {
      throw TableError.ragged(
        path: path, line: record.line, found: record.count, expected: columns.count,
        hasHeader: options.hasHeader)
    }
    guard (rowCount + 1) * columns.count <= limits.cells else {
      throw TableError.tooManyCells(
        path: path, line: record.line, columns: columns.count, limit: limits.cells)
    }
    for index in columns.indices {
      do throws(ColumnBuilder.Fault) {
        try columns[index].append(record[index], left: &textBytesLeft)
      } catch {
        switch error {
        case .notUTF8: throw Self.notUTF8(record, index, path: path)
        case .tooMuchText:
          throw TableError.tooMuchText(path: path, line: record.line, limit: limits.textBytes)
        }
      }
    }
    rowCount += 1
  }

  private static func name(_ number: Int) -> String { "column \(number)" }

  /// The error that names the byte, its line and its place in the file.
  private static func notUTF8(
    _ record: SeparatedRecord, _ index: Int, path: String
  ) -> any Error {
    do throws(TextEncoding.Failure) {
      _ = try record.text(index)
    } catch {
      if case .notUTF8(let byte, let line, let offset) = error {
        return TextFileError.notUTF8(path: path, byte: byte, line: line, offset: offset)
      }
    }
    return TextFileError.utf16(path: path)
  }

  /// The beginning of a record of one field.
  private static func start(of record: SeparatedRecord) -> String {
    FileName.excerpt(String(decoding: record[0].prefix(256), as: UTF8.self))
  }

  /// What names have that others have not, for the end of a sentence; nil where they are the same.
  private static func difference(_ names: [String], from first: [String]) -> String? {
    guard names.count == first.count else {
      return """
        \(names.count) \(names.count == 1 ? "column" : "columns"), and \(first.count) were expected
        """
    }
    guard let place = names.indices.first(where: { names[$0] != first[$0] }) else { return nil }
    return """
      “\(FileName.excerpt(names[place]))” as column \(place + 1), where \
      “\(FileName.excerpt(first[place]))” was expected
      """
  }
}
