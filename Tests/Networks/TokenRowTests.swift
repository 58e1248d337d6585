import ConvKitCore
import ConvKitReference
import Testing

@testable import ConvKitNetworks

/// Convolutions over an embedding that are sums of rows at inference.
struct TokenRowTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let network: Network
    /// Convolutions that are sums of rows, and embeddings that stay.
    let sums: Int
    let embeddings: Int

    init(
      _ description: String, sums: Int = 1, embeddings: Int = 0,
      @LayerBuilder _ layers: () -> [any Layer]
    ) {
      self.description = description
      self.sums = sums
      self.embeddings = embeddings
      network = Network(layers: layers() + [Flatten(), Votes()] as [any Layer])
    }
  }

  static let channels = 32
  static let vocabulary = 40
  static let extents = [[13], [7, 6], [5, 4, 6], [3, 4, 3, 4]]

  static let cases = [
    Case("plain") {
      Embedding(channels)
      Conv(5, size: 3)
    },
    Case("stride, no bias") {
      Embedding(channels)
      Conv(37, size: 3, stride: 2, padding: .same, bias: false)
      ReLU()
    },
    Case("dilation, before another convolution") {
      Embedding(channels)
      Conv(20, size: 2, dilation: 2, padding: .same)
      ReLU()
      Conv(4, size: 3, padding: .same)
    },
    Case("windows in the padding") {
      Embedding(channels)
      Conv(9, size: 2, padding: .each(low: 3, high: 2))
      ReLU()
    },
    Case("pooled") {
      Embedding(channels)
      Conv(150, size: 2, padding: .same)
      ReLU()
      MaxPool(2)
    },
    Case("normalised, pooled over all") {
      Embedding(channels)
      Conv(16, size: 2, bias: false)
      Frozen { BatchNorm() }
      ReLU()
      GlobalMaxPool()
    },
    Case("three widths", sums: 3) {
      Embedding(channels)
      Branches {
        for size in [1, 2, 3] {
          Branch {
            Conv(10 * size, size: .all(size))
            ReLU()
            GlobalMaxPool()
          }
        }
      }
    },
    Case("beside other readers", embeddings: 1) {
      Embedding(channels)
      Branches {
        Branch {
          Conv(7, size: 3)
          GlobalAveragePool()
        }
        Branch { GlobalMaxPool() }
        Branch {
          Conv(6, size: 2, groups: 2)
          GlobalMaxPool()
        }
      }
    },
    Case("two embeddings", sums: 2) {
      Branches {
        Branch {
          Embedding(channels)
          Conv(7, size: 3)
          Flatten()
        }
        Branch {
          Embedding(channels + 3)
          Conv(9, size: 2)
          Flatten()
        }
      }
    },
    Case("few channels", sums: 0, embeddings: 1) {
      Embedding(Graph.fewestRowChannels - 1)
      Conv(7, size: 3)
    },
  ]

  private func compiled(
    _ network: Network, _ extent: [Int], vocabulary: Int = Self.vocabulary, varies: Bool = false
  ) throws -> CompiledNetwork {
    try CompiledNetwork(
      network,
      input: InputShape(extent: extent, varies: varies, content: .tokens(vocabulary: vocabulary)),
      labels: 3)
  }

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

  /// Few tokens an input, so that some are met late and the last one never; 0 is that of padding.
  private func inputs(_ extent: [Int], count: Int) -> [Input] {
    var random = SplitMix64(seed: 9)
    return (0..<count).map { number in
      .tokens(
        Tensor(
          shape: extent,
          elements: (0..<extent.reduce(1, *)).map { _ in
            Int32(random.integer(in: 0...min(Self.vocabulary - 2, 4 * number + 1)))
          }))
    }
  }

  private func counts(_ graph: Graph) -> (sums: Int, embeddings: Int) {
    (
      graph.nodes.count { $0.rows != nil },
      graph.nodes.count { node in
        if case .embedding = node.operation { return true }
        return false
      }
    )
  }

  @Test(arguments: cases, extents)
  func readsTokensWhereItReadAnEmbedding(_ test: Case, _ extent: [Int]) throws {
    let runner = try runner(compiled(test.network, extent), seed: 1)
    let graph = try runner.inferenceExecution().schedule.graph
    #expect(counts(graph) == (test.sums, test.embeddings))
    let training = try runner.trainingExecution(batchSize: 4).schedule.graph
    #expect(counts(training).sums == 0)
  }

  private func runner(
    _ compiled: CompiledNetwork, seed: UInt64, threads: Int = 1,
    instructionSet: InstructionSet? = nil
  ) throws -> NetworkRunner {
    try NetworkRunner(
      compiled, values: try values(compiled, seed: seed), threads: threads,
      instructionSet: instructionSet)
  }

  /// The scores of a network in Double.
  private func reference(
    _ compiled: CompiledNetwork, _ values: NetworkValues, _ inputs: [Input]
  ) -> [[Double]] {
    let tokens = inputs.map { input in
      if case .tokens(let tensor) = input.content { return tensor.elements.map(Int.init) }
      return []
    }
    let network = ReferenceNetwork(
      graph: compiled.graph,
      tensors: Dictionary(
        uniqueKeysWithValues: compiled.tensors(of: values).map {
          ($0.name, $0.tensor.elements.map(Double.init))
        }), tokens: tokens)
    return network.run(
      inputs: inputs.map { Block<Double>(repeating: 0, extent: $0.extent, channels: 1) },
      slopes: inputs.map { _ in [0, 0, 0] }
    ).values.map { $0[compiled.graph.output].values }
  }

  /// The same network in absolute values: its scores bound what all the sums of the other one are
  /// made of, so rounding errors are a small multiple of them.
  private func magnitudes(_ compiled: CompiledNetwork, _ values: NetworkValues) -> NetworkValues {
    var values = values
    values.parameters = values.parameters.map(abs)
    for (index, specification) in compiled.statistics.enumerated() where index % 2 == 0 {
      for place in specification.offset..<specification.end {
        values.statistics[place] = -abs(values.statistics[place])
      }
    }
    return values
  }

  /// Roundings on the way from an input to a score, each of half a unit in the last place; a folded
  /// normalisation rounds weights and bias too, no more than eight times. A row has one for each
  /// channel, and their sum one for each tap.
  private func roundings(_ graph: Graph) -> Int {
    graph.nodes.reduce(0) { sum, node in
      switch node.operation {
      case .convolution(let shape, _): sum + shape.tapCount * (shape.inputsPerGroup + 1) + 1
      case .dense: sum + graph.values[node.inputs[0]].channels + 1
      case .pooling(.average, let geometry): sum + geometry.tapCount + 1
      default: sum + 8
      }
    }
  }

  /// On up to three axes: of four the sums are so long that their bound lets half a weight more through.
  /// The battery has such networks of integers, which agree exactly.
  @Test(arguments: cases, extents.filter { $0.count < 4 })
  func agreesWithTheReference(_ test: Case, _ extent: [Int]) throws {
    let compiled = try compiled(test.network, extent)
    let values = try values(compiled, seed: 5)
    let inputs = inputs(extent, count: 5)
    let expected = reference(compiled, values, inputs)
    let bounds = reference(compiled, magnitudes(compiled, values), inputs)
    let share = 2 * Double(roundings(compiled.graph)) * 0x1p-24
    for instructionSet in InstructionSet.available {
      let runner = try NetworkRunner(
        compiled, values: values, threads: 2, instructionSet: instructionSet)
      func isWithinBounds() throws -> Bool {
        let found = try runner.scores(of: inputs)
        return zip(zip(found, expected), bounds).allSatisfy { scores, bounds in
          zip(zip(scores.0, scores.1), bounds).allSatisfy { score, bound in
            abs(Double(score.0) - score.1) <= share * bound
          }
        }
      }
      #expect(try isWithinBounds())
      // The bound is no barn door, and rows follow every change of what they are made of.
      for specification in compiled.parameters where !specification.name.hasSuffix("bias") {
        var other = values
        for place in specification.offset..<specification.end { other.parameters[place] *= 1.5 }
        runner.values = other
        #expect(try !isWithinBounds(), "\(specification.name)")
      }
      runner.values = values
      #expect(try isWithinBounds())
    }
  }

  @Test(arguments: cases, extents)
  func nothingThatWasScoredBeforeCounts(_ test: Case, _ extent: [Int]) throws {
    let compiled = try compiled(test.network, extent)
    let inputs = inputs(extent, count: 9)
    var bits: [[[Float]]] = []
    for instructionSet in InstructionSet.available {
      let expected = try runner(compiled, seed: 5, instructionSet: instructionSet)
        .scores(of: inputs)
      if instructionSet.isFused { bits.append(expected) }
      for threads in 1...3 {
        let runner = try runner(
          compiled, seed: 7, threads: threads, instructionSet: instructionSet)
        // What other values left must not be taken for what these need.
        _ = try runner.scores(of: Array(inputs.suffix(3)))
        runner.values = try values(compiled, seed: 5)
        for number in inputs.indices.reversed() {
          #expect(try runner.scores(of: [inputs[number]]) == [expected[number]])
        }
        #expect(try runner.scores(of: inputs) == expected)
        #expect(try runner.scores(of: inputs.reversed()) == expected.reversed())
      }
    }
    // AVX2 and AVX-512.
    #expect(bits.allSatisfy { $0 == bits[0] })
  }

  @Test func extentsMayVary() throws {
    let network = Network {
      Embedding(Self.channels)
      Conv(21, size: 3, padding: .same)
      ReLU()
      GlobalMaxPool()
      Votes()
    }
    let compiled = try compiled(network, [30], varies: true)
    let inputs = [30, 5, 17, 1, 2, 30].flatMap { self.inputs([$0], count: 3) }
    let together = try runner(compiled, seed: 3, threads: 2).scores(of: inputs)
    for (input, scores) in zip(inputs, together) {
      #expect(try runner(compiled, seed: 3).scores(of: [input]) == [scores])
    }
  }

  /// Both sides of the budget; the scores differ by rounding at most.
  @Test func aLargeVocabularyKeepsTheEmbedding() throws {
    let network = Network {
      Embedding(Graph.fewestRowChannels)
      Conv(64, size: 3)
      ReLU()
      GlobalMaxPool()
      Votes()
    }
    let most = Graph.rowBudget / (4 * 3 * 64)
    for (vocabulary, sums) in [(most, 1), (most + 1, 0)] {
      let graph = try compiled(network, [5], vocabulary: vocabulary).graph.summingRows()
      #expect(counts(graph) == (sums, 1 - sums))
    }
    let many = Network {
      Embedding(Graph.fewestRowChannels)
      Conv(2, size: .all(Graph.mostRowTaps))
      Conv(2, size: .all(Graph.mostRowTaps + 1))
      GlobalMaxPool()
      Votes()
    }
    #expect(counts(try compiled(many, [600]).graph.summingRows()) == (1, 0))
    let more = Network {
      Embedding(Graph.fewestRowChannels)
      Conv(2, size: .all(Graph.mostRowTaps + 1))
      GlobalMaxPool()
      Votes()
    }
    #expect(counts(try compiled(more, [600]).graph.summingRows()) == (0, 1))
  }
}
