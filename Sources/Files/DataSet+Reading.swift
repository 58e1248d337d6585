import ConvKitCore

extension DataSet {
  /// How a data set is read.
  public struct Options: Sendable, Equatable {
    /// What tells the labels from the names of the files; nil where folders or a listing tell them.
    public var labelPattern: FileNamePattern?

    /// What becomes the test part; nil leaves the parts as they are.
    public var test: TestSelection?

    /// Decides which examples a share takes.
    public var seed: UInt64 = 0

    /// What the examples are; nil where their content decides. Files of kind text are read.
    public var kind: DataKind?

    /// How a listing is written; nil where its beginning decides.
    public var format: ListingFormat?

    /// The column of a listing that holds the texts; nil where that is `text`.
    public var textColumn: String?

    /// The column of a listing that holds the labels; nil where that is `label`.
    public var labelColumn: String?

    /// How listings and texts are encoded.
    public var encoding = TextEncoding.utf8

    /// What ends the part of a label that counts: with ":", `DESC:manner` is the label `DESC`. A label
    /// without it counts as a whole; nil and an empty one leave labels as they are.
    public var labelPrefix: String?

    public init() {}

    /// The field that the test part is selected by, if it is.
    package var testField: String? { test?.field }

    /// The first option, as the command calls it, that only a listing can follow.
    var listingOption: String? {
      format != nil
        ? "--format"
        : textColumn != nil ? "--text-column" : labelColumn != nil ? "--label-column" : nil
    }
  }

  /// The most examples that a listing or an IDX file may hold, and one that lists more is refused:
  /// 2²⁴, more than the largest public set of labelled pictures has (ImageNet-21k, 14 million).
  /// Sixteen million records take some gigabytes.
  package static let mostExamples = 1 << 24

  /// Finds the examples that lie at a path, and reads every file once for its fingerprint; those that
  /// cannot be read are left out.
  ///
  /// The path is one of these, and a link to it counts as what it leads to:
  ///
  /// - A folder, with a pattern: the names of the files below it tell their labels.
  /// - A folder that holds `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` or the pair
  ///   `t10k-…`, which is the test part, each maybe with `.gz`.
  /// - A folder that holds `metadata.csv`, `metadata.tsv` or `metadata.jsonl` with the columns
  ///   `path` or `file_name`, and `label`: that listing.
  /// - Any other folder: one subfolder per label, in which files lie at any depth, or such folders
  ///   below `train/`, `validation/` (`val/`, `valid/`, `dev/`) and `test/`.
  /// - A CSV or TSV file or one of JSON lines with these columns. Paths are absolute or start at its
  ///   folder; `part` or `split` (train, validation, val, valid, dev, test) tells the part and `group`
  ///   the group; every other column is a field.
  /// - Such a file with a column `text` in place of `path`, lines of fastText, or lines of a label and
  ///   a text (see `ListingFormat` and `DataKind.decide`): every row is a text, called by the file and
  ///   the line that it begins in, as `sms.tsv:17`. At most 1 GiB, and 16 MiB a text.
  /// - A folder of such files and no folder: those called by a part are the parts, whatever their
  ///   extension (`train.csv`, `TREC.test`, `spam_dev.tsv`).
  /// - An `.npz` file with arrays of examples and of labels, whose names say so, maybe with the part
  ///   (`train_images` and `train_labels`, `x_test` and `y_test`, `volumes` and `labels`); the examples
  ///   lie along the first axis.
  /// - Where the options speak of a listing, a folder with a `metadata.…` that is none of the above:
  ///   that file.
  ///
  /// Where the examples are files that hold texts, as `DataKind.decide` has it, these are read: in the
  /// same encoding, without the line ends at the end of a file, at most 16 MiB each and 1 GiB together.
  ///
  /// Hidden files, empty ones, links in a folder, named pipes, devices, rows that name no usable
  /// file, and texts without a character that one can see are left out and reported. The result is the same
  /// whatever order the file system returns.
  ///
  /// - Throws: `FileError`, `DataSetError`, `DataKindError`, `UnusableListing`, `ListingError`,
  ///   `TextFileError`, `IDXError`, `ArrayArchiveError`, `TestSelectionError`.
  public static func read(
    _ path: String, options: Options = Options(), for purpose: Purpose
  ) throws -> DataSet {
    let source = try DataSource(path, options: options)
    var found = try source.found(at: path, options: options)
    try found.readTexts(of: path, options: options)
    var set = try divided(
      found.records, leftOut: found.leftOut, of: path, files: try source.dataFiles(at: path),
      options: options, for: purpose)
    set.origin.holdsTexts = found.textsAreRows
    return set
  }

  /// The examples that a reader has found, with their labels and parts as the options say.
  ///
  /// - Parameters:
  ///   - path: how errors name where they come from.
  ///   - files: those that hold or tell the labels, or hold several examples.
  /// - Throws: `DataSetError`, `TestSelectionError`.
  package static func divided(
    _ records: [Record], leftOut: [LeftOut], of path: String, files: [String], options: Options,
    for purpose: Purpose
  ) throws -> DataSet {
    var found = DataSource.Found(records: records, leftOut: leftOut)
    if let prefix = options.labelPrefix { found.cutLabels(behind: prefix) }
    var (records, unreadable) = found.records.fingerprinted()
    // Without examples there is nothing to select from, which is said below.
    if let test = options.test, !records.isEmpty {
      let labels = Self.learned(records)
      try test.apply(to: &records, of: path, seed: options.seed)
      let left = Self.learned(records)
      if purpose == .training, labels.count > 1, left.count == 1, let label = left.first {
        throw TestSelectionError.oneLabelLeft(path: path, label: label)
      }
    }
    var set = try DataSet(records, leftOut: found.leftOut + unreadable, for: purpose, from: path)
    set.origin.files = files
    return set
  }

  /// The labels that there are examples to learn from of.
  private static func learned(_ records: [Record]) -> Set<String> {
    Set(records.lazy.filter { $0.part == .training }.map(\.label))
  }
}
