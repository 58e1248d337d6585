import ArgumentParser
import ConvKit
import ConvKitCore
import FoundationEssentials

/// What a process of `interruptions` does: a training through the library that loses nothing.
struct TrainGenerated: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains on generated tensors.", shouldDisplay: false)

  @Option(help: "Axes along which the network looks.")
  var rank: Int

  @Option(help: "The file to write.")
  var out: String

  @Flag(help: "Goes on from where an interrupted training was.")
  var resume = false

  func validate() throws {
    guard GeneratedTraining.extents[rank] != nil else {
      throw ValidationError("--rank takes 1 or 3.")
    }
  }

  func run() throws {
    guard let extent = GeneratedTraining.extents[rank] else { return }
    try GeneratedTraining(extent: extent).run(writing: out, resume: resume)
  }
}

/// A small training with all that keeps a state or draws random numbers.
struct GeneratedTraining {
  /// By the number of axes: so many values that a training takes about half a second, most of it
  /// within its epochs.
  static let extents = [1: [1536], 3: [14, 14, 14]]

  private static let network = Network {
    Conv(8, size: 3, padding: .same)
    BatchNorm()
    ReLU()
    Dropout(0.25)
    MaxPool(2)
    Conv(8, size: 3, padding: .same)
    ReLU()
    MaxPool(2)
    Flatten()
    Dense(16)
    ReLU()
    Votes()
  }

  let extent: [Int]

  private var options: TrainingOptions {
    var options = TrainingOptions()
    options.epochs = 6
    options.batchSize = 16
    options.schedule = .cosine(floor: 0.1)
    return options
  }

  /// Noise that is brighter at one end of the first axis: which end, is the label.
  private func examples(_ numbers: Range<Int>) -> ExamplesInMemory {
    let positions = extent.reduce(1, *)
    let inputs = numbers.map { number in
      var random = RandomStream(seed: 0, purpose: .tests, item: number)
      let values = (0..<positions).map { position in
        let isFirstHalf = position < positions / 2
        return (isFirstHalf == (number % 2 == 0) ? 0.5 : 0) + random.uniform(in: -1...1)
      }
      return Input.values(Tensor(shape: extent + [1], elements: values))
    }
    return ExamplesInMemory(inputs: inputs, labels: numbers.map { $0 % 2 })
  }

  /// Trains and writes the values that are best, as `convkit train` does with its model: under the
  /// lock of the file, with a checkpoint beside it until the file is safe.
  func run(writing path: String, resume: Bool) throws {
    let lock = try FileLock(path)
    try withExtendedLifetime(lock) {
      let checkpoint = "\(path).checkpoint"
      for path in [path, checkpoint] { AtomicFile.removeLeftovers(of: path) }
      let training = examples(0..<96)
      let identity = try TrainingIdentity(
        dataSet: TrainingIdentity.fingerprint(of: training), network: Self.network,
        options: options)
      let words = try Self.json(identity)
      if resume, !AtomicFile.exists(checkpoint), AtomicFile.exists(path),
        try TensorFile.read(path: path).metadata[Self.key] == words
      {
        print("It is finished.")
        return
      }
      let trainer = try Trainer(
        CompiledNetwork(
          Self.network, input: InputShape(extent: extent, content: .values(channels: 1)),
          labels: 2),
        options: options)
      try trainer.train(
        on: training, validation: examples(96..<128),
        keeping: CheckpointPlan(path: checkpoint, identity: identity, resumes: resume),
        failed: { throw $0 })
      var file = TensorFile(metadata: [Self.key: words], isSealed: true)
      let values = trainer.bestValues
      for (name, list) in [("parameters", values.parameters), ("statistics", values.statistics)] {
        file.append(Tensor(shape: [list.count], elements: list), named: name)
      }
      try file.write(to: path)
      try AtomicFile.remove(checkpoint)
    }
  }

  private static let key = "training"

  private static func json(_ identity: TrainingIdentity) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(identity), as: UTF8.self)
  }
}
