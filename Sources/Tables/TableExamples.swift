import ConvKitCore
import ConvKitFiles

/// The rows of a table as labelled examples, with what a front end of them has to be told.
public struct TableExamples: Sendable {
  public let dataSet: DataSet
  public let choices: TableFrontEnd.Choices

  /// What a table holds.
  struct Found {
    var records: [DataSet.Record] = []
    var leftOut: [LeftOut] = []

    /// - Parameter column: that of the labels.
    mutating func add(
      _ item: Item, label: String?, name: String, column: String, fields: [String: String] = [:]
    ) {
      guard let label, !label.isEmpty else {
        leftOut.append(
          LeftOut(
            name: FileName.printable(name), reason: "has no label in “\(FileName.excerpt(column))”")
        )
        return
      }
      records.append(
        DataSet.Record(name: name, item: item, label: label, part: .training, fields: fields))
    }
  }

  /// - Parameters:
  ///   - label: a column of the table.
  ///   - places: of the columns that are learned from, rising.
  ///   - names: of the rows, all different.
  ///   - path: how errors name the table.
  /// - Throws: `TableExamplesError.nothingToLearnFrom`, `DataSetError`, `TestSelectionError`.
  public init(
    _ table: Table, label: TableLabel, learningFrom places: [Int], names: [String],
    hasHeader: Bool = true, shape: [Int]? = nil, of path: String,
    options: DataSet.Options = DataSet.Options(), for purpose: DataSet.Purpose
  ) throws {
    guard !places.isEmpty else {
      throw TableExamplesError(path: path, columns: table.columns.map(\.name))
    }
    var found = Found()
    found.records.reserveCapacity(table.rowCount)
    // A column that decides what is tested on is a field of every row.
    let field = table.columns.firstIndex { $0.name == options.testField }
    for row in 0..<table.rowCount {
      let value = field.flatMap { table.cell(row: row, column: $0).level }
      found.add(
        .row(places.map { table.cell(row: row, column: $0) }),
        label: label.label(of: table.cell(row: row, column: label.source.place)),
        name: names[row], column: label.source.name,
        fields: value.flatMap { value in options.testField.map { [$0: value] } } ?? [:])
    }
    dataSet = try DataSet.divided(
      found.records, leftOut: found.leftOut, of: path, files: [path], options: options, for: purpose
    )
    var choices = TableFrontEnd.Choices()
    choices.columns = places.map { TableColumn(name: table.columns[$0].name, place: $0) }
    choices.shape = shape
    choices.label = label
    choices.hasHeader = hasHeader
    self.choices = choices
  }
}

extension Table {
  /// - Precondition: there is such a row and such a column.
  func cell(row: Int, column: Int) -> TableCell {
    switch columns[column].content {
    case .numbers(let values): values[row].isNaN ? .missing : .number(values[row])
    case .texts(let codes, let levels):
      codes[row] < 0 ? .missing : .text(levels[Int(codes[row])])
    }
  }
}

/// A table that leaves no column to learn from.
public struct TableExamplesError: ReportableError, Equatable {
  public let path: String
  public let columns: [String]

  public var category: ErrorCategory { .badData }

  public var description: String {
    """
    “\(FileName.printable(path))” has no column to learn from beside that of the labels and those that name \
    the rows; it has: \(FileName.printable(list: columns)). If one of them holds texts, say which: \
    --text-column NAME.
    """
  }
}
