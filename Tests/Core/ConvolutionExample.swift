import ConvKitCore
import ConvKitReference

/// What a convolution and its gradients are run on.
struct ConvolutionValues: Sendable {
  var input: [Float]
  var weights: [Float]
  var bias: [Float]
  var outputGradient: [Float]
  /// What stands where gradients are added.
  var inputGradientStart: [Float]
  var weightGradientStart: [Float]
  var biasGradientStart: [Float]

  init(_ values: Values, for problem: ConvolutionProblem, seed: UInt64) {
    let outputExtent = problem.referenceWindow.outputExtent(of: problem.extent)
    let inputCount = problem.extent.reduce(problem.channels, *)
    var generator = SplitMix64(seed: seed)
    input = values.make(inputCount, &generator)
    weights = values.make(problem.shape.weightCount, &generator)
    bias = values.make(problem.features, &generator)
    outputGradient = values.make(outputExtent.reduce(problem.features, *), &generator)
    inputGradientStart = values.make(inputCount, &generator)
    weightGradientStart = values.make(problem.shape.weightCount, &generator)
    biasGradientStart = values.make(problem.features, &generator)
  }
}

/// A convolution and its gradients on given values, with the reference's answers.
struct ConvolutionExample: Example {
  let problem: ConvolutionProblem
  let values: ConvolutionValues
  let expectations: [Expectation]

  init(_ problem: ConvolutionProblem, _ kind: Values = .integers, seed: UInt64 = 1) {
    self.init(
      problem, ConvolutionValues(kind, for: problem, seed: seed), areExact: kind == .integers)
  }

  /// - Parameter areExact: whether sums of products of the values are exact in Float.
  init(_ problem: ConvolutionProblem, _ values: ConvolutionValues, areExact: Bool = true) {
    let reference = ReferenceConvolution<Double>(
      window: problem.referenceWindow, channels: problem.channels, features: problem.features,
      groups: problem.groups)
    let outputExtent = reference.window.outputExtent(of: problem.extent)

    /// All answers, or the sums of the absolute values of what they are the sums of.
    func answers(magnitudes: Bool) -> [[Double]] {
      func of(_ floats: [Float]) -> [Double] {
        floats.map { magnitudes ? abs(Double($0)) : Double($0) }
      }
      let block = Block(
        extent: problem.extent, channels: problem.channels, values: of(values.input))
      let gradient = Block(
        extent: outputExtent, channels: problem.features, values: of(values.outputGradient))
      let forward = reference.forward(
        block, weights: of(values.weights), bias: problem.hasBias ? of(values.bias) : nil)
      let inputGradient = reference.inputGradient(
        extent: problem.extent, weights: of(values.weights), outputGradient: gradient)
      let weightGradient = reference.weightGradient(block, outputGradient: gradient)
      let added = zip(weightGradient, of(values.weightGradientStart)).map(+)
      return [
        forward.values, inputGradient.values,
        zip(inputGradient.values, of(values.inputGradientStart)).map(+), added, added,
        zip(reference.biasGradient(outputGradient: gradient), of(values.biasGradientStart)).map(+),
      ]
    }

    let taps = reference.window.taps
    let positions = outputExtent.reduce(1, *)
    let products = [
      taps * problem.shape.inputsPerGroup, taps * problem.shape.featuresPerGroup,
      taps * problem.shape.featuresPerGroup, positions, positions, positions,
    ]
    var exact = answers(magnitudes: false)
    if problem.rectify { exact[0] = exact[0].map { max(0, $0) } }
    let tolerances: [[Double]?] =
      areExact
      ? exact.map { _ in nil }
      // What the sum starts from is one term more.
      : zip(answers(magnitudes: true), products).map { magnitudes, products in
        magnitudes.map { sumTolerance(terms: products + 1, magnitude: $0) }
      }
    expectations = Self.results.indices.map {
      Expectation(Self.results[$0], exact[$0], tolerance: tolerances[$0])
    }
    self.problem = problem
    self.values = values
  }

  /// The feature gradient is computed twice: whole, and panel by panel.
  private static let results = [
    "output", "input gradient", "added input gradient", "feature gradient",
    "feature gradient by panels", "bias gradient",
  ]

  func run(on instructionSet: InstructionSet) throws -> Run {
    try run(on: instructionSet, altering: { _ in })
  }

  /// - Parameters:
  ///   - alter: plants a fault in the plan.
  ///   - alterLayouts: plants one in the layouts that the plan is made for; the maps keep theirs.
  func run(
    on instructionSet: InstructionSet, altering alter: (inout ConvolutionPlan) -> Void,
    alteringLayouts alterLayouts: (inout ConvolutionLayouts) -> Void = { _ in }
  ) throws -> Run {
    let layouts = try problem.layouts()
    var planned = layouts
    alterLayouts(&planned)
    var plan = try planned.plan(problem)
    alter(&plan)
    let convolution = Convolution(plan, rectify: problem.rectify, instructionSet: instructionSet)

    let input = GuardedMap(reading: values.input, in: layouts.input)
    let outputGradient = GuardedMap(reading: values.outputGradient, in: layouts.outputGradient)
    let biases = GuardedFloats(reading: values.bias)
    var run = Run()

    let packed = pack(Convolution.packing(problem.shape, instructionSet), &run)
    let output = GuardedMap(writing: layouts.output)
    convolution.forward(
      input: input.start, packed: packed.start, bias: problem.hasBias ? biases.start : nil,
      output: output.start)
    run.keep("output", output)

    let turned = pack(Convolution.turnedPacking(problem.shape, instructionSet), &run)
    for accumulate in [false, true] {
      let inputGradient = GuardedMap(
        writing: layouts.inputGradient, over: accumulate ? values.inputGradientStart : nil)
      convolution.inputGradient(
        outputGradient: outputGradient.start, turned: turned.start,
        inputGradient: inputGradient.start, accumulate: accumulate)
      run.keep(accumulate ? "added input gradient" : "input gradient", inputGradient)
    }

    let weightGradient = GuardedFloats(adding: values.weightGradientStart)
    let biasGradient = GuardedFloats(adding: values.biasGradientStart)
    convolution.featureGradient(
      input: input.start, outputGradient: outputGradient.start,
      weightGradient: weightGradient.start, biasGradient: biasGradient.start)
    run.keep("feature gradient", weightGradient)
    run.keep("bias gradient", biasGradient)

    let panelGradient = GuardedFloats(adding: values.weightGradientStart)
    for columns in instructionSet.panels(of: problem.shape.featuresPerGroup).reversed() {
      convolution.featureGradient(
        input: input.start, outputGradient: outputGradient.start,
        weightGradient: panelGradient.start, biasGradient: nil, columns: columns)
    }
    run.keep("feature gradient by panels", panelGradient)
    run.checkGuards(of: input, outputGradient)
    run.checkGuards(of: biases, packed, turned)
    return run
  }

  /// What the products take at a time, packed one after the other into memory that is no larger.
  private func pack(_ packing: PackedWeights, _ run: inout Run) -> GuardedFloats {
    let source = GuardedFloats(reading: values.weights)
    let packed = GuardedFloats(writing: packing.count * packing.parts)
    for part in 0..<packing.parts {
      packing.pack(
        from: source.start + part * packing.partStep,
        into: packed.start + part * packing.count)
    }
    run.checkGuards(of: source, packed)
    return packed
  }
}
