import ConvKitCore
import ConvKitFiles

/// The rows of a table as labelled examples, with what a front end of them has to be told.
public struct TableExamples: Sendable {
  /// What the check judges, and what was decided on the way.
  public let prepared: PreparedTable
  public let dataSet: DataSet
  public let choices: TableFrontEnd.Choices

  /// Reads a table, and chooses its label and the columns that are learned from. A row is called by its file
  /// and the line that it begins in, as `wine.csv:17`.
  ///
  /// - Parameters:
  ///   - path: a file, or a folder of the parts of a table.
  ///   - shape: rows and columns of a picture; nil for one row.
  ///   - options: of which the format, the label's column, the encoding, the test part and the seed count.
  /// - Throws: as `Table.read` and `prepared`; `UnlearnableTableError`; `DataSetError`,
  ///   `TestSelectionError`.
  public init(
    _ path: String, hasHeader: Bool = true, shape: [Int]? = nil,
    options: DataSet.Options = DataSet.Options(), for purpose: DataSet.Purpose
  ) throws {
    let files = try TableFiles(path, hasHeader: hasHeader, options: options)
    try self.init(
      try files.table(), of: files, shape: shape, options: options, for: purpose)
  }

  init(
    _ table: Table, of files: TableFiles, shape: [Int]? = nil, options: DataSet.Options,
    for purpose: DataSet.Purpose
  ) throws {
    do {
      prepared = try table.prepared(
        labelledBy: options.labelColumn.map(LabelChoice.named) ?? .last, shape: shape,
        hasHeader: files.options.hasHeader)
    } catch let error as TableError {
      guard case .nothingToJudge = error else { throw error }
      throw UnlearnableTableError(path: files.path, reason: "\(error)")
    }
    let places = Dictionary(
      zip(table.columns.map(\.name), table.columns.indices), uniquingKeysWith: { first, _ in first }
    )
    guard let label = TableLabel(of: table, prepared.notes.label, places: places) else {
      // That there is no label, and which column may be one.
      let sentences = prepared.notes.sentences.prefix(prepared.notes.likelyLabel == nil ? 1 : 2)
      throw UnlearnableTableError(path: files.path, reason: sentences.joined(separator: " "))
    }
    let columns = prepared.table.columns.compactMap { column in
      places[column.name].map { TableColumn(name: column.name, place: $0) }
    }
    var found = Found()
    found.records.reserveCapacity(table.rowCount)
    // A column that decides what is tested on is a field of every row.
    let field = options.testField.flatMap { name in places[name].map { (name: name, place: $0) } }
    for (row, (name, part)) in try files.names(ofRows: table.rowCount).enumerated() {
      let cells = table.cells(ofRow: row)
      var fields: [String: String] = [:]
      if let field { fields[field.name] = cells[field.place].level }
      found.add(
        .row(columns.map { cells[$0.place] }), label: label.label(of: cells[label.source.place]),
        name: name, part: part, column: label.source.name, fields: fields)
    }
    dataSet = try DataSet.divided(
      found.records, leftOut: found.leftOut, of: files.path, files: files.files.map(\.path),
      options: options, for: purpose)
    var choices = TableFrontEnd.Choices()
    choices.columns = columns
    choices.shape = shape
    choices.label = label
    choices.hasHeader = files.options.hasHeader
    self.choices = choices
  }

  /// Records, and what gives none.
  struct Found {
    var records: [DataSet.Record] = []
    private(set) var leftOut: [LeftOut] = []

    /// - Parameter column: that of the labels.
    mutating func add(
      _ item: Item, label: String?, name: String, part: DataPart, column: String,
      fields: [String: String] = [:]
    ) {
      guard let label, !label.isEmpty else {
        return leaveOut(name, because: "has no label in “\(FileName.excerpt(column))”")
      }
      records.append(
        DataSet.Record(name: name, item: item, label: label, part: part, fields: fields))
    }

    mutating func leaveOut(_ name: String, because reason: String) {
      leftOut.append(LeftOut(name: FileName.printable(name), reason: reason))
    }
  }
}

extension TableLabel {
  /// What was chosen of a table; nil where it has no label.
  ///
  /// - Parameter places: of the table's columns, by their names.
  fileprivate init?(of table: Table, _ note: TableNotes.Label, places: [String: Int]) {
    guard let name = note.column, let place = places[name] else { return nil }
    let source = TableColumn(name: name, place: place)
    switch note.kind {
    case .last, .named: self.init(source: source)
    case .quarters:
      guard case .numbers(let values) = table.columns[place].content else { return nil }
      self.init(
        source: source, cuts: RowLabels.quarters(of: values.filter { !$0.isNaN }.sorted()))
    case .none, .manyNumbers, .manyTexts: return nil
    }
  }
}

/// A table without a label, or without columns to learn it from.
public struct UnlearnableTableError: ReportableError, Equatable {
  public let path: String
  /// Which it lacks, as a sentence.
  public let reason: String

  public var category: ErrorCategory { .badData }

  public var description: String {
    """
    “\(FileName.printable(path))” cannot be learned from as a table. \(reason) If one of its columns holds \
    texts to be learned from, say which: --text-column NAME.
    """
  }
}
