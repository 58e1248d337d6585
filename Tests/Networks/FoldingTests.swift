import ConvKitCore
import ConvKitReference
import Testing

@testable import ConvKitNetworks

/// A batch normalisation that is part of the weights before it at inference.
struct FoldingTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let network: Network
    /// Normalisations that stay nodes of their own.
    let left: Int

    init(_ description: String, left: Int = 0, @LayerBuilder _ layers: () -> [any Layer]) {
      self.description = description
      self.left = left
      network = Network(
        layers: layers() + [Flatten(), Votes()] as [any Layer])
    }
  }

  static let cases = [
    Case("with bias") {
      Conv(5, size: 3, padding: .same)
      BatchNorm()
    },
    Case("without bias, ReLU") {
      Conv(40, size: 2, bias: false)
      BatchNorm()
      ReLU()
    },
    Case("groups") {
      Conv(6, size: 2, groups: 2)
      BatchNorm()
      ReLU()
      Conv(40, size: 1, groups: 2, bias: false)
      BatchNorm()
    },
    Case("depthwise") {
      Conv(2, size: 3, padding: .same, groups: 2)
      BatchNorm()
    },
    Case("dense") {
      Flatten()
      Dense(37)
      BatchNorm()
      ReLU()
      Dense(9)
      BatchNorm()
    },
    Case("residual") {
      Conv(4, size: 2, bias: false)
      BatchNorm()
      ReLU()
      Residual {
        Conv(4, size: 2, padding: .same, bias: false)
        BatchNorm()
        ReLU()
        Conv(4, size: 2, padding: .same, bias: false)
        BatchNorm()
      } shortcut: {
        Conv(4, size: 1, bias: false)
        BatchNorm()
      }
      ReLU()
    },
    Case("frozen") {
      Frozen {
        Conv(7, size: 2)
        BatchNorm()
      }
      ReLU()
    },
    Case("frozen alone") {
      Conv(7, size: 2)
      Frozen { BatchNorm() }
    },
    Case("two in a row", left: 1) {
      Conv(4, size: 2)
      BatchNorm()
      BatchNorm()
    },
    Case("behind ReLU", left: 1) {
      Conv(4, size: 2)
      ReLU()
      BatchNorm()
    },
    Case("behind pooling", left: 1) {
      Conv(4, size: 2)
      MaxPool(2)
      BatchNorm()
    },
    Case("first", left: 1) {
      BatchNorm()
      Conv(4, size: 2)
    },
    // The convolution's own output is read too.
    Case("beside another reader", left: 1) {
      Conv(4, size: 2)
      Residual { BatchNorm() }
    },
  ]

  static let extents = [[9], [6, 5], [4, 5, 4], [3, 4, 3, 3]]

  private func compiled(_ test: Case, _ extent: [Int]) throws -> CompiledNetwork {
    try CompiledNetwork(
      test.network, input: InputShape(extent: extent, content: .values(channels: 2)), labels: 3)
  }

  private func countNormalizations(_ graph: Graph) -> Int {
    graph.nodes.count { node in
      if case .batchNormalization = node.operation { return true }
      return false
    }
  }

  @Test(arguments: cases, extents)
  func disappearsWhereItAloneReadsSums(_ test: Case, _ extent: [Int]) throws {
    let graph = try compiled(test, extent).graph
    let folded = graph.foldingNormalizations()
    #expect(countNormalizations(folded) == test.left)
    #expect(folded.output == graph.output)
    #expect(
      folded.nodes.count { $0.normalization != nil } == countNormalizations(graph) - test.left)
    // ReLU behind it is applied as the sums are stored.
    if test.description == "without bias, ReLU" {
      #expect(folded.fusing().nodes.count == 3)
    }
  }

  /// Values of every kind: normalisations far from doing nothing.
  private func values(_ compiled: CompiledNetwork, seed: UInt64) throws -> NetworkValues {
    var random = SplitMix64(seed: seed)
    var values = try compiled.initialValues(seed: seed)
    values.parameters = random.reals(values.parameters.count)
    for (index, specification) in compiled.statistics.enumerated() {
      for place in specification.offset..<specification.end {
        // Mean and variance alternate.
        let value: Float = random.reals(1)[0]
        values.statistics[place] = index % 2 == 0 ? value : 0.05 + abs(value)
      }
    }
    return values
  }

  /// The same network in absolute values: its scores bound what all the sums of the other one are
  /// made of, so rounding errors are a small multiple of them.
  private func magnitudes(
    _ compiled: CompiledNetwork, _ values: NetworkValues, _ inputs: [Input]
  ) throws -> [[Float]] {
    var values = values
    values.parameters = values.parameters.map(abs)
    for (index, specification) in compiled.statistics.enumerated() where index % 2 == 0 {
      for place in specification.offset..<specification.end {
        values.statistics[place] = -abs(values.statistics[place])
      }
    }
    let inputs = inputs.map { input in
      guard case .values(let tensor) = input.content else { return input }
      return .values(Tensor(shape: tensor.shape, elements: tensor.elements.map(abs)))
    }
    return try NetworkRunner(compiled, values: values, threads: 1, keepsEveryMap: true)
      .scores(of: inputs)
  }

  /// Roundings on the way from an input to a score, each of half a unit in the last place, in both
  /// ways of computing; those of a normalisation are no more than eight.
  private func roundings(_ graph: Graph) -> Int {
    graph.nodes.reduce(0) { sum, node in
      switch node.operation {
      case .convolution(let shape, _): sum + shape.tapCount * shape.inputsPerGroup + 1
      case .dense: sum + graph.values[node.inputs[0]].channels + 1
      default: sum + 8
      }
    }
  }

  @Test(arguments: cases, extents)
  func changesNothingButRounding(_ test: Case, _ extent: [Int]) throws {
    let compiled = try compiled(test, extent)
    let values = try values(compiled, seed: 5)
    var random = SplitMix64(seed: 6)
    let inputs = (0..<5).map { _ in
      Input.values(
        Tensor(shape: extent + [2], elements: random.reals(extent.reduce(2, *))))
    }
    let bounds = try magnitudes(compiled, values, inputs)
    let share = 2 * Double(roundings(compiled.graph)) * 0x1p-24
    for instructionSet in InstructionSet.available {
      func runner(_ values: NetworkValues, keepsEveryMap: Bool) throws -> NetworkRunner {
        try NetworkRunner(
          compiled, values: values, threads: 2, instructionSet: instructionSet,
          keepsEveryMap: keepsEveryMap)
      }
      let folding = try runner(values, keepsEveryMap: false)
      let keeping = try runner(values, keepsEveryMap: true)
      func isWithinBounds() throws -> Bool {
        let (found, expected) = (try folding.scores(of: inputs), try keeping.scores(of: inputs))
        return zip(zip(found, expected), bounds).allSatisfy { scores, bounds in
          zip(zip(scores.0, scores.1), bounds).allSatisfy { score, bound in
            abs(Double(score.0) - Double(score.1)) <= share * Double(bound)
          }
        }
      }
      #expect(try isWithinBounds())
      // The bound is no barn door: another γ, mean or variance breaks it.
      for specification in compiled.parameters
      where specification.name.hasPrefix("batchNorm") && specification.name.hasSuffix("weight") {
        var other = values
        for place in specification.offset..<specification.end { other.parameters[place] *= 1.5 }
        folding.values = other
        #expect(try !isWithinBounds(), "\(specification.name)")
      }
      for specification in compiled.statistics {
        var other = values
        for place in specification.offset..<specification.end {
          other.statistics[place] = 2 * other.statistics[place] + 1
        }
        folding.values = other
        #expect(try !isWithinBounds(), "\(specification.name)")
      }
      // What is folded follows every change of the values.
      folding.values = values
      #expect(try isWithinBounds())
    }
  }
}
