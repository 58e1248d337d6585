import ConvKitCore

/// What a split file can have wrong beside its being a CSV; lines are counted from 1.
public enum SplitFileError: ReportableError, Equatable {
  /// The first line is another.
  case header(path: String, found: [String])
  /// A row of more or fewer than three fields.
  case fields(path: String, line: Int, found: Int)
  case emptyField(path: String, line: Int, column: String)
  /// A word that names no part.
  case part(path: String, line: Int, found: String)
  /// A second row for an example; `first` is the line of the first.
  case twice(path: String, line: Int, first: Int, name: String)
  /// The data says another label than the file.
  case label(name: String, label: String, inFile: String)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .header(let path, let found):
      """
      “\(FileName.printable(path))” begins with “\(FileName.excerpt(found.joined(separator: ",")))”, and \
      a split file begins with “path,label,part”. Name a file that --split has written, or add the line.
      """
    case .fields(let path, let line, let found):
      """
      Line \(line) of “\(FileName.printable(path))” has \(found) \(found == 1 ? "field" : "fields"), \
      and three were expected: path, label, part. Put quotes around a field that holds a comma.
      """
    case .emptyField(let path, let line, let column):
      "Line \(line) of “\(FileName.printable(path))” has no \(column). Fill it in, or remove the line."
    case .part(let path, let line, let found):
      """
      Line \(line) of “\(FileName.printable(path))” has the part “\(FileName.excerpt(found))”; training, \
      validation or test was expected.
      """
    case .twice(let path, let line, let first, let name):
      """
      Line \(line) of “\(FileName.printable(path))” names “\(FileName.excerpt(name))”, which line \(first) \
      names already. Remove one of them.
      """
    case .label(let name, let label, let inFile):
      """
      “\(FileName.printable(name))” has the label “\(FileName.excerpt(label))”, and the split file \
      says “\(FileName.excerpt(inFile))”. Use the file with the data that it was written for, or correct it.
      """
    }
  }
}
