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
      CSV, TSV or JSON lines file with the columns label and path, or label and text; lines of a \
      label and a text; a folder of IDX files; an NPZ file of examples and labels; a CSV or TSV table \
      whose columns are in a meaningful order; or, with --label-from, any folder of files. What cannot be used is named and left out. The same seed \
      gives the same model, byte for byte, on any number of threads.

      A training that is interrupted keeps a checkpoint beside the model; the same call with \
      --resume goes on from there.

      On a table the check of `convkit check` comes first, and without --anyway a training only where a \
      convolutional network suits.

      Example:
        convkit train xo/ --epochs 20
        convkit train clothes/ --test 0.2 --report clothes.html
        convkit train clips/ --label-from '{label}_{speaker}_{index}.wav' --test speaker=theo
        convkit train scans/ --extent 32 --augment shift,turn,mirror-x
        convkit train messages.csv --text-column message --label-column topic
        convkit train sensors.csv --label state
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

  @OptionGroup(title: "Texts")
  var texts: TextArguments

  @OptionGroup(title: "Volumes")
  var volumes: VolumeArguments

  @OptionGroup(title: "Tables")
  var tables: TableArguments

  #if Sound
    @OptionGroup(title: "Sound")
    var sound: SoundArguments
  #endif

  func validate() throws {
    if findLearningRate {
      try require(
        !resume && report == nil && log == nil, "--find-learning-rate",
        received: "beside --resume, --report or --log", allowed: "it alone")
    }
    let files: [(option: String, path: String?)] = [
      ("The model", modelPath),
      ("The model's checkpoint", TrainingRun.checkpoint(of: modelPath)),
      ("The model's lock", FileLock.lockPath(of: modelPath)), ("--log", log), ("--report", report),
      ("--split", options.split), ("--network", learning.network), ("--vectors", texts.vectors),
    ]
    let places = files.map { $0.path.map(FileName.place) }
    for (index, (option, path)) in files.enumerated() {
      if let path, let other = places[..<index].firstIndex(of: places[index]) {
        throw ValidationError(
          "\(files[other].option) and \(option) name the same file, '\(FileName.printable(path))'; give each its own."
        )
      }
    }
  }

  func run() throws {
    // A mistake in a network should not cost looking at the data.
    let network = try learning.network.map(NetworkFile.read)
    let kind = try options.kind(of: data)
    // Other kinds are told apart before their files are read.
    guard ModelFrontEnd.kinds.contains(kind) else { throw UnreadKindError(kind: kind) }
    if kind != .table, tables.shape != nil || tables.anyway {
      throw ValidationError(
        "\(tables.shape == nil ? "--anyway" : "--shape") is for tables, and the data is of the kind "
          + "\(kind.rawValue); leave it out.")
    }
    try texts.checkVectors(for: kind, network: network)
    var training = try learning.training(seed: options.decidedSeed, kind: kind)
    training.network = network
    training.frontEnd.image = pictures.choices
    training.frontEnd.text = texts.choices
    training.frontEnd.volume = volumes.choices
    if let path = texts.vectors {
      training.vectors = ModelTraining.Vectors(path: path, areFrozen: texts.freezeVectors)
    }
    #if Sound
      training.frontEnd.sound = sound.choices
    #endif
    training.strict = strict
    if findLearningRate {
      let division = try division(kind, &training, isJudged: false)
      if division.validatesOnNothing { training.validationShare = 0 }
      let search = LearningRateSearch(model: modelPath, isQuiet: quiet, isJSON: json)
      let dataSet = try division.dataSet.sparing(
        written: [search.curve], others: options.split.map { [$0] } ?? [], kind: kind)
      learning.setEpochs(of: &training, kind: kind, data: dataSet)
      try search.run(training, on: dataSet, kind: kind)
      return
    }
    // Before the work, not after it.
    let written = [modelPath, TrainingRun.checkpoint(of: modelPath), log, report]
      .compactMap(\.self)
    for path in written { try AtomicFile.requireCreatable(path) }
    let lock = try FileLock(modelPath)
    try withExtendedLifetime(lock) {
      let division = try division(
        kind, &training,
        // What goes on, or is finished, was judged when it began.
        isJudged: !resume || written.prefix(2).allSatisfy { !AtomicFile.exists($0) })
      if division.validatesOnNothing { training.validationShare = 0 }
      // A split file that is there is read, and may be the listing of the data too.
      let others = [FileLock.lockPath(of: modelPath), options.split].compactMap(\.self)
      let dataSet = try division.dataSet.sparing(written: written, others: others, kind: kind)
      learning.setEpochs(of: &training, kind: kind, data: dataSet)
      var run = TrainingRun(
        training: training, data: dataSet, kind: kind, model: modelPath, log: log,
        report: report, splitToWrite: division.pathToWrite, isQuiet: quiet)
      run.removeLeftovers()
      if resume, let finished = try run.finishedModel() {
        try tell(finished)
        return
      }
      try tell(try run.run(resume: resume))
    }
  }

  /// Reads the data. Of a table, says what the check finds, and what the front end has to know.
  private func division(
    _ kind: DataKind, _ training: inout ModelTraining, isJudged: Bool
  ) throws -> Division {
    guard kind == .table else {
      return try Division(options) { try DataSet.read(data, options: options.options, for: $0) }
    }
    var choices = TableFrontEnd.Choices()
    let division = try Division(options) { purpose in
      let examples = try TableExamples(
        data, hasHeader: !options.tables.noHeader, shape: tables.shape?.shape,
        options: options.options, for: purpose)
      choices = examples.choices
      if isJudged {
        try TableSuitability(path: data, threads: learning.threads, isQuiet: quiet).require(
          examples.prepared, orGoOn: tables.anyway)
      }
      return examples.dataSet
    }
    training.frontEnd.table = choices
    return division
  }

  private var modelPath: String { out ?? Self.defaultName(for: data) }

  private func tell(_ finished: Model) throws {
    let name = FileName.printable(modelPath)
    StandardError.writeLine(
      "This training is finished, after \(Formatting.count(finished.record.history.count, "epoch")): "
        + "“\(name)” is what it ends in. Leave out --resume to train again.")
    guard let report = Report(finished, path: modelPath) else { return }
    try tell(report)
  }

  private func tell(_ result: ModelTraining.Result) throws {
    let evaluation = result.evaluation.map {
      EvaluationReport($0, labels: result.model.labels, skipped: result.skipped)
    }
    guard
      let report = Report(
        result.model, path: modelPath, skipped: result.skipped, validation: evaluation)
    else { return }
    try tell(report)
    guard !quiet else { return }
    if let report = self.report {
      StandardError.writeLine("The report is “\(FileName.printable(report))”.")
    }
    if !json {
      StandardError.writeLine(
        "Next: convkit classify \(FileName.printable(modelPath)) "
          + Self.input(of: result.model.frontEnd.kind))
    }
  }

  /// What a model of a kind answers.
  private static func input(of kind: DataKind) -> String {
    switch kind {
    case .text: "TEXT"
    case .table: "FILE.csv"
    case .image, .sound, .volume: "FILE"
    }
  }

  private func tell(_ report: Report) throws {
    guard !json else {
      try StandardOutput.writeJSON(report)
      return
    }
    StandardOutput.write(report.text)
    try StandardOutput.flush()
  }

  /// What came of a training: the object that `--json` ends with.
  private struct Report: Encodable {
    let model: String
    let epochs: Int
    let bestEpoch: Int
    let accuracy: Double
    let loss: Double
    let examples: Int
    /// Files that could not be used; missing where an earlier call has told.
    let skipped: Int?
    let seed: UInt64
    /// How the model answers for the validation examples; missing where there are none, or where an
    /// earlier call has told.
    let validation: EvaluationReport?

    private let labels: [String]
    private let isValidated: Bool

    private enum CodingKeys: CodingKey {
      case model, epochs, bestEpoch, accuracy, loss, examples, skipped, seed, validation
    }

    /// nil for a record without its best epoch, which no model has.
    init?(_ model: Model, path: String, skipped: Int? = nil, validation: EvaluationReport? = nil) {
      let record = model.record
      guard let best = record.history.first(where: { $0.epoch == record.bestEpoch }) else {
        return nil
      }
      self.model = path
      epochs = record.history.count
      bestEpoch = record.bestEpoch
      accuracy = best.validationAccuracy ?? best.trainingAccuracy
      loss = best.validationLoss ?? best.trainingLoss
      examples = record.trainingExamples + record.validationExamples
      self.skipped = skipped
      seed = record.options.seed
      self.validation = validation
      labels = model.labels
      isValidated = record.validationExamples > 0
    }

    var text: String {
      """
      model     \(FileName.printable(model))
      accuracy  \(Formatting.percent(accuracy)) \
      \(isValidated ? "on the validation examples" : "while training")
      loss      \(Formatting.loss(loss))
      epochs    \(epochs), the best was \(bestEpoch)
      examples  \(Formatting.grouped(examples))\
      \(skipped.map { ", \(Formatting.grouped($0)) skipped" } ?? "")
      labels    \(labels.map(FileName.printable).joined(separator: ", "))
      seed      \(seed)

      """ + (validation.map { "\n" + $0.tables } ?? "")
    }
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
  /// Where the division is to be written; nil where it was read, or is not asked for.
  let pathToWrite: String?
  /// Whether a file was read that has no validation part.
  let validatesOnNothing: Bool

  /// - Parameter read: reads all the data.
  init(_ options: DataOptions, _ read: (DataSet.Purpose) throws -> DataSet) throws {
    let file = try options.split.flatMap { path in
      do { return try SplitFile(reading: path) } catch FileError.missing { return nil }
    }
    guard let file else {
      pathToWrite = options.split
      if let pathToWrite { try AtomicFile.requireCreatable(pathToWrite) }
      dataSet = try options.divide(for: .training, by: nil, read)
      validatesOnNothing = false
      return
    }
    pathToWrite = nil
    dataSet = try options.divide(for: .training, by: file, read)
    validatesOnNothing = !file.rows.contains { $0.part == .validation }
  }
}
