import ConvKitCore
import ConvKitFiles

/// The rows of a table's file as a model takes them, one after the other.
///
/// Its columns are found by their names, in whatever order, and others are passed over. In a file without a
/// header they stand where they stood in the training table; where there are just as many columns as the
/// model has, they are these.
public struct TableRows: Sendable {
  /// A row that can be answered.
  public struct Row: Sendable, Equatable {
    /// The line that it begins in, from 1.
    public let line: Int
    public let item: Item
    /// nil where the file has no label column, or nothing in it here.
    public let label: String?
  }

  /// Where the columns of the model stand in the file.
  private struct Layout {
    let columns: [Int]
    let label: Int?
    let width: Int
  }

  private let frontEnd: TableFrontEnd
  private let name: String
  private let hasHeader: Bool
  private var layout: Layout?

  /// - Parameters:
  ///   - name: what errors call the file: its path.
  ///   - hasHeader: nil for a header where the training table had one.
  public init(for frontEnd: TableFrontEnd, of name: String, hasHeader: Bool? = nil) {
    self.frontEnd = frontEnd
    self.name = name
    self.hasHeader = hasHeader ?? frontEnd.hasHeader
  }

  /// Whether the file has the label column; only known behind its first record.
  public var hasLabels: Bool { layout?.label != nil }

  /// The row that the next record is, or why it is none; nil for the header.
  ///
  /// - Throws: `TableColumnsError` at the first record, where the file lacks columns of the model.
  mutating func row(_ record: SeparatedRecord) throws -> Result<Row, TableRowError>? {
    guard let layout else {
      let found = try hasHeader ? layout(named: names(in: record)) : layout(of: record.count)
      self.layout = found
      return hasHeader ? nil : row(record, found)
    }
    return row(record, layout)
  }

  private func row(_ record: SeparatedRecord, _ layout: Layout) -> Result<Row, TableRowError> {
    func fail(_ reason: TableRowError.Reason) -> Result<Row, TableRowError> {
      .failure(TableRowError(name: name, line: record.line, reason: reason))
    }
    guard record.count == layout.width else {
      return fail(.width(found: record.count, expected: layout.width))
    }
    var cells: [TableCell] = []
    cells.reserveCapacity(layout.columns.count)
    for (column, place) in zip(frontEnd.columns, layout.columns) {
      guard let cell = TableCell(field: record[place]) else {
        return fail(.notUTF8(column: column.source.name))
      }
      if case .text(let text) = cell, column.isNumbers {
        return fail(.notANumber(column: column.source.name, found: text))
      }
      cells.append(cell)
    }
    let label = layout.label.flatMap { TableCell(field: record[$0]) }
    return .success(
      Row(
        line: record.line, item: .row(cells),
        label: label.flatMap { frontEnd.label?.label(of: $0) }))
  }

  /// As tables are read: without the white space around them, and "column 3" where there is none.
  private func names(in record: SeparatedRecord) -> [String] {
    (0..<record.count).map { place in
      let name = String(decoding: ColumnBuilder.trimmed(record[place]), as: UTF8.self)
      return name.isEmpty ? "column \(place + 1)" : name
    }
  }

  private func layout(named header: [String]) throws -> Layout {
    // Names may repeat: the first of a name is the first of the model's, and so on.
    var places: [String: [Int]] = [:]
    for (place, name) in header.enumerated().reversed() {
      places[name, default: []].append(place)
    }
    let label = frontEnd.label.flatMap { places[$0.source.name]?.last }
    var missing: [String] = []
    let columns = frontEnd.columns.compactMap { column -> Int? in
      if let place = places[column.source.name]?.popLast() { return place }
      missing.append(column.source.name)
      return nil
    }
    guard missing.isEmpty else {
      throw TableColumnsError(name: name, missing: missing, found: header)
    }
    return Layout(columns: columns, label: label, width: header.count)
  }

  private func layout(of width: Int) throws -> Layout {
    if width == frontEnd.columns.count {
      return Layout(columns: Array(0..<width), label: nil, width: width)
    }
    let columns = frontEnd.columns.map(\.source.place)
    let missing = frontEnd.columns.filter { $0.source.place >= width }.map(\.source.name)
    guard missing.isEmpty else {
      throw TableColumnsError(name: name, missing: missing, found: width)
    }
    let label = (frontEnd.label?.source.place).flatMap { $0 < width ? $0 : nil }
    return Layout(columns: columns, label: label, width: width)
  }
}

extension TableLabel {
  /// The label that a cell tells; nil where it is missing, or no number where numbers are cut into parts.
  func label(of cell: TableCell) -> String? {
    guard !cuts.isEmpty else { return cell.level }
    guard case .number(let number) = cell, !number.isNaN else { return nil }
    return RowLabels.names(of: cuts)[cuts.firstIndex { number <= $0 } ?? cuts.count]
  }
}

/// A row of a table that a model cannot answer.
public struct TableRowError: ReportableError, Equatable {
  public enum Reason: Sendable, Equatable {
    case width(found: Int, expected: Int)
    case notANumber(column: String, found: String)
    case notUTF8(column: String)
  }

  /// Of the file.
  public let name: String
  public let line: Int
  public let reason: Reason

  public var category: ErrorCategory { .badData }

  public var description: String {
    "“\(FileName.printable(name))” line \(line) cannot be used: it \(descriptionWithoutName)."
  }

  public var descriptionWithoutName: String {
    switch reason {
    case .width(let found, let expected):
      "has \(found) \(found == 1 ? "field" : "fields"), and the others have \(expected)"
    case .notANumber(let column, let found):
      """
      has “\(FileName.excerpt(found))” in the column “\(FileName.excerpt(column))”, where the model learned \
      from numbers
      """
    case .notUTF8(let column):
      "has something in the column “\(FileName.excerpt(column))” that is not UTF-8"
    }
  }
}

/// A table without the columns that a model needs.
public struct TableColumnsError: ReportableError, Equatable {
  public let name: String
  public let missing: [String]
  /// What it has, as the end of a sentence.
  public let found: String

  init(name: String, missing: [String], found header: [String]) {
    self.name = name
    self.missing = missing
    found = FileName.printable(list: header)
  }

  init(name: String, missing: [String], found width: Int) {
    self.name = name
    self.missing = missing
    found = width == 1 ? "1 column without a name" : "\(width) columns without names"
  }

  public var category: ErrorCategory { .badData }

  public var description: String {
    """
    “\(FileName.printable(name))” lacks \(missing.count == 1 ? "a column" : "columns") that the model \
    learned from: \(FileName.printable(list: missing)). It has: \(found). Give the columns the names that \
    they had in the training table, or say --no-header if the first line is a row.
    """
  }
}
