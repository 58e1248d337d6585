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
  /// - Throws: as `Table.read` and `prepared`; `UnlabelledTableError`; `DataSetError`, `TestSelectionError`.
  public init(
    _ path: String, hasHeader: Bool = true, shape: [Int]? = nil,
    options: DataSet.Options = DataSet.Options(), for purpose: DataSet.Purpose
  ) throws {
    let files = try TableFiles(path, options: options)
    var reading = files.options
    reading.hasHeader = hasHeader
    let table = try Table.read(paths: files.files.map(\.path), options: reading)
    var names: [(name: String, part: DataPart)] = []
    names.reserveCapacity(table.rowCount)
    for (path, part) in files.files {
      let file = FileName.last(of: path)
      for line in try Self.lines(of: path, options: reading) {
        names.append(("\(file):\(line)", part))
      }
    }
    // It was read twice.
    guard names.count == table.rowCount else {
      throw FileError.unreadable(path: path, reason: "it changed while it was read")
    }
    try self.init(
      table, names: names, hasHeader: hasHeader, shape: shape, of: path,
      files: files.files.map(\.path), options: options, for: purpose)
  }

  /// - Parameter names: of the rows, all different, with the parts that they belong to.
  init(
    _ table: Table, names: [(name: String, part: DataPart)], hasHeader: Bool = true,
    shape: [Int]? = nil, of path: String, files: [String] = [], options: DataSet.Options,
    for purpose: DataSet.Purpose
  ) throws {
    prepared = try table.prepared(
      labelledBy: options.labelColumn.map(LabelChoice.named) ?? .last, shape: shape)
    let places = Dictionary(
      zip(table.columns.map(\.name), table.columns.indices), uniquingKeysWith: { first, _ in first }
    )
    guard let label = TableLabel(of: table, prepared.notes.label, places: places) else {
      throw UnlabelledTableError(path: path, reason: prepared.notes.sentences.first ?? "")
    }
    let columns = prepared.table.columns.compactMap { column in
      places[column.name].map { TableColumn(name: column.name, place: $0) }
    }
    var found = Found()
    found.records.reserveCapacity(table.rowCount)
    // A column that decides what is tested on is a field of every row.
    let field = options.testField.flatMap { name in places[name].map { (name: name, place: $0) } }
    for (row, (name, part)) in names.enumerated() {
      let cells = table.cells(ofRow: row)
      var fields: [String: String] = [:]
      if let field { fields[field.name] = cells[field.place].level }
      found.add(
        .row(columns.map { cells[$0.place] }), label: label.label(of: cells[label.source.place]),
        name: name, part: part, column: label.source.name, fields: fields)
    }
    dataSet = try DataSet.divided(
      found.records, leftOut: found.leftOut, of: path, files: files, options: options,
      for: purpose)
    var choices = TableFrontEnd.Choices()
    choices.columns = columns
    choices.shape = shape
    choices.label = label
    choices.hasHeader = hasHeader
    self.choices = choices
  }

  /// The lines that the rows begin in.
  private static func lines(of path: String, options: Table.ReadingOptions) throws -> [Int] {
    var lines: [Int] = []
    try SeparatedFile.read(path, form: options.form?.form, encoding: options.encoding) {
      lines.append($0.line)
    }
    return Array(lines.dropFirst(options.hasHeader ? 1 : 0))
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

/// A table without a label, where one is to be learned.
public struct UnlabelledTableError: ReportableError, Equatable {
  public let path: String
  /// Why it has none, as a sentence.
  public let reason: String

  public var category: ErrorCategory { .badData }

  public var description: String {
    """
    “\(FileName.printable(path))” has no label to learn. \(reason) If the file holds texts to be learned \
    from, say which column: --text-column NAME.
    """
  }
}
