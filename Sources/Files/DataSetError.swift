import ConvKitCore

/// Why a path gives no data set.
public enum DataSetError: ReportableError, Equatable {
  /// Nothing to use at all; `leftOut` counts what was found and cannot be used, and `first` is one of
  /// it.
  case empty(path: String, leftOut: Int, first: LeftOut? = nil)
  /// Files lie in the folder itself, so that nothing tells their labels; `example` is one of them.
  case filesWithoutLabels(path: String, count: Int, example: String)
  /// All examples have one label.
  case oneLabel(path: String, label: String)
  /// There are parts, but none to learn from.
  case noTrainingPart(path: String)
  /// A folder `part` that has the name of a part and folders in it, beside `other`, which is no part.
  case partBesideLabels(path: String, part: String, other: String)
  /// Two labels that differ in their bytes and not in what one reads.
  case labelsLookAlike(path: String, label: String)
  /// A listing with a column neither of texts nor of files: a table, or columns of other names.
  case listingNotRead(path: String, columns: [String])
  /// An option that only listings follow, as the command calls it, for a folder of files.
  case listingOptionForAFolder(path: String, option: String)
  /// Nearly every example has a label of its own.
  case labelsDoNotRepeat(path: String, labels: Int, examples: Int)
  /// A pattern of file names for a listing.
  case patternForAFile(path: String)
  /// A file that is to be written is one of the data; `source` is where these lie.
  case overwritten(path: String, source: String)

  /// The error for a path of which all was left out.
  static func empty(path: String, leavingOut leftOut: [LeftOut]) -> DataSetError {
    .empty(
      path: path, leftOut: leftOut.count,
      first: leftOut.min { FileName.precedes($0.name, $1.name) })
  }

  public var category: ErrorCategory {
    switch self {
    case .patternForAFile, .listingOptionForAFolder, .overwritten: .wrongCall
    default: .badData
    }
  }

  public var description: String {
    switch self {
    case .empty(let path, let leftOut, let first):
      """
      “\(FileName.printable(path))” holds no example that can be used\
      \(leftOut == 0 ? "" : " (\(leftOut) left out\(first.map { "; the first, \($0.name): \($0.reason)" } ?? ""))"). \
      \(Self.layout)
      """
    case .filesWithoutLabels(let path, let count, let example):
      """
      “\(FileName.printable(path))” holds \(count) \(count == 1 ? "file" : "files") (as \
      “\(FileName.printable(example))”) and no folder, so nothing tells the labels. If the names of \
      the files do, say how: --label-from '{label}_{index}.png'. \(Self.layout)
      """
    case .oneLabel(let path, let label):
      """
      “\(FileName.printable(path))” has examples of one label only, \
      “\(FileName.excerpt(label))”; to tell labels apart needs two. \(Self.layout)
      """
    case .noTrainingPart(let path):
      """
      “\(FileName.printable(path))” has parts, and none of them to learn from. Put what is to be \
      learned from into a folder or a file called “train” beside the others, or give it that part in \
      the listing. \
      \(Self.layout)
      """
    case .partBesideLabels(let path, let part, let other):
      """
      “\(FileName.printable(path))” holds “\(FileName.printable(part))”, which looks like a part of \
      the data, beside “\(FileName.printable(other))”, which is none. Put all examples into parts \
      (train, validation, test), or rename the folder if it is none.
      """
    case .labelsLookAlike(let path, let label):
      """
      “\(FileName.printable(path))” has the label “\(FileName.excerpt(label))” in two spellings that \
      read the same (Unicode writes an accent in two ways). Use one for all of its examples, or tell them apart.
      """
    case .listingNotRead(let path, let columns):
      """
      “\(FileName.printable(path))” has no column “text” that holds texts, and none called “path” or \
      “file_name” that names files; it has: \(FileName.printable(list: columns)). \
      \(Spelling.question(for: "text", among: columns))If one of them holds texts, say which: \
      --text-column NAME; if the lines are a label and a text without a header: --format \
      labelled-lines; if it is a table: --as table. \(Self.layout)
      """
    case .listingOptionForAFolder(let path, let option):
      """
      “\(FileName.printable(path))” is, or has, no file that lists the examples row by row, and \
      \(option) speaks of such a file. Name the file, or leave out \(option).
      """
    case .labelsDoNotRepeat(let path, let labels, let examples):
      """
      “\(FileName.printable(path))” has \(labels) labels for \(examples) examples to learn from, so \
      that most have a label of their own; at least two examples of a label were expected on average. \
      Check which column or folder tells the labels.
      """
    case .patternForAFile(let path):
      """
      “\(FileName.printable(path))” is a file, and labels are taken from the names of files in a \
      folder only. Name the folder, or leave out --label-from.
      """
    case .overwritten(let path, let source):
      """
      “\(FileName.printable(path))” belongs to the data in “\(FileName.printable(source))” and would \
      be overwritten. Nothing was written; name another file.
      """
    }
  }

  /// What was expected and what to do, as a small drawing.
  private static let layout = """
    Make one folder per label and put its examples into it:
        DATA/
          cats/  1.png  2.png
          dogs/  a.png  b.png
    or the same below train/, validation/ and test/:
        DATA/
          train/  cats/  dogs/
          test/   cats/  dogs/
    Or list the files in a CSV, TSV or JSON lines file with the columns path and label (or texts, with
    the columns text and label), let the names of the files tell their labels
    (--label-from '{label}_{index}.png'), or name a folder of IDX files or an NPZ file.
    """
}
