import ConvKitCore
import ConvKitFiles

extension TableRows {
  /// Hands over the rows of a file, in their order.
  ///
  /// - Parameters:
  ///   - form: nil where the file's name or its first line tells.
  ///   - take: what it throws ends the reading.
  /// - Throws: `FileError`, `TextFileError`, `UnusableListing`, `TableColumnsError`; what `take` throws.
  public mutating func read(
    _ path: String, format: ListingFormat? = nil, encoding: TextEncoding = .utf8,
    _ take: (Result<Row, TableRowError>) throws -> Void
  ) throws {
    let bytes = try BoundedFile.read(path: path, limit: 1 << 30)[...]
    var text = SeparatedText(bytes, form: format == .tsv ? .tabs : .commas)
    while let (fields, line) = try text.next() {
      if let row = try row(fields, line: line) { try take(row) }
    }
  }
}

extension TableFrontEnd {
  /// The rows of a file as labelled examples, called by the file and the line that they begin in, as
  /// `wine.csv:17`. Rows without a label, or that cannot be answered, are left out.
  ///
  /// - Parameter labels: those of the model.
  /// - Throws: as `TableRows.read`; `TableLabelError` for a file without the label column; `DataSetError`,
  ///   `TestSelectionError`.
  public func examples(
    of path: String, labels: [String], hasHeader: Bool? = nil,
    options: DataSet.Options = DataSet.Options(), for purpose: DataSet.Purpose
  ) throws -> DataSet {
    guard let column = label?.source.name else { throw TableFrontEndError.noLabelColumn }
    let file = FileName.last(of: path)
    var found = TableExamples.Found()
    var rows = TableRows(for: self, labels: labels, of: path, hasHeader: hasHeader)
    try rows.read(path, format: options.format, encoding: options.encoding) { row in
      switch row {
      case .failure(let error):
        found.leftOut.append(
          LeftOut(name: "\(file):\(error.line)", reason: error.descriptionWithoutName))
      case .success(let row):
        found.add(row.item, label: row.label, name: "\(file):\(row.line)", column: column)
      }
    }
    guard rows.hasLabels else { throw TableLabelError(name: path, column: column) }
    return try DataSet.divided(
      found.records, leftOut: found.leftOut, of: path, files: [path], options: options, for: purpose
    )
  }
}

/// A table without the column of the labels, where it is needed.
public struct TableLabelError: ReportableError, Equatable {
  public let name: String
  public let column: String

  public var category: ErrorCategory { .badData }

  public var description: String {
    """
    “\(FileName.printable(name))” has no column “\(FileName.excerpt(column))”, which tells the labels of the \
    model. Give it that column, or name another file.
    """
  }
}
