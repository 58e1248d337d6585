import ConvKitCore
import ConvKitReference
import Testing

@testable import ConvKitNetworks

/// A few examples shared out over workers, within their layers too: the bits stay.
struct SharingOutTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let network: Network
    let extent: [Int]
    /// Nodes that are cut into parts for two workers.
    let dividedCount: Int

    init(
      _ description: String, _ extent: [Int], dividedCount: Int,
      @LayerBuilder _ layers: () -> [any Layer]
    ) {
      self.description = description
      self.extent = extent
      self.dividedCount = dividedCount
      network = Network(layers: layers())
    }
  }

  static let cases = [
    Case("many rows", [40, 40], dividedCount: 1) {
      Conv(40, size: 5, padding: .same)
      ReLU()
      MaxPool(2)
      Flatten()
      Votes()
    },
    Case("many features", [4, 4], dividedCount: 2) {
      Conv(96, size: 3, padding: .same)
      ReLU()
      Conv(200, size: 3, padding: .same)
      ReLU()
      Flatten()
      Dense(100)
      Votes()
    },
    Case("groups", [30, 30], dividedCount: 2) {
      Conv(40, size: 5, padding: .same)
      Conv(64, size: 3, padding: .same, groups: 4)
      BatchNorm()
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    Case("one axis, stride", [9001], dividedCount: 2) {
      Conv(30, size: 25, stride: 2)
      ReLU()
      Conv(16, size: 3, dilation: 2)
      GlobalAveragePool()
      Votes()
    },
    Case("three axes", [13, 14, 15], dividedCount: 1) {
      Conv(9, size: 4)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    Case("nothing to share", [12], dividedCount: 0) {
      Conv(9, size: 4)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
  ]

  @Test(arguments: cases)
  func givesTheSameBits(_ test: Case) throws {
    let compiled = try CompiledNetwork(
      test.network, input: InputShape(extent: test.extent, content: .values(channels: 2)),
      labels: 4)
    var random = SplitMix64(seed: 3)
    let inputs = (0..<13).map { _ in
      Input.values(
        Tensor(
          shape: test.extent + [2], elements: random.reals(test.extent.reduce(2, *))))
    }
    for instructionSet in InstructionSet.available {
      let values = try compiled.initialValues(seed: 2)
      func runner(_ threads: Int) throws -> NetworkRunner {
        try NetworkRunner(
          compiled, values: values, threads: threads, instructionSet: instructionSet)
      }
      let expected = try runner(1).scores(of: inputs)
      #expect(Set(expected.map(\.description)).count == inputs.count)
      for threads in 2...5 {
        let runner = try runner(threads)
        // Every count, so that some examples are shared out and others not.
        for count in 0...inputs.count {
          #expect(
            try runner.scores(of: Array(inputs.prefix(count))) == expected.prefix(count).map(\.self)
          )
        }
        let plan = try runner.inferenceExecution().plan(for: test.extent)
        let divided = plan.divided.compactMap(\.self)
        #expect(divided.count == test.dividedCount)
        #expect(divided.allSatisfy { $0.partCount > 1 })
      }
    }
  }
}
