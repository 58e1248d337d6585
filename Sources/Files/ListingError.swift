import ConvKitCore

/// Why a listing as a whole cannot be read; single rows are left out instead.
public enum ListingError: ReportableError, Equatable {
  /// No column of the name that labels have.
  case noLabelColumn(path: String, columns: [String])
  /// A column that is used, twice.
  case repeatedColumn(path: String, column: String)
  case unknownPart(path: String, line: Int, column: String, value: String)
  case tooManyRows(path: String, limit: Int)
  case tooManyColumns(path: String, found: Int, limit: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .noLabelColumn(let path, let columns):
      """
      “\(FileName.printable(path))” has no column “label”. It has: \
      \(FileName.printable(list: columns)). \
      \(Spelling.question(for: "label", among: columns))Say which column holds the labels: \
      --label-column NAME.
      """
    case .repeatedColumn(let path, let column):
      """
      “\(FileName.printable(path))” has two columns called “\(FileName.excerpt(column))”. Give each \
      a name of its own.
      """
    case .unknownPart(let path, let line, let column, let value):
      """
      In “\(FileName.printable(path))” line \(line) has “\(FileName.excerpt(value))” in the column \
      “\(FileName.excerpt(column))”; train, validation (or val, valid, dev) or test was expected. \
      Mend it, or give the column another name.
      """
    case .tooManyRows(let path, let limit):
      """
      “\(FileName.printable(path))” has more than \(limit) rows, which is all that is read here. \
      Divide it.
      """
    case .tooManyColumns(let path, let found, let limit):
      """
      “\(FileName.printable(path))” has \(found) columns, and at most \(limit) of a list of examples \
      are read here. Leave out those that nothing is learned from.
      """
    }
  }
}
