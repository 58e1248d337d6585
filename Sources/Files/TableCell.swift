/// One cell of a table.
public enum TableCell: Sendable, Equatable, Hashable {
  /// A finite number.
  case number(Double)
  /// The name of a level of a category.
  case text(String)
  /// There is no value.
  case missing
}
