import ArgumentParser
import ConvKit

/// `convkit summary`: what a network is made of.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "Shows a network layer by layer: output shape, parameters, multiply-adds.",
    discussion: """
      A model knows its input and its labels; for a network in JSON they are given.

      Example:
        convkit summary xo.convkit
        convkit summary network.json --input 28x28x1 --labels 10
        convkit summary network.json --input 28x28x1 --plan --batch 256
      """)

  @Argument(
    help: ArgumentHelp(
      "A model, or a network written in JSON.", valueName: "MODEL|NETWORK.json"))
  var path: String

  @Option(
    help: ArgumentHelp(
      "The input of a network in JSON: rows, columns and whatever axes it has, then channels.",
      valueName: "28x28x1"))
  var input: InputArgument?

  @Option(
    help: ArgumentHelp(
      "How many labels a network in JSON tells apart. (default: 2)", valueName: "N"))
  var labels: Int?

  @Flag(help: "The memory that training takes, buffer by buffer, beside its examples.")
  var plan = false

  @Option(
    help: ArgumentHelp(
      "Examples in a step of the plan. (default: those of the model's training, or 32)",
      valueName: "N"))
  var batch: Int?

  @Option(
    help: ArgumentHelp(
      "Threads of the plan. (default: one per core)", valueName: "N"))
  var threads: Int?

  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    if let labels {
      try require(
        1...1_000_000 ~= labels, "--labels", received: labels,
        allowed: "a number from 1 to 1000000")
    }
    if let batch {
      try require(
        1...TrainingOptions.largestCount ~= batch, "--batch", received: batch,
        allowed: "a number from 1 to \(TrainingOptions.largestCount)")
    }
    if let threads {
      try require(
        1...1024 ~= threads, "--threads", received: threads, allowed: "a number from 1 to 1024")
    }
    guard plan || batch == nil && threads == nil else {
      throw ValidationError("--batch and --threads are of a plan; add --plan.")
    }
  }

  func run() throws {
    if try NetworkFile.isText(path) {
      let network = try network()
      try plan ? tell(memory(of: network, TrainingOptions())) : tell(network.summary)
    } else {
      let model = try model()
      if plan { return try tell(memory(of: model.compiled(), model.record.options)) }
      try tell(model.compiled().summary)
      if !json { StandardOutput.write("\n" + Self.words(of: model)) }
    }
  }

  private func memory(
    of network: CompiledNetwork, _ options: TrainingOptions
  ) throws -> TrainingMemory {
    var options = options
    if let batch { options.batchSize = batch }
    return try network.trainingMemory(options: options, threads: threads)
  }

  private func tell(_ memory: TrainingMemory) throws {
    if json {
      try StandardOutput.writeJSON(memory)
    } else {
      StandardOutput.write(memory.text)
    }
  }

  private func tell(_ summary: NetworkSummary) throws {
    if json {
      try StandardOutput.writeJSON(summary)
    } else {
      StandardOutput.write(Self.table(summary))
    }
  }

  private func network() throws -> CompiledNetwork {
    let network = try NetworkFile.read(path)
    guard let input else {
      throw ValidationError(
        "“\(FileName.printable(path))” is a network without an input; say what it gets, as "
          + "--input 28x28x1.")
    }
    return try CompiledNetwork(network, input: input.shape, labels: labels ?? 2)
  }

  private func model() throws -> Model {
    let model = try Model.read(path: path)
    guard input == nil, labels == nil else {
      throw ValidationError(
        "“\(FileName.printable(path))” is a model and knows its input and its labels; leave out "
          + "--input and --labels.")
    }
    return model
  }

  /// What the model makes of its input and how it was trained.
  private static func words(of model: Model) -> String {
    let labels = model.labels.map(FileName.printable).joined(separator: ", ")
    let rows = model.frontEnd.words + [("labels", labels)] + TrainingWords(model.record).rows
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { name, value in
      name + String(repeating: " ", count: width - name.count + 2) + value + "\n"
    }.joined()
  }

  static func table(_ summary: NetworkSummary) -> String {
    var table = TextTable([
      ("layer", .left), ("output", .left), ("parameters", .right), ("multiply-adds", .right),
    ])
    for layer in summary.layers {
      table.add([
        layer.name, layer.shape.map(String.init).joined(separator: "×"),
        Formatting.grouped(layer.parameters), Formatting.grouped(layer.multiplyAdds),
      ])
    }
    table.addRule()
    table.add([
      "total", "", Formatting.grouped(summary.total.parameters),
      Formatting.grouped(summary.total.multiplyAdds),
    ])
    return table.text
  }
}
