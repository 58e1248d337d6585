import ConvKitCore
import ConvKitNetworks
import Testing

/// A description of a few bytes must not cost more than its input is worth.
struct BoundedCostTests {
  /// What a small description asks for in time and memory is bounded by the input, not by its
  /// numbers: a stride far beyond the extent compiles and runs at once.
  @Test func aStrideBeyondTheExtentCostsNothing() throws {
    let network = Network {
      Conv(1, size: 1, stride: .all(1 << 30))
      Flatten()
      Votes()
    }
    let shape = InputShape(extent: [8, 8], content: .values(channels: 1))
    let compiled = try CompiledNetwork(network, input: shape, labels: 2)
    let runner = try NetworkRunner(
      compiled, values: compiled.initialValues(seed: 0), threads: 1, keepsEveryMap: true)
    let input = Input.values(Tensor(repeating: 1, shape: [8, 8, 1]))
    _ = try runner.findGradients(
      of: [input], examples: [0], batchSize: 1, step: StepKey(seed: 0, epoch: 1)
    ) { _, scores, slopes in
      for index in scores.indices { slopes[index] = 1 }
      return 0
    }
    // Only the one position that the only window reads has a slope.
    let slopes = runner.value(0, example: 0, gradient: true).elements
    #expect(slopes.dropFirst().allSatisfy { $0 == 0 })
  }

  @Test func edgeWindowsThatCannotBeListedAreRefused() throws {
    let network = Network {
      MaxPool(512, stride: 1, padding: .same)
      Flatten()
      Votes()
    }
    let shape = InputShape(extent: [512, 512], content: .values(channels: 1))
    let error = #expect(throws: ShapeError.self) {
      try CompiledNetwork(network, input: shape, labels: 2)
    }
    #expect(error?.layer == "maxPool1")
  }
}
