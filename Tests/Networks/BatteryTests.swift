import ConvKitCore
import ConvKitNetworks
import ConvKitReference
import FoundationEssentials
import Testing

/// What holds for every network, whatever its layers.
struct BatteryTests {
  @Test func everyKindOfLayerIsListed() {
    let covered = NetworkCase.all.reduce(into: Set<String>()) { $0.formUnion($1.network.kinds) }
    #expect(covered == Set(layerKinds.map { $0.kind }))
  }

  @Test(arguments: NetworkCase.all)
  func survivesJSON(_ networkCase: NetworkCase) throws {
    let data = try JSONEncoder().encode(networkCase.network)
    #expect(try JSONDecoder().decode(Network.self, from: data) == networkCase.network)
  }

  @Test(arguments: NetworkCase.all, NetworkCase.extents)
  func agreesWithTheReference(_ networkCase: NetworkCase, _ extent: [Int]) throws {
    let exercise = try Exercise(networkCase, extent: extent, integers: networkCase.isExact)
    let expected = exercise.reference
    let tolerance = networkCase.isExact ? 0 : 2e-5
    for instructionSet in InstructionSet.available {
      let runner = try exercise.runner(
        threads: 2, instructionSet: instructionSet, keepsEveryMap: true)
      _ = try exercise.train(runner)
      for example in exercise.inputs.indices {
        for index in exercise.compiled.graph.values.indices {
          if index == 0, networkCase.isText { continue }
          let value = runner.value(index, example: example)
          let block = expected.values[example][index]
          #expect(value.shape == block.extent + [block.channels])
          #expect(relativeDifference(value.elements, block.values) <= tolerance, "value \(index)")
          let gradient = runner.value(index, example: example, gradient: true)
          #expect(
            relativeDifference(gradient.elements, expected.gradients[example][index].values)
              <= tolerance, "gradient \(index)")
        }
      }
      let found = exercise.compiled.tensors(
        of: NetworkValues(
          parameters: Array(runner.gradients), statistics: exercise.values.statistics))
      for (specification, found) in zip(exercise.compiled.parameters, found)
      where specification.isTrainable {
        let expected = try #require(expected.parameters[specification.name])
        #expect(
          relativeDifference(found.tensor.elements, expected) <= tolerance, "\(found.name)")
      }
    }
  }

  @Test(arguments: NetworkCase.all, NetworkCase.extents)
  func givesTheSameBitsHoweverItIsRun(_ networkCase: NetworkCase, _ extent: [Int]) throws {
    let exercise = try Exercise(networkCase, extent: extent, count: 11)
    let expected = try exercise.outcome()
    #expect(try exercise.outcome(threads: 2) == expected)
    #expect(try exercise.outcome(threads: 3) == expected)
    var keeping = try exercise.outcome(threads: 2, keepsEveryMap: true)
    if networkCase.network.kinds.contains("batchNorm") || exercise.sumsRows {
      // It may be part of the weights before it, and then rounds elsewhere: FoldingTests. So do
      // sums of rows: TokenRowTests.
      keeping.evaluation = expected.evaluation
    }
    if exercise.hasPooledConvolution {
      // The gradient of its bias is summed window by window, and where it learns from chosen
      // positions the terms of an input gradient come in another order too.
      #expect(
        relativeDifference(keeping.gradients, expected.gradients.map(Double.init)) <= 1e-5)
      keeping.gradients = expected.gradients
    }
    #expect(keeping == expected)
  }

  @Test(arguments: NetworkCase.all, NetworkCase.extents)
  func sumsGradientsInEitherWay(_ networkCase: NetworkCase, _ extent: [Int]) throws {
    let exercise = try Exercise(networkCase, extent: extent, count: 8)
    let byFeature = try exercise.outcome(batchSize: 8)
    let byLane = try exercise.outcome(batchSize: 1 << 20)
    #expect(byLane.training == byFeature.training)
    #expect(
      relativeDifference(byLane.gradients, byFeature.gradients.map(Double.init)) <= 1e-5)
  }

  @Test(arguments: NetworkCase.all, NetworkCase.extents)
  func scoresABatchAsItsExamplesOneByOne(_ networkCase: NetworkCase, _ extent: [Int]) throws {
    let exercise = try Exercise(networkCase, extent: extent, count: 19)
    let runner = try exercise.runner(threads: 2)
    let together = try runner.scores(of: exercise.inputs)
    for (input, scores) in zip(exercise.inputs, together) {
      #expect(try runner.scores(of: [input]) == [scores])
    }
    if !networkCase.network.kinds.contains("batchNorm"), !exercise.sumsRows {
      #expect(try exercise.train(runner) == together.flatMap { $0 })
    }
  }

  @Test(arguments: NetworkCase.all, NetworkCase.extents)
  func valuesSurviveTheModelFile(_ networkCase: NetworkCase, _ extent: [Int]) throws {
    let compiled = try networkCase.compiled(extent)
    var values = try compiled.initialValues(seed: 0)
    values.parameters = values.parameters.indices.map(Float.init)
    let tensors = compiled.tensors(of: values)
    let named = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    #expect(try compiled.values(from: named) == values)
    // Nothing is named twice or lost.
    #expect(
      Set(tensors.prefix(compiled.parameters.count).flatMap(\.tensor.elements)).count
        == values.parameters.count)
  }
}
