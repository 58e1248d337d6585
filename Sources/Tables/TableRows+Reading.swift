import ConvKitCore
import ConvKitFiles

extension TableRows {
  /// Hands over the rows of the file, in their order.
  ///
  /// - Parameters:
  ///   - options: of which the form and the encoding count here.
  ///   - take: what it throws ends the reading.
  /// - Throws: `FileError`, `SeparatedFileError`, `TextFileError`, `UnusableListing`, `TableColumnsError`;
  ///   what `take` throws.
  public mutating func read(
    _ path: String, options: Table.ReadingOptions = Table.ReadingOptions(),
    _ take: (Result<Row, TableRowError>) throws -> Void
  ) throws {
    try SeparatedFile.read(path, form: options.form?.form, encoding: options.encoding) { record in
      if let row = try row(record) { try take(row) }
    }
  }

  /// Hands over the rows that come in by the standard input, as they come.
  ///
  /// - Throws: as `read`.
  public mutating func readStandardInput(
    options: Table.ReadingOptions = Table.ReadingOptions(),
    _ take: (Result<Row, TableRowError>) throws -> Void
  ) throws {
    try SeparatedFile.readStandardInput(
      form: options.form?.form, encoding: options.encoding
    ) { record in
      if let row = try row(record) { try take(row) }
    }
  }
}

extension Table.Form {
  var form: SeparatedText.Form { self == .tabs ? .tabs : .commas }
}

extension TableFrontEnd {
  /// The rows of files as labelled examples, called by the file and the line that they begin in, as
  /// `wine.csv:17`. Rows without a label, or that cannot be answered, are left out.
  ///
  /// - Parameters:
  ///   - path: a file, or a folder of the parts of a table.
  ///   - hasHeader: nil for a header where the training table had one.
  ///   - options: the labels' column and the kind do not count.
  /// - Throws: as `TableRows.read`; `TableLabelError` for a file without the label column; `DataSetError`,
  ///   `TestSelectionError`.
  public func examples(
    of path: String, hasHeader: Bool? = nil, options: DataSet.Options = DataSet.Options(),
    for purpose: DataSet.Purpose
  ) throws -> DataSet {
    guard let column = label?.source.name else { throw TableFrontEndError.noLabelColumn }
    var found = TableExamples.Found()
    let files = try TableFiles(path, hasHeader: hasHeader ?? self.hasHeader, options: options)
    for file in files.files {
      let name = FileName.last(of: file.path)
      var rows = TableRows(for: self, of: file.path, hasHeader: hasHeader)
      try rows.read(file.path, options: files.options) { row in
        switch row {
        case .failure(let error):
          found.leaveOut("\(name):\(error.line)", because: error.descriptionWithoutName)
        case .success(let row):
          found.add(
            row.item, label: row.label, name: "\(name):\(row.line)", part: file.part,
            column: column)
        }
      }
      guard rows.hasLabels else { throw TableLabelError(name: file.path, column: column) }
    }
    return try DataSet.divided(
      found.records, leftOut: found.leftOut, of: path, files: files.files.map(\.path),
      options: options, for: purpose)
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
