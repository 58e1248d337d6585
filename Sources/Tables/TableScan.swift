import ConvKitCore
import ConvKitFiles

/// What a table holds, before anything is made of it.
public struct TableScan: Sendable, Equatable {
  public struct Column: Encodable, Sendable, Equatable {
    public enum Kind: String, Encodable, Sendable {
      case numbers, texts
    }

    public let name: String
    public let kind: Kind
    /// Rows without a value.
    public let missing: Int
    /// How many different texts there are; nil for numbers.
    public let levels: Int?
    /// The smallest and the largest number; nil for texts, and where there is none.
    public let least, greatest: Double?
  }

  /// What the file holds.
  public struct Content: Encodable, Sendable, Equatable {
    public let rows: Int
    public let columns: [Column]
    /// Values that are missing in all columns.
    public let missing: Int
    /// What was decided of the columns, or why nothing can be learned from them, in sentences.
    public let notes: [String]
  }

  public let table: Content
  /// Of the rows with a label; nil where nothing can be learned.
  public let examples: DataScan?

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - path: a file, or a folder of the parts of a table.
  ///   - options: as of `TableExamples`.
  /// - Throws: as `Table.read`.
  public init(
    _ path: String, hasHeader: Bool = true, options: DataSet.Options = DataSet.Options()
  ) throws {
    let files = try TableFiles(path, hasHeader: hasHeader, options: options)
    let table = try files.table()
    let columns = table.columns.map(Column.init)
    let notes: [String]
    do {
      let found = try TableExamples(table, of: files, options: options, for: .scanning)
      notes = found.prepared.notes.sentences
      examples = found.dataSet.scan()
    } catch let error as any ReportableError where error.category == .badData {
      notes = [error.description]
      examples = nil
    }
    self.table = Content(
      rows: table.rowCount, columns: columns, missing: columns.reduce(0) { $0 + $1.missing },
      notes: notes)
  }
}

extension TableScan.Column {
  init(_ column: Table.Column) {
    name = column.name
    switch column.content {
    case .numbers(let values):
      kind = .numbers
      missing = values.count { $0.isNaN }
      levels = nil
      let present = values.lazy.filter { !$0.isNaN }
      least = present.min()
      greatest = present.max()
    case .texts(let codes, let levels):
      kind = .texts
      missing = codes.count { $0 < 0 }
      self.levels = levels.count
      (least, greatest) = (nil, nil)
    }
  }
}
