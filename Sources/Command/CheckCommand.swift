import ArgumentParser
import ConvKit

/// `convkit check`: whether data are of a kind that a convolutional network suits.
struct CheckCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says whether a convolutional network suits a table, or other data.",
    discussion: """
      If data are just as useful after swapping any of their columns with each other, a convolutional \
      network is the wrong tool. DATA is a CSV or TSV file, or several that are joined, such as a part to \
      train on and one to test on. Four questions are asked: are neighbouring columns more alike than \
      others (A), also where columns come in groups (B); does a small convolutional network do worse when \
      the columns are shuffled (C), and is it as good as what ignores their order (D)? A table without \
      labels is judged by A and B alone.

      Standard input is not read.

      Of a folder of pictures, clips or volumes question A is asked along each axis, whatever the labels: \
      a stack of unrelated slices shows.

      With --exit-status the status is 0 where a convolutional network suits, 2 where it does not, and 3 \
      where nobody can tell or it may suit.

      Example:
        convkit check customers.csv --label churned
        convkit check digits.csv --shape 8x8 --report digits.html
        convkit check train.csv test.csv --no-header --exit-status
        convkit check scans/
      """)

  @Argument(
    help: ArgumentHelp(
      "A table, several of the same columns, or a folder of examples.", valueName: "DATA"))
  var data: [String]

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("What the data are, where that is not clear.", valueName: "KIND"))
  var kind: DataKind?

  @Option(
    name: [.long, .customLong("label-column")],
    help: ArgumentHelp(
      "The column of the labels. (default: the last, unless it holds more than 20 different numbers)",
      valueName: "NAME"))
  var label: String?

  @Flag(help: "No column holds labels.")
  var noLabel = false

  @Flag(help: "The first line is data.")
  var noHeader = false

  @Option(
    help: ArgumentHelp(
      "The columns are a picture, row by row, of so many rows and columns.", valueName: "HxW"))
  var shape: PictureShapeArgument?

  @Option(help: "How the table is encoded.")
  var encoding = TextEncoding.utf8

  @Flag(help: "Asks A and B alone, which takes no training.")
  var quick = false

  @Option(help: ArgumentHelp("Decides everything that is random.", valueName: "N"))
  var seed = SuitabilityCheck().seed

  @Option(
    help: ArgumentHelp(
      "Threads; the answer does not depend on it. (default: one per core)",
      valueName: "N"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Writes a page with how alike the columns are, and all figures.", valueName: "FILE.html"))
  var report: String?

  @Flag(
    help: "The exit status tells the verdict: 0 suits, 2 does not suit, 3 cannot tell or may suit.")
  var exitStatus = false

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    if let threads {
      try require(
        1...1024 ~= threads, "--threads", received: threads, allowed: "a number from 1 to 1024")
    }
    if data.contains("-") {
      throw ValidationError(
        "check does not read standard input; name a file (./- is one that is called so).")
    }
    var places: Set<String> = []
    if let twice = data.first(where: { !places.insert(FileName.place($0)).inserted }) {
      throw ValidationError(
        "'\(FileName.printable(twice))' is given twice, which would count its rows twice; give it once."
      )
    }
    guard label == nil || !noLabel else {
      throw ValidationError("--label names a column and --no-label says there is none; give one.")
    }
    if let report, let same = data.first(where: { FileName.place($0) == FileName.place(report) }) {
      throw ValidationError(
        "--report names '\(FileName.printable(same))', which is to be judged; name another file.")
    }
  }

  func run() throws {
    let kind = try decidedKind()
    try report.map { try AtomicFile.requireCreatable($0) }
    let verdict =
      switch kind {
      case .table: try judgeTable()
      case .image, .sound, .text, .volume: try judgeAxes(of: data[0], kind)
      }
    try StandardOutput.flush()
    if let report, !quiet {
      StandardError.writeLine("The report is “\(FileName.printable(report))”.")
    }
    guard exitStatus else { return }
    switch verdict {
    case .suits: break
    case .doesNotSuit: throw ExitCode(2)
    case .maySuit, .cannotTell: throw ExitCode(3)
    }
  }

  // MARK: tables

  private func judgeTable() throws -> Suitability.Verdict {
    var reading = Table.ReadingOptions()
    reading.hasHeader = !noHeader
    reading.encoding = encoding
    let choice: LabelChoice = noLabel ? .none : label.map { .named($0) } ?? .last
    let table = try Table.read(paths: try tables(), options: reading)
      .prepared(labelledBy: choice, shape: shape?.extent, hasHeader: !noHeader)
    var check = SuitabilityCheck()
    check.seed = seed
    check.threads = threads
    check.isQuick = quick
    let bar = ProgressBar(isQuiet: quiet)
    defer { bar.clear() }
    let (found, similarities) = try check.judge(table.sequence) { event in
      switch event {
      case .trained(let count, let most): bar.show(done: count, of: most, "networks")
      }
    }
    bar.clear()
    if let report {
      try SuitabilityPage(
        found, similarities: similarities, isQuick: quick, notes: table.notes.sentences,
        names: data.map(CheckInput.name), seed: seed
      ).write(to: report)
    }
    if json {
      try StandardOutput.writeJSON(
        CheckedTableObject(
          found, table: table.notes, seed: seed, isQuick: quick))
    } else {
      StandardOutput.write(CheckReport(found, isQuick: quick, notes: table.notes.sentences).text)
    }
    return found.verdict
  }

  /// The files of a folder that holds its parts as tables, or those that were named.
  private func tables() throws -> [String] {
    guard let path = data.first, CheckInput.isFolder(path) else { return data }
    if case .parts(let files) = try DataSource(path) { return files.map(\.path) }
    try CheckInput.requireNoTables(in: path)
    return data
  }

  // MARK: folders

  private func judgeAxes(of path: String, _ kind: DataKind) throws -> Suitability.Verdict {
    guard kind != .text else {
      if self.kind == nil { try CheckInput.requireNoTables(in: path) }
      throw AxisCheckError.noAxes(kind)
    }
    if let option = tableOption {
      throw ValidationError(
        "\(option) is of tables, and “\(FileName.printable(path))” holds examples of the kind "
          + "\(kind.rawValue); leave it out\(CheckInput.isFolder(path) ? "." : ", or say --as table.")"
      )
    }
    var check = AxisCheck()
    check.seed = seed
    check.threads = threads
    let bar = ProgressBar(isQuiet: quiet)
    defer { bar.clear() }
    let found = try check.judge(try examples(at: path), kind: kind) { done, count in
      bar.show(done: done, of: count, "examples")
    }
    bar.clear()
    if let report {
      try AxisSuitabilityPage(found, name: CheckInput.name(path), seed: seed).write(to: report)
    }
    if json {
      try StandardOutput.writeJSON(CheckedAxesObject(found, seed: seed))
    } else {
      StandardOutput.write(CheckReport(found).text)
    }
    return found.verdict
  }

  /// Labels play no part: a folder of files without subfolders will do.
  private func examples(at path: String) throws -> DataSet {
    do {
      return try DataSet.read(path, options: options(labelled: true), for: .scanning)
    } catch DataSetError.filesWithoutLabels {
      return try DataSet.read(path, options: options(labelled: false), for: .scanning)
    }
  }

  private func options(labelled: Bool) throws -> DataSet.Options {
    var options = DataSet.Options()
    options.kind = kind
    options.encoding = encoding
    if !labelled { options.labelPattern = try FileNamePattern("{label}") }
    return options
  }

  // MARK: what the data are

  /// The first option that was given and that only tables follow.
  private var tableOption: String? {
    if label != nil { return "--label" }
    if noLabel { return "--no-label" }
    if noHeader { return "--no-header" }
    return shape == nil ? nil : "--shape"
  }

  private func decidedKind() throws -> DataKind {
    let folder = data.first { CheckInput.isFolder($0) }
    if let folder, data.count > 1 {
      throw ValidationError(
        "Several paths are tables that are joined, and “\(FileName.printable(folder))” is a folder; give "
          + "it alone.")
    }
    if let kind { return kind }
    // What is said of tables is said of one.
    if folder == nil, data.count > 1 || tableOption != nil { return .table }
    do {
      return try DataKind.decide(data[0], options: options(labelled: true))
    } catch DataSetError.filesWithoutLabels {
      return try DataKind.decide(data[0], options: options(labelled: false))
    } catch let error as DataKindError {
      throw error
    } catch  where folder == nil && AtomicFile.exists(data[0]) {
      // The reader of tables says which line is wrong.
      return .table
    }
  }
}
