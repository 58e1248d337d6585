import ConvKitCore

/// Why a listing as a whole cannot be read; single rows are left out instead.
public enum ListingError: ReportableError, Equatable {
  /// No column of the name that labels have, or that the user gave.
  case noLabelColumn(path: String, columns: [String], column: String = "label")
  case repeatedColumn(path: String, column: String)
  case unknownPart(path: String, line: Int, column: String, value: String)
  case tooManyRows(path: String, limit: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .noLabelColumn(let path, let columns, let column):
      """
      “\(FileName.printable(path))” has no column “\(FileName.printable(column))”. It has: \
      \(FileName.printable(list: columns)). \
      \(Spelling.question(for: column, among: columns))Say which column holds the labels: \
      --label-column NAME.
      """
    case .repeatedColumn(let path, let column):
      """
      “\(FileName.printable(path))” has two columns called “\(FileName.printable(column))”. Give each \
      a name of its own.
      """
    case .unknownPart(let path, let line, let column, let value):
      """
      In “\(FileName.printable(path))” line \(line) has “\(FileName.printable(value))” in the column \
      “\(FileName.printable(column))”; train, validation (or val, valid) or test was expected. Mend \
      it, or give the column another name.
      """
    case .tooManyRows(let path, let limit):
      """
      “\(FileName.printable(path))” has more than \(limit) rows, which is all that is read here. \
      Divide it.
      """
    }
  }
}
