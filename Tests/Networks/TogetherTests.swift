import ConvKitCore
import ConvKitReference
import Testing

@testable import ConvKitNetworks

/// Dense layers through which a chunk of the batch goes together.
struct TogetherTests {
  /// A dense layer on the input itself, whose own gradient nobody wants, with a branch before it.
  private static let afterABranch = Network {
    Branches {
      Branch {
        Conv(8, size: 3)
        ReLU()
        GlobalMaxPool()
      }
      Branch {
        Flatten()
        Dense(256)
        ReLU()
      }
    }
    Votes()
  }

  /// Two of them in a row, with a convolution that learns below them.
  private static let inARow = Network {
    Conv(4, size: 3)
    ReLU()
    Flatten()
    Dense(300)
    ReLU()
    Dense(300)
    Votes()
  }

  @Test(arguments: [afterABranch, inARow])
  func learnsEverywhere(_ network: Network) throws {
    let compiled = try CompiledNetwork(
      network, input: InputShape(extent: [12, 12], content: .values(channels: 1)), labels: 3)
    var random = SplitMix64(seed: 1)
    let inputs = (0..<70).map { _ in
      Input.values(Tensor(shape: [12, 12, 1], elements: random.reals(144)))
    }
    func gradients(threads: Int, keepsEveryMap: Bool) throws -> [Float] {
      let runner = try NetworkRunner(
        compiled, values: compiled.initialValues(seed: 1), threads: threads,
        keepsEveryMap: keepsEveryMap)
      _ = try runner.findGradients(
        of: inputs, examples: Array(inputs.indices), batchSize: inputs.count,
        step: StepKey(seed: 0, epoch: 1)
      ) { place, scores, slopes in
        for label in scores.indices { slopes[label] = scores[label] - Float(place % 3) }
        return 0
      }
      return Array(runner.gradients)
    }
    let graph = compiled.graph.fusing()
    let schedule = Schedule(
      graph: graph, purpose: .training(batchSize: inputs.count), keepsEveryMap: false)
    #expect(schedule.isTogether.contains(true))

    let found = try gradients(threads: 1, keepsEveryMap: false)
    #expect(try gradients(threads: 2, keepsEveryMap: false) == found)
    let expected = try gradients(threads: 1, keepsEveryMap: true)
    for parameter in compiled.parameters {
      let range = parameter.offset..<parameter.offset + parameter.count
      #expect(found[range].contains { $0 != 0 }, "\(parameter.name)")
      #expect(
        relativeDifference(Array(found[range]), expected[range].map(Double.init)) <= 1e-5,
        "\(parameter.name)")
    }
  }
}
