import ConvKitFiles

/// A column of a table, by its name and by where it stands.
public struct TableColumn: Sendable, Equatable, Codable {
  public let name: String
  /// From 0, counted among all columns of the table.
  public let place: Int

  public init(name: String, place: Int) {
    self.name = name
    self.place = place
  }
}

/// What tells the label of a table's row.
public struct TableLabel: Sendable, Equatable, Codable {
  public let source: TableColumn

  /// The numbers between the parts that a column of numbers is cut into, rising; empty where every value is
  /// a label of its own.
  public let cuts: [Double]

  /// Of four parts.
  public static let mostCuts = 3

  public init(source: TableColumn, cuts: [Double] = []) {
    self.source = source
    self.cuts = cuts
  }
}
