import ArgumentParser
import ConvKit

/// `convkit train`: from labelled files to a model.
struct TrainCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learns from labelled files and writes a model.",
    discussion: """
      DATA is a folder with one subfolder per label, of PNG files; or with such folders below \
      train/, validation/ and test/. The same seed gives the same model, byte for byte, on any \
      number of threads.

      Example:
        convkit train xo/ --epochs 20
      """)

  @Argument(help: ArgumentHelp("What to learn from.", valueName: "DATA"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "The file to write. (default: the name of DATA with .convkit, in this folder)",
      valueName: "MODEL"))
  var out: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("What the files are, where that is not clear.", valueName: "KIND"))
  var kind: DataKind?

  @Option(help: ArgumentHelp("Passes over the examples, at most.", valueName: "N"))
  var epochs = TrainingOptions().epochs

  @Option(help: ArgumentHelp("Examples in a step.", valueName: "N"))
  var batch = TrainingOptions().batchSize

  @Option(
    help: ArgumentHelp(
      "How far a step goes. (default: 0.001, with sgd 0.01)", valueName: "R"))
  var learningRate: Double?

  @Option(help: "How steps are made.")
  var optimizer = TrainingOptions().optimizer

  @Option(
    help: ArgumentHelp(
      "A network in JSON instead of the standard one.", valueName: "FILE.json"))
  var network: String?

  @Option(
    help: ArgumentHelp(
      "The share kept to validate on; 0 trains on everything and keeps the last epoch.",
      valueName: "SHARE"))
  var validation = Split.defaultShare

  @Option(help: ArgumentHelp("Decides everything that is random.", valueName: "N"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "Threads; the model does not depend on it. (default: one a core)", valueName: "N"))
  var threads: Int?

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  @Flag(help: "One JSON object at the end.")
  var json = false

  func validate() throws {
    try require(
      1...1_000_000 ~= epochs, "--epochs", received: epochs, allowed: "a number from 1 to 1000000")
    try require(
      1...1_000_000 ~= batch, "--batch", received: batch, allowed: "a number from 1 to 1000000")
    if let learningRate {
      try require(
        learningRate > 0 && learningRate.isFinite, "--learning-rate", received: learningRate,
        allowed: "a number above 0, as 0.001")
    }
    try require(
      validation >= 0 && validation < 1, "--validation", received: validation,
      allowed: "a number from 0 (none) to below 1, as 0.2 for a fifth")
    if let threads {
      try require(
        1...1024 ~= threads, "--threads", received: threads, allowed: "a number from 1 to 1024")
    }
  }

  func run() throws {
    let result = try trainAndWrite()
    if json {
      try StandardOutput.writeJSON(
        Report(
          model: modelPath, epochs: result.epochs, bestEpoch: result.bestEpoch,
          accuracy: result.accuracy, loss: result.loss, examples: result.examples,
          skipped: result.skipped, seed: seed))
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
      seed      \(seed)
      """)
    try StandardOutput.flush()
    if !quiet { StandardError.writeLine("Next: convkit classify \(name) FILE.png") }
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
  }

  private func trainAndWrite() throws -> ModelTraining.Result {
    var training = ModelTraining()
    training.options.epochs = epochs
    training.options.batchSize = batch
    training.options.learningRate = learningRate
    training.options.optimizer = optimizer
    training.options.seed = seed
    training.validationShare = validation
    training.threads = threads
    training.network = try network.map(NetworkFile.read)

    let kind = try DataKind.decide(data, as: kind)
    guard kind == .image else { throw UnreadKindError(kind: kind) }
    let dataSet = try DataSet.read(data, for: .training)
    // Before the work, not after it.
    try AtomicFile.requireCreatable(modelPath)

    let report = TrainingReport(isQuiet: quiet)
    if !quiet { StandardError.writeLine(Self.found(dataSet)) }
    defer { report.close() }
    let result = try training.train(on: dataSet, kind: kind) { report.take($0) }
    report.close()
    try Signals.uninterrupted { try result.model.write(to: modelPath) }
    return result
  }

  private var modelPath: String { out ?? Self.defaultName(for: data) }

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

  private static func found(_ data: DataSet) -> String {
    let examples = DataPart.allCases.flatMap { data[$0] }
    var counts = Array(repeating: 0, count: data.labels.count)
    for example in examples { counts[example.label] += 1 }
    let named = zip(data.labels, counts).prefix(20).map {
      "\(FileName.printable($0)) \(Formatting.grouped($1))"
    }.joined(separator: ", ")
    return "Found \(Formatting.count(examples.count, "file")) in "
      + "\(Formatting.count(data.labels.count, "label")): \(named)"
      + (counts.count > 20 ? ", …" : "")
  }
}
