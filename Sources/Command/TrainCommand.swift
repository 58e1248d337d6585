import ArgumentParser
import ConvKit
import ConvKitDrawing

/// `convkit train`: from labelled files to a model.
struct TrainCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learns from labelled files and writes a model.",
    discussion: """
      DATA is a folder with one subfolder per label, maybe below train/, validation/ and test/; a \
      CSV, TSV or JSON lines file with the columns path and label; a folder of IDX files; or, with \
      --label-from, any folder of files. What cannot be used is named and left out. The same seed \
      gives the same model, byte for byte, on any number of threads.

      A training that is interrupted keeps a checkpoint beside the model; the same call with \
      --resume goes on from there.

      Example:
        convkit train xo/ --epochs 20
        convkit train clothes/ --test 0.2 --report clothes.html
      """)

  @Argument(help: ArgumentHelp("What to learn from.", valueName: "DATA"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "The file to write. (default: the name of DATA with .convkit, in this folder)",
      valueName: "MODEL"))
  var out: String?

  @Flag(help: "Goes on from where an interrupted training was.")
  var resume = false

  @Flag(help: "The first thing that cannot be used is an error.")
  var strict = false

  @Option(help: ArgumentHelp("Writes the results of every epoch.", valueName: "FILE.csv"))
  var log: String?

  @Option(
    help: ArgumentHelp(
      "Writes a page with curves, confusions and the worst mistakes.", valueName: "FILE.html"))
  var report: String?

  @Flag(
    help: "Only looks for a learning rate, and draws the curve beside where the model would be.")
  var findLearningRate = false

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  @Flag(help: "One JSON object at the end.")
  var json = false

  @OptionGroup(title: "Data")
  var options: DataOptions

  @OptionGroup(title: "Learning")
  var learning: LearningArguments

  @OptionGroup(title: "Pictures")
  var pictures: PictureArguments

  func validate() throws {
    if findLearningRate {
      try require(
        !resume && report == nil && log == nil, "--find-learning-rate",
        received: "beside --resume, --report or --log", allowed: "it alone")
    }
  }

  func run() throws {
    // A mistake in a network should not cost looking at the data.
    let network = try learning.network.map(NetworkFile.read)
    let kind = try options.kind(of: data)
    // Other kinds are told apart before their files are read.
    guard kind == .image else { throw UnreadKindError(kind: kind) }
    var training = try learning.training(seed: options.seed, kind: kind)
    training.network = network
    training.frontEnd = pictures.choices
    training.strict = strict
    if findLearningRate {
      try LearningRateSearch(model: modelPath, isQuiet: quiet, isJSON: json)
        .run(training, on: options.read(data, for: .training), kind: kind)
      return
    }
    // Before the work, not after it.
    for path in [modelPath, log, report].compactMap(\.self) {
      try AtomicFile.requireCreatable(path)
    }
    let lock = try FileLock(modelPath)
    try withExtendedLifetime(lock) {
      let division = try Division(options, data: data)
      // Where nobody validates in the file, nobody does.
      if let file = division.file, !file.rows.contains(where: { $0.part == .validation }) {
        training.validationShare = 0
      }
      var run = TrainingRun(
        training: training, data: division.dataSet, kind: kind, model: modelPath, log: log,
        report: report, splitToWrite: division.pathToWrite, isQuiet: quiet)
      run.removeLeftovers()
      if resume, let finished = try run.finishedModel() {
        tell(finished)
        return
      }
      try tell(try run.run(resume: resume))
    }
  }

  private var modelPath: String { out ?? Self.defaultName(for: data) }

  private func tell(_ finished: Model) {
    StandardError.writeLine(
      "\(FileName.printable(modelPath)) is what this training ends in: it is finished, after "
        + "\(Formatting.count(finished.record.history.count, "epoch")).")
  }

  private func tell(_ result: ModelTraining.Result) throws {
    let evaluation = result.evaluation.map {
      EvaluationReport($0, labels: result.model.labels, skipped: result.skipped)
    }
    if json {
      try StandardOutput.writeJSON(
        Report(
          model: modelPath, epochs: result.epochs, bestEpoch: result.bestEpoch,
          accuracy: result.accuracy, loss: result.loss, examples: result.examples,
          skipped: result.skipped, seed: options.seed, validation: evaluation))
      return
    }
    let name = FileName.printable(modelPath)
    StandardOutput.writeLine(
      """
      model     \(name)
      accuracy  \(Formatting.percent(result.accuracy)) \
      \(result.model.record.validationExamples > 0 ? "on the validation examples" : "while training")
      loss      \(Formatting.loss(result.loss))
      epochs    \(result.epochs), the best was \(result.bestEpoch)
      examples  \(Formatting.grouped(result.examples)), \(Formatting.grouped(result.skipped)) skipped
      labels    \(result.model.labels.map(FileName.printable).joined(separator: ", "))
      seed      \(options.seed)
      """)
    if let evaluation { StandardOutput.write("\n" + evaluation.tables) }
    try StandardOutput.flush()
    guard !quiet else { return }
    if let report { StandardError.writeLine("The report is \(FileName.printable(report)).") }
    StandardError.writeLine("Next: convkit classify \(name) FILE")
  }

  /// The object that `--json` ends with.
  private struct Report: Encodable {
    let model: String
    let epochs: Int
    let bestEpoch: Int
    let accuracy: Double
    let loss: Double
    let examples: Int
    let skipped: Int
    let seed: UInt64
    /// How the model answers for the validation examples; missing where there are none.
    let validation: EvaluationReport?
  }

  /// The last part of a path without its extension, and `.convkit`.
  static func defaultName(for path: String) -> String {
    func lastPart(_ path: String) -> Substring? { path.split(separator: "/").last }
    var last = lastPart(path)
    if last == nil || last == "." || last == ".." { last = lastPart(FileName.absolute(path)) }
    guard let last else { return "model.convkit" }
    // A dot at the start hides a file; it begins no extension.
    guard let dot = last.lastIndex(of: "."), dot > last.startIndex else {
      return "\(last).convkit"
    }
    return "\(last[..<dot]).convkit"
  }
}

/// The data of a training, and the file that says or shall say which example goes where.
private struct Division {
  let dataSet: DataSet
  /// What was read.
  let file: SplitFile?
  /// Where the division is to be written; nil where it was read, or is not asked for.
  let pathToWrite: String?

  init(_ options: DataOptions, data: String) throws {
    file = try options.split.flatMap { path in
      do { return try SplitFile(reading: path) } catch FileError.missing { return nil }
    }
    pathToWrite = file == nil ? options.split : nil
    if let pathToWrite { try AtomicFile.requireCreatable(pathToWrite) }
    dataSet = try options.read(data, for: .training, splitFile: file)
  }
}
