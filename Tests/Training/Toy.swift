import ConvKitCore
import ConvKitNetworks

@testable import ConvKitTraining

/// A set that is easy to learn: one label is bright at the start of its first axis, the other at the
/// end, under noise.
enum Toy {
  static func source(rank: Int, count: Int = 24, seed: UInt64 = 1) -> ExamplesInMemory {
    let extent = Array(repeating: 6, count: rank)
    let positions = extent.reduce(1, *)
    let inputs = (0..<count).map { item in
      var random = RandomStream(seed: seed, purpose: .tests, item: item)
      let values = (0..<positions).map { position in
        let isFirstHalf = position < positions / 2
        return (isFirstHalf == (item % 2 == 0) ? 1 : 0) + random.uniform(in: -0.5...0.5)
      }
      return Input.values(Tensor(shape: extent + [1], elements: values))
    }
    return ExamplesInMemory(inputs: inputs, labels: (0..<count).map { $0 % 2 })
  }

  static let network = Network {
    Conv(4, size: 3, padding: .same)
    ReLU()
    MaxPool(2)
    Flatten()
    Dense(8)
    ReLU()
    Votes()
  }

  /// With everything that draws random values or keeps statistics.
  static let variedNetwork = Network {
    Conv(4, size: 3, padding: .same)
    BatchNorm()
    ReLU()
    Dropout(0.25)
    MaxPool(2)
    Flatten()
    Dense(8)
    ReLU()
    Votes()
  }

  static func compiled(_ network: Network = Toy.network, rank: Int = 2) throws -> CompiledNetwork {
    try CompiledNetwork(
      network,
      input: InputShape(
        extent: Array(repeating: 6, count: rank), content: .values(channels: 1)), labels: 2)
  }

  static func examples(_ source: ExamplesInMemory) -> [Trainer.Example] {
    source.inputs.indices.map {
      Trainer.Example(source.inputs[$0], label: source.labels[$0], number: $0)
    }
  }

  static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = 3
    options.batchSize = 5
    options.learningRate = 0.01
    options.seed = 7
    change(&options)
    return options
  }
}

extension NetworkValues {
  /// What must be the same when two trainings are to be the same.
  var bits: [UInt32] { (parameters + statistics).map(\.bitPattern) }
}
