import ArgumentParser
import ConvKit

/// What labelled data are and how they are divided: the same for `scan`, `train` and `evaluate`.
struct DataOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("What the files are, where that is not clear.", valueName: "KIND"))
  var kind: DataKind?

  @Option(
    help: ArgumentHelp(
      "Labels from the names of files: '{label}_{speaker}_{index}.wav'. What shares a {group} is "
        + "never divided; other names are yours.", valueName: "PATTERN"),
    transform: FileNamePattern.init)
  var labelFrom: FileNamePattern?

  @Option(
    help: ArgumentHelp(
      "What is kept for testing: a share, as 0.2, or values of a field, as index=0-4 or "
        + "speaker=theo,lucas.", valueName: "SHARE|FIELD=VALUES"),
    transform: TestSelection.init)
  var test: TestSelection?

  @Option(
    help: ArgumentHelp(
      "A CSV file that says which example goes where; `train` writes it if it is not there.",
      valueName: "FILE.csv"))
  var split: String?

  @Option(
    help: ArgumentHelp(
      "Decides everything that is random. (default: \(Self.defaultSeed), in evaluate the model's)",
      valueName: "N"))
  var seed: UInt64?

  @OptionGroup(title: "Texts and tables as data")
  var texts: TextDataArguments

  @OptionGroup(title: "Tables")
  var tables: TableDataArguments

  private static let defaultSeed = TrainingOptions().seed

  var decidedSeed: UInt64 { seed ?? Self.defaultSeed }

  func validate() throws {
    guard test == nil || split == nil else {
      throw ValidationError("Both --test and --split say what is tested on; give one of them.")
    }
  }

  func kind(of path: String) throws -> DataKind {
    try DataKind.decide(path, options: options)
  }

  /// How a data set is read.
  var options: DataSet.Options {
    var options = DataSet.Options()
    // Nothing else has a header that may lack.
    options.kind = kind ?? (tables.noHeader ? .table : nil)
    options.labelPattern = labelFrom
    options.test = test
    options.seed = decidedSeed
    texts.set(&options)
    return options
  }

  /// The examples at a path, divided as the options say.
  ///
  /// - Parameter splitFile: what `--split` holds; nil where there is none.
  func read(
    _ path: String, for purpose: DataSet.Purpose, splitFile: SplitFile?
  ) throws -> DataSet {
    try divide(for: purpose, by: splitFile) { try DataSet.read(path, options: options, for: $0) }
  }

  /// The examples that `read` gives, with the parts that a split file gives them.
  func divide(
    for purpose: DataSet.Purpose, by splitFile: SplitFile?,
    _ read: (DataSet.Purpose) throws -> DataSet
  ) throws -> DataSet {
    // What a file leaves is what has to suffice.
    guard let splitFile else { return try read(purpose) }
    return try assign(read(.scanning), by: splitFile, for: purpose)
  }

  /// The examples in the parts that a file gives them; says which of its examples are not there.
  func assign(
    _ dataSet: DataSet, by splitFile: SplitFile, for purpose: DataSet.Purpose
  ) throws -> DataSet {
    let assignment = try dataSet.assigned(by: splitFile)
    if let first = assignment.missing.first {
      StandardError.writeLine(
        "\(StandardError.warningPrefix) the split file names "
          + "\(Formatting.count(assignment.missing.count, "example")) that the data lack, as "
          + "\(FileName.printable(first)).")
    }
    return try assignment.dataSet.checked(for: purpose)
  }

  /// The examples at a path, divided as the options say; a file of `--split` must be there.
  func read(_ path: String, for purpose: DataSet.Purpose) throws -> DataSet {
    try read(path, for: purpose, splitFile: split.map(SplitFile.init(reading:)))
  }

  /// The rows of a table as a model takes them.
  func read(
    _ path: String, as frontEnd: TableFrontEnd, for purpose: DataSet.Purpose
  ) throws -> DataSet {
    try divide(for: purpose, by: split.map(SplitFile.init(reading:))) {
      try frontEnd.examples(
        of: path, hasHeader: tables.noHeader ? false : nil, options: options, for: $0)
    }
  }
}
