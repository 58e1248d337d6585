import ConvKitCore
import ConvKitReference

/// A convolution, ReLU and max pooling as one, and its gradients in both ways, on given values, with
/// the reference's answers.
struct PooledConvolutionExample: Example {
  let problem: PooledProblem
  let expectations: [Expectation]
  private let areExact: Bool
  private let inputs: [[Float]]
  /// The inputs without NaN, which gradients are found from.
  private let finiteInputs: [[Float]]
  private let weights: [Float]
  private let bias: [Float]
  private let outputGradients: [[Float]]
  private let inputGradientStarts: [[Float]]
  private let weightGradientStart: [Float]
  private let biasGradientStart: [Float]
  /// By example, window and feature: the tap that the reference chooses, or −1.
  private let taps: [[Int]]
  /// By example: what the reference has between ReLU and pooling.
  private let maps: [[Double]]

  /// - Parameter withNaN: whether one in eight inputs is NaN.
  init(
    _ problem: PooledProblem, _ values: Values = .integers, withNaN: Bool = false,
    seed: UInt64 = 1
  ) {
    var generator = SplitMix64(seed: seed)
    let shape = problem.convolution.shape
    let extent = problem.convolution.extent
    let reference = ReferenceConvolution<Double>(
      window: problem.convolution.referenceWindow, channels: shape.inputChannels,
      features: shape.features, groups: shape.groups)
    let pooling = ReferenceMaxPooling(window: problem.pooling.referenceWindow)
    let windows = pooling.window.outputExtent(of: problem.pooling.extent)
    func makeMaps(_ count: Int) -> [[Float]] {
      (0..<problem.count).map { _ in values.make(count, &generator) }
    }
    let inputCount = extent.reduce(shape.inputChannels, *)
    let finite = makeMaps(inputCount)
    let inputs = finite.map { input in
      input.map { withNaN && generator.integer(in: 0...7) == 0 ? Float.nan : $0 }
    }
    let weights = values.make(shape.weightCount, &generator)
    let bias = values.make(shape.features, &generator)
    let gradients = makeMaps(windows.reduce(shape.features, *))
    let inputStarts = makeMaps(inputCount)
    let weightStart = values.make(shape.weightCount, &generator)
    let biasStart = values.make(shape.features, &generator)

    func forward(_ input: [Double], magnitudes: Bool) -> Block<Double> {
      func of(_ floats: [Float]) -> [Double] {
        floats.map { magnitudes ? abs(Double($0)) : Double($0) }
      }
      return reference.forward(
        Block(extent: extent, channels: shape.inputChannels, values: input), weights: of(weights),
        bias: problem.convolution.hasBias ? of(bias) : nil)
    }
    /// The gradients of input, weights and bias; or the sums of the absolute values of what they are
    /// the sums of.
    func backward(
      _ taps: [[Int]], magnitudes: Bool
    ) -> (maps: [Double], inputs: [Double], added: [Double], weights: [Double], bias: [Double]) {
      func of(_ floats: [Float]) -> [Double] {
        floats.map { magnitudes ? abs(Double($0)) : Double($0) }
      }
      var (maps, inputs, added): ([Double], [Double], [Double]) = ([], [], [])
      var (weightGradient, biasGradient) = (of(weightStart), of(biasStart))
      for example in 0..<problem.count {
        let map = pooling.inputGradient(
          extent: problem.pooling.extent, taps: taps[example],
          outputGradient: Block(
            extent: windows, channels: shape.features, values: of(gradients[example])))
        let input = reference.inputGradient(
          extent: extent, weights: of(weights), outputGradient: map
        ).values
        maps += map.values
        inputs += input
        added += zip(input, of(inputStarts[example])).map(+)
        weightGradient = zip(
          weightGradient,
          reference.weightGradient(
            Block(
              extent: extent, channels: shape.inputChannels, values: of(finite[example])),
            outputGradient: map)
        ).map(+)
        biasGradient = zip(biasGradient, reference.biasGradient(outputGradient: map)).map(+)
      }
      return (maps, inputs, added, weightGradient, biasGradient)
    }

    var (outputs, slacks, taps, maps): ([Double], [Double], [[Int]], [[Double]]) = ([], [], [], [])
    let terms = shape.tapCount * shape.inputsPerGroup + 1
    for input in inputs {
      // By comparison, which a NaN passes.
      let map = forward(input.map(Double.init), magnitudes: false).map { $0 < 0 ? 0 : $0 }
      let (largest, winners) = pooling.forward(map)
      outputs += largest.values
      taps.append(zip(winners, largest.values).map { $1 == 0 ? -1 : $0 })
      maps.append(map.values)
      // No maximum moves by more than the value that moves most.
      slacks +=
        pooling.forward(
          forward(input.map { abs(Double($0)) }, magnitudes: true).map {
            sumTolerance(terms: terms, magnitude: $0)
          }
        ).output.values
    }
    let found = backward(taps, magnitudes: false)
    let bounds = backward(taps, magnitudes: true)
    let areExact = values == .integers
    func tolerance(_ magnitudes: [Double], terms: Int) -> [Double]? {
      areExact ? nil : magnitudes.map { sumTolerance(terms: terms + 1, magnitude: $0) }
    }
    let windowCount = windows.reduce(problem.count, *)
    let chosenTerms = shape.tapCount * shape.featuresPerGroup
    var expectations = [
      Expectation("output", outputs, tolerance: areExact ? nil : slacks),
      Expectation("output by blocks", outputs, tolerance: areExact ? nil : slacks),
      areExact
        ? Expectation("taps", taps.joined().map(Double.init))
        // Which of two neighbours is larger may be a matter of rounding, but not by how much.
        : Expectation("chosen values", outputs, tolerance: slacks.map { 2 * $0 }),
      Expectation("map gradient", found.maps),
      Expectation(
        "bias gradient", found.bias, tolerance: tolerance(bounds.bias, terms: windowCount)),
    ]
    if shape.groups == 1 {
      expectations += [
        Expectation(
          "feature gradient", found.weights,
          tolerance: tolerance(bounds.weights, terms: windowCount)),
        Expectation(
          "input gradient", found.inputs, tolerance: tolerance(bounds.inputs, terms: chosenTerms)),
        Expectation(
          "added input gradient", found.added,
          tolerance: tolerance(bounds.added, terms: chosenTerms)),
      ]
    }
    self.problem = problem
    self.expectations = expectations
    self.areExact = areExact
    (self.inputs, finiteInputs, self.weights, self.bias) = (inputs, finite, weights, bias)
    (outputGradients, inputGradientStarts) = (gradients, inputStarts)
    (weightGradientStart, biasGradientStart) = (weightStart, biasStart)
    (self.taps, self.maps) = (taps, maps)
  }

  /// What a fault may be planted in.
  struct Plans {
    var convolution: ConvolutionPlan
    var pooling: Geometry
    var input: MapLayout
    var output: MapLayout
    var mapGradient: MapLayout
    var inputGradient: MapLayout
    var outputGradient: MapLayout
    var examples: Examples
    var indexStep: Int
    /// Whether the weights are transposed and their gradient is transposed back.
    var transposes = true
  }

  func run(on instructionSet: InstructionSet) throws -> Run {
    try run(on: instructionSet, altering: { _ in })
  }

  /// - Parameter alter: plants a fault in what is planned; the memory stays as it must be.
  func run(
    on instructionSet: InstructionSet, altering alter: (inout Plans) -> Void
  ) throws -> Run {
    let memory = try ExampleMaps(problem)
    let geometry = try problem.convolution.window.geometry(over: problem.convolution.extent)
    let shape = problem.convolution.shape
    var plans = Plans(
      convolution: ConvolutionPlan(
        shape: shape, geometry: geometry, input: memory.input, output: memory.mapGradient,
        inputGradient: memory.inputGradient, outputGradient: memory.mapGradient,
        needsInputGradient: false),
      pooling: memory.pooling, input: memory.input, output: memory.output,
      mapGradient: memory.mapGradient, inputGradient: memory.inputGradient,
      outputGradient: memory.outputGradient,
      examples: Examples(
        problem.count, from: memory.step(memory.input), to: memory.step(memory.output)),
      indexStep: memory.indexBytes + (problem.hasGaps ? 5 : 0))
    let indexStep = plans.indexStep
    alter(&plans)
    var run = Run()

    // Forward: all at once, and block by block.
    let input = GuardedMap(reading: inputs.flatMap { $0 }, in: memory.laid(memory.input))
    let bias = GuardedFloats(reading: bias)
    let weights = GuardedFloats(reading: weights)
    let packing = Convolution.packing(shape, instructionSet)
    let packed = GuardedFloats(writing: packing.count * packing.parts)
    for part in 0..<packing.parts {
      packing.pack(
        from: weights.start + part * packing.partStep, into: packed.start + part * packing.count)
    }
    let scratchCount = PooledConvolution.scratchCount(
      shape, geometry, pooling: memory.pooling)
    func pooled(workers: Int) -> PooledConvolution {
      PooledConvolution(
        plans.convolution, geometry: geometry, pooling: plans.pooling, input: plans.input,
        output: plans.output, workers: workers, instructionSet: instructionSet)
    }
    func forward(
      _ convolution: PooledConvolution, to output: GuardedMap, index: GuardedBytes?,
      only: Range<Int>? = nil
    ) {
      let scratch = GuardedFloats(writing: scratchCount * problem.count)
      convolution.forward(
        plans.examples, input: input.start, packed: packed.start,
        bias: problem.convolution.hasBias ? bias.start : nil, scratch: scratch.start,
        output: output.start, index: index?.start, indexStep: plans.indexStep, only: only)
      run.checkGuards(of: scratch)
    }
    let index = GuardedBytes(problem.count, of: memory.indexBytes, step: indexStep)
    let output = GuardedMap(writing: memory.laid(memory.output))
    forward(pooled(workers: 1), to: output, index: index)
    run.keep("output", output)
    run.checkGuards(of: index)
    let taps = (0..<problem.count).map { memory.taps(index.bytes(of: $0)) }
    if areExact {
      run.keep("taps", taps.joined().map(Double.init))
    } else {
      run.keep("chosen values", zip(taps, maps).flatMap { memory.values(at: $0, of: $1) })
    }
    let shared = pooled(workers: problem.workers)
    let blockOutput = GuardedMap(writing: memory.laid(memory.output))
    for block in (0..<shared.blockCount).reversed() {
      forward(shared, to: blockOutput, index: nil, only: block..<block + 1)
    }
    run.keep("output by blocks", blockOutput)

    // Backward, from the positions that the reference chose.
    for (example, taps) in self.taps.enumerated() { index.write(memory.indices(taps), to: example) }
    let outputGradient = GuardedMap(
      reading: outputGradients.flatMap { $0 }, in: memory.laid(memory.outputGradient))
    func slopes(_ example: Int) -> UnsafePointer<Float> {
      UnsafePointer(outputGradient.start + example * memory.step(memory.outputGradient))
    }
    let spread = PooledGradient(
      pooling: plans.pooling, map: plans.mapGradient, output: plans.outputGradient,
      instructionSet: instructionSet)
    let mapGradient = GuardedMap(writing: memory.laid(memory.mapGradient))
    let biasGradient = GuardedFloats(adding: biasGradientStart)
    for example in 0..<problem.count {
      let index = UnsafePointer(index.start + example * plans.indexStep)
      spread(
        index: index, outputGradient: slopes(example),
        mapGradient: mapGradient.start + example * memory.step(memory.mapGradient))
      spread.biasGradient(
        index: index, outputGradient: slopes(example), biasGradient: biasGradient.start)
    }
    run.keep("map gradient", mapGradient)
    run.keep("bias gradient", biasGradient)
    if shape.groups == 1 {
      let chosen = ChosenGradient(
        shape, geometry: geometry, pooling: plans.pooling, input: plans.input,
        inputGradient: plans.inputGradient, output: plans.outputGradient,
        instructionSet: instructionSet)
      findChosen(chosen, plans, memory, index, slopes, &run)
    }
    run.checkGuards(of: input, outputGradient)
    run.checkGuards(of: bias, weights, packed)
    return run
  }

  /// The gradients from the chosen positions alone.
  private func findChosen(
    _ chosen: ChosenGradient, _ plans: Plans, _ memory: ExampleMaps, _ index: GuardedBytes,
    _ slopes: (Int) -> UnsafePointer<Float>, _ run: inout Run
  ) {
    let shape = problem.convolution.shape
    let weights = GuardedFloats(reading: weights)
    let transposed = GuardedFloats(writing: shape.weightCount)
    if plans.transposes {
      ChosenGradient.transpose(shape, weights: weights.start, to: transposed.start)
    } else {
      transposed.start.update(from: self.weights, count: shape.weightCount)
    }
    let input = GuardedMap(
      reading: finiteInputs.flatMap { $0 }, in: memory.laid(memory.input))
    let start = GuardedFloats(reading: weightGradientStart)
    let gradient = GuardedFloats(writing: shape.weightCount)
    ChosenGradient.transpose(shape, weights: start.start, to: gradient.start)
    for example in 0..<problem.count {
      chosen.featureGradient(
        input: input.start + example * memory.step(memory.input),
        index: index.start + example * plans.indexStep, outputGradient: slopes(example),
        transposedGradient: gradient.start)
    }
    let scratch = GuardedFloats(writing: shape.weightCount)
    if plans.transposes {
      ChosenGradient.restore(shape, gradient: gradient.start, scratch: scratch.start)
    }
    run.keep("feature gradient", gradient)

    for accumulate in [false, true] {
      let laid = memory.laid(memory.inputGradient)
      let inputGradient = GuardedFloats(writing: laid.count)
      if accumulate {
        for (value, place) in zip(inputGradientStarts.joined(), laid.places) {
          inputGradient.start[place] = value
        }
      }
      for example in 0..<problem.count {
        chosen.inputGradient(
          index: index.start + example * plans.indexStep, outputGradient: slopes(example),
          transposed: transposed.start,
          inputGradient: inputGradient.start + example * memory.step(memory.inputGradient),
          accumulate: accumulate)
      }
      let name = accumulate ? "added input gradient" : "input gradient"
      let values = inputGradient.values
      run.keep(
        name, laid.places.map { values[$0] },
        strayWrite: inputGradient.strayWrite ?? memory.strayHalo(values, memory.inputGradient))
    }
    run.checkGuards(of: weights, transposed, start, scratch)
    run.checkGuards(of: input)
  }
}
