import ConvKitFiles

extension Table {
  /// How the fields of a file are divided.
  public enum Form: String, CaseIterable, Codable, Sendable {
    /// CSV: RFC 4180, with quotes.
    case commas
    /// TSV, without quotes.
    case tabs
  }

  /// How files are read.
  public struct ReadingOptions: Sendable, Equatable {
    /// Whether the first record names the columns; else they are "column 1", "column 2" and so on.
    public var hasHeader = true
    public var encoding = TextEncoding.utf8
    /// nil for tabs where the name of the file ends in `.tsv`, or its first line has one and the name does
    /// not end in `.csv`; else commas.
    public var form: Form?

    public init() {}
  }

  /// The most values of a table, those that are missing too: 2²⁵, which take 256 MiB as numbers.
  public static let mostCells = 1 << 25
  /// 2¹⁷: more than any table that somebody made on purpose.
  public static let mostColumns = 1 << 17
  /// The most bytes that the different texts of all columns may take: 2²⁸. Each counts with the sixteen
  /// that a text takes besides.
  public static let mostTextBytes = 1 << 28

  /// Reads CSV or TSV files with the same columns, the rows of one behind those of the other.
  ///
  /// A column is numbers where every field is a number or missing, and texts else; white space around
  /// fields does not count. Missing is what is empty, `?`, `NA`, `N/A`, `n/a`, `NaN`, `nan`, `NAN`, `null`,
  /// `NULL`, `<NA>`, `#N/A`, `None` or `none`, and what is a number beyond all finite ones, such as `inf`. Columns without a
  /// name are "column 3". Takes the memory of the table, of one piece of a file and of one record.
  ///
  /// - Precondition: there is a path.
  /// - Throws: `TableError`, `FileError`, `SeparatedFileError`, `TextFileError`, `UnusableListing`.
  public static func read(
    paths: [String], options: ReadingOptions = ReadingOptions()
  ) throws -> Table {
    precondition(!paths.isEmpty, "no file to read a table from")
    var reader = TableReader(options: options)
    for path in paths { try reader.read(path) }
    return reader.table
  }

  /// The values of a row, by column.
  public func cells(ofRow row: Int) -> [TableCell] {
    columns.map { column in
      switch column.content {
      case .numbers(let values):
        values[row].isNaN ? .missing : .number(values[row])
      case .texts(let codes, let levels):
        codes[row] < 0 ? .missing : .text(levels[Int(codes[row])])
      }
    }
  }
}
