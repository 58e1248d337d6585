/// A table in memory: columns of one length, in the order of the file.
public struct Table: Sendable, Equatable {
  public struct Column: Sendable, Equatable {
    /// What the header says, or "column 3" where there is none.
    public let name: String
    public let content: Content

    public init(name: String, content: Content) {
      self.name = name
      self.content = content
    }
  }

  /// The values of a column by row.
  public enum Content: Sendable, Equatable {
    /// NaN where the value is missing; every other is finite.
    case numbers([Double])
    /// Places in `levels`, −1 where the value is missing. `levels` are the different texts in the order in
    /// which they first occur.
    case texts([Int32], levels: [String])
  }

  public let columns: [Column]
  public let rowCount: Int

  /// - Precondition: every column has `rowCount` values.
  public init(columns: [Column], rowCount: Int) {
    precondition(
      columns.allSatisfy { $0.content.count == rowCount },
      "columns of other lengths than \(rowCount)")
    self.columns = columns
    self.rowCount = rowCount
  }
}

extension Table.Content {
  /// How many rows it has a value or a gap for.
  public var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .texts(let codes, _): codes.count
    }
  }
}
