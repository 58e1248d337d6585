import ConvKitCore
import ConvKitFiles

/// What a table can have wrong.
public enum TableError: ReportableError, Equatable {
  /// Nothing below the header, or not even one.
  case noRows(path: String, isEmpty: Bool)
  /// A row with more or fewer fields than the first record.
  case ragged(path: String, line: Int, found: Int, expected: Int, hasHeader: Bool)
  /// Two columns of one name; places count from 1.
  case repeatedName(path: String, name: String, first: Int, second: Int)
  /// Numbers where the names of the columns should be; some of them.
  case valuesAsNames(path: String, line: Int, names: [String])
  /// A further file with other columns than the first; `difference` says which.
  case otherColumns(path: String, first: String, difference: String)
  /// Nothing divides the first line, of which this is the beginning.
  case oneColumn(path: String, start: String)
  case tooManyCells(path: String, line: Int, columns: Int, limit: Int)
  case tooManyColumns(path: String, line: Int, found: Int, limit: Int)
  /// In bytes.
  case tooMuchText(path: String, line: Int, limit: Int)

  /// No column has the name that the user gave; `near` may be meant.
  case noSuchLabel(name: String, columns: [String], near: String?)
  /// The label says the same of every row, or nothing of any.
  case oneLabel(column: String, value: String?, rows: Int)
  /// Texts that hardly repeat, in the column that the user named.
  case labelsDoNotRepeat(column: String, different: Int, rows: Int)
  /// All columns but the label are identifiers, or there are no others.
  case nothingToJudge(identifiers: [String])
  /// The same, where the columns would be numbers but for the first row, of which these are some fields.
  case namesAsValues(names: [String])
  /// A picture of another number of values than there are columns; nil where no number holds it.
  case shape(shape: [Int], needed: Int?, columns: Int, identifiers: [String])
  /// A picture of columns of which one is texts.
  case shapeOfTexts(shape: [Int], column: String)
  /// Texts made numbers would take too many of them.
  case tooManyNumbers(rows: Int, limit: Int)

  public var category: ErrorCategory {
    switch self {
    case .noSuchLabel, .shape, .shapeOfTexts: .wrongCall
    default: .badData
    }
  }

  public var description: String {
    switch self {
    case .noRows(let path, let isEmpty):
      """
      “\(FileName.printable(path))” has \(isEmpty ? "nothing but empty lines" : "a header and no rows"); a row for \
      every example was expected.\(isEmpty ? "" : " If its one line is a row, say --no-header.")
      """
    case .ragged(let path, let line, let found, let expected, let hasHeader):
      """
      In “\(FileName.printable(path))” line \(line) has \(Self.fields(found)), and the \
      \(hasHeader ? "header" : "first line") has \(expected). Give every row the same columns, empty where \
      nothing is known, and put a text that holds a comma into quotes.
      """
    case .repeatedName(let path, let name, let first, let second):
      """
      In “\(FileName.printable(path))” the columns \(first) and \(second) are both called \
      “\(FileName.excerpt(name))”. Rename one, or say --no-header if the first line is a row of values.
      """
    case .valuesAsNames(let path, let line, let names):
      """
      In “\(FileName.printable(path))” line \(line), where the names of the columns are expected, holds \
      numbers (\(FileName.printable(list: names)) …). Say --no-header if it is a row of values; else give \
      the columns other names.
      """
    case .otherColumns(let path, let first, let difference):
      """
      “\(FileName.printable(path))” cannot be joined with “\(FileName.printable(first))”: it has \
      \(difference). Give both the same columns in the same order.
      """
    case .oneColumn(let path, let start):
      """
      “\(FileName.printable(path))” has one column (“\(start)”), and a table of two or more was expected. \
      \(start.contains(";") ? "Its fields seem to be divided by semicolons; divide them" : "Divide the fields of a line") \
      by commas or tabs.
      """
    case .tooManyCells(let path, let line, let columns, let limit):
      """
      “\(FileName.printable(path))” has more than \(limit) values up to line \(line), with \(columns) \
      columns, which is all that is read here. Use fewer rows, such as every tenth.
      """
    case .tooManyColumns(let path, let line, let found, let limit):
      """
      In “\(FileName.printable(path))” line \(line) has \(found) fields, and at most \(limit) columns are \
      read here. Use fewer columns.
      """
    case .tooMuchText(let path, let line, let limit):
      """
      “\(FileName.printable(path))” has different texts of more than \(limit) bytes up to line \(line), \
      which is all that is read here. Leave out columns of long texts, or use fewer rows.
      """
    case .noSuchLabel(let name, let columns, let near):
      """
      There is no column “\(FileName.excerpt(name))” for the label. \
      \(near.map { "Did you mean “\(FileName.excerpt($0))”? " } ?? "")The columns are: \
      \(FileName.printable(list: columns)).
      """
    case .oneLabel(let column, let value?, let rows):
      """
      The label “\(FileName.excerpt(column))” has one value, “\(FileName.excerpt(value))”, in \
      \(rows == 1 ? "the only row" : "all \(rows) rows") that \(rows == 1 ? "has" : "have") one, so that \
      there is nothing to tell apart. \(Self.otherLabel)
      """
    case .oneLabel(let column, nil, _):
      "The label “\(FileName.excerpt(column))” has no value in any row. \(Self.otherLabel)"
    case .labelsDoNotRepeat(let column, let different, let rows):
      """
      The label “\(FileName.excerpt(column))” has \(different) different texts in \(rows) rows: labels \
      must repeat to be learned. \(Self.otherLabel)
      """
    case .nothingToJudge(let identifiers) where identifiers.isEmpty:
      "There is no column besides the label. Add columns of values."
    case .nothingToJudge(let identifiers):
      """
      No column is left to judge: \(FileName.printable(list: identifiers)) only \
      \(identifiers.count == 1 ? "numbers" : "number") or \
      \(identifiers.count == 1 ? "names" : "name") the rows. Add columns of values.
      """
    case .namesAsValues(let names):
      """
      The first line holds only texts (\(FileName.printable(list: names, most: 3))), and the lines below it \
      numbers, so that every column counts as texts that do not repeat. If they are the names of the \
      columns, leave out --no-header.
      """
    case .shape(let shape, let needed, let columns, let identifiers):
      """
      --shape \(Self.text(shape)) needs \(needed.map(String.init) ?? "another number of") \
      columns, and there are \(columns)\(identifiers.isEmpty ? "" : " without \(FileName.printable(list: identifiers))"). \
      Give the height and the width of a picture of all columns but the label.
      """
    case .shapeOfTexts(let shape, let column):
      """
      --shape \(Self.text(shape)) needs columns of numbers, and “\(FileName.excerpt(column))” holds texts. \
      Leave the option out.
      """
    case .tooManyNumbers(let rows, let limit):
      """
      The columns, with a number for each of their different texts, take more than \(limit) numbers in \
      \(rows) rows. Use fewer rows, such as every tenth.
      """
    }
  }

  private static let otherLabel =
    "Name another column by --label; convkit check --no-label judges the columns alone."

  private static func fields(_ count: Int) -> String { count == 1 ? "1 field" : "\(count) fields" }

  private static func text(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "x")
  }
}
