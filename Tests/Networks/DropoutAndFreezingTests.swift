import ConvKitCore
import ConvKitNetworks
import Testing

struct DropoutAndFreezingTests {
  private static let dropout = NetworkCase("dropout") {
    Conv(6, size: 2)
    ReLU()
    Dropout(0.4)
    Flatten()
    Dense(9)
    ReLU()
    Dropout(0.2)
    Votes()
  }

  /// Fusing an activation leaves out a node, which must not change what is removed.
  @Test(arguments: NetworkCase.extents)
  func removesTheSameValuesHoweverItIsRun(_ extent: [Int]) throws {
    let exercise = try Exercise(Self.dropout, extent: extent, count: 9)
    let expected = try exercise.outcome()
    #expect(try exercise.outcome(threads: 3) == expected)
    #expect(try exercise.outcome(threads: 2, keepsEveryMap: true) == expected)
    #expect(expected.training != expected.evaluation.flatMap { $0 })
  }

  @Test(arguments: NetworkCase.extents)
  func passesGradientsWhereValuesStay(_ extent: [Int]) throws {
    let exercise = try Exercise(Self.dropout, extent: extent)
    let runner = try exercise.runner(keepsEveryMap: true)
    _ = try exercise.train(runner)
    let node = try #require(
      exercise.compiled.graph.nodes.first {
        if case .dropout = $0.operation { true } else { false }
      })
    func map(_ value: Graph.ValueID, gradient: Bool = false) -> [Float] {
      runner.value(value, example: 2, gradient: gradient).elements
    }
    let scale = Float(1 / (1 - 0.4))
    let (before, after) = (map(node.inputs[0]), map(node.output))
    let (inner, outer) = (map(node.inputs[0], gradient: true), map(node.output, gradient: true))
    var removed = 0
    for index in before.indices where before[index] != 0 {
      let stays = after[index] != 0
      #expect(after[index] == (stays ? before[index] * scale : 0))
      #expect(inner[index] == (stays ? outer[index] * scale : 0))
      removed += stays ? 0 : 1
    }
    #expect(removed > 0)
  }

  @Test(arguments: NetworkCase.extents)
  func leavesFrozenLayersAsTheyAre(_ extent: [Int]) throws {
    let exercise = try Exercise(
      NetworkCase("frozen") {
        Conv(4, size: 2)
        Frozen {
          Conv(3, size: 2)
          BatchNorm()
        }
        ReLU()
        Flatten()
        Votes()
      }, extent: extent)
    let runner = try exercise.runner(threads: 2)
    _ = try exercise.train(runner)
    runner.update(PlainDescent(rate: 1))
    #expect(runner.values.statistics == exercise.values.statistics)
    for specification in exercise.compiled.parameters {
      let range = specification.offset..<specification.offset + specification.count
      let moved =
        runner.values.parameters[range] != exercise.values.parameters[range]
      #expect(moved == specification.isTrainable, "\(specification.name)")
    }
  }

  /// The loss writes a slope for every label, also where nothing asks for it: not over the halo of
  /// another worker's map.
  @Test func runsAFrozenNetworkOfManyLabels() throws {
    let labels = 2000
    let compiled = try CompiledNetwork(
      Network {
        Frozen {
          Conv(1, size: 3, padding: .same)
          Flatten()
          Votes()
        }
      }, input: InputShape(extent: [6], content: .values(channels: 1)), labels: labels)
    let values = try compiled.initialValues(seed: 0)
    let inputs = (0..<64).map { Input.values(Tensor(repeating: Float($0), shape: [6, 1])) }
    let runner = try NetworkRunner(compiled, values: values, threads: 2)
    let expected = try runner.scores(of: inputs)
    for _ in 0..<3 {
      var matches = Array(repeating: false, count: inputs.count)
      try matches.withUnsafeMutableBufferPointer { buffer in
        let all = buffer
        _ = try runner.findGradients(
          of: inputs, examples: Array(inputs.indices), batchSize: inputs.count,
          step: StepKey(seed: 0, epoch: 0)
        ) { place, scores, slopes in
          for label in 0..<labels { slopes[label] = 1e9 }
          all[place] = Array(scores) == expected[place]
          return 0
        }
      }
      #expect(!matches.contains(false))
    }
    #expect(runner.values == values)
  }
}
