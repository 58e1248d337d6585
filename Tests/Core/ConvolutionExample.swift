import ConvKitCore
import ConvKitReference

/// A convolution and its gradients on seeded values, with the reference's answers.
struct ConvolutionExample: Example {
  let problem: ConvolutionProblem
  let expectations: [Expectation]
  private let input: [Float]
  private let weights: [Float]
  private let bias: [Float]
  private let outputGradient: [Float]
  /// What stands where gradients are added.
  private let inputGradientStart: [Float]
  private let weightGradientStart: [Float]
  private let biasGradientStart: [Float]

  init(_ problem: ConvolutionProblem, _ values: Values = .integers, seed: UInt64 = 1) {
    let reference = ReferenceConvolution<Double>(
      window: problem.referenceWindow, channels: problem.channels, features: problem.features,
      groups: problem.groups)
    let outputExtent = reference.window.outputExtent(of: problem.extent)
    let inputCount = problem.extent.reduce(problem.channels, *)
    var generator = SplitMix64(seed: seed)
    let input = values.make(inputCount, &generator)
    let weights = values.make(reference.weightCount, &generator)
    let bias = values.make(problem.features, &generator)
    let outputGradient = values.make(outputExtent.reduce(problem.features, *), &generator)
    let inputGradientStart = values.make(inputCount, &generator)
    let weightGradientStart = values.make(reference.weightCount, &generator)
    let biasGradientStart = values.make(problem.features, &generator)

    /// All answers, or the sums of the absolute values of what they are the sums of.
    func answers(magnitudes: Bool) -> [[Double]] {
      func of(_ floats: [Float]) -> [Double] {
        floats.map { magnitudes ? abs(Double($0)) : Double($0) }
      }
      let block = Block(extent: problem.extent, channels: problem.channels, values: of(input))
      let gradient = Block(
        extent: outputExtent, channels: problem.features, values: of(outputGradient))
      let forward = reference.forward(
        block, weights: of(weights), bias: problem.hasBias ? of(bias) : nil)
      let inputGradient = reference.inputGradient(
        extent: problem.extent, weights: of(weights), outputGradient: gradient)
      let weightGradient = reference.weightGradient(block, outputGradient: gradient)
      let added = zip(weightGradient, of(weightGradientStart)).map(+)
      return [
        forward.values, inputGradient.values,
        zip(inputGradient.values, of(inputGradientStart)).map(+), added, added,
        zip(reference.biasGradient(outputGradient: gradient), of(biasGradientStart)).map(+),
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
      switch values {
      case .integers: exact.map { _ in nil }
      case .reals:
        // What the sum starts from is one term more.
        zip(answers(magnitudes: true), products).map { magnitudes, products in
          magnitudes.map { sumTolerance(terms: products + 1, magnitude: $0) }
        }
      }
    expectations = Self.results.indices.map {
      Expectation(Self.results[$0], exact[$0], tolerance: tolerances[$0])
    }
    self.problem = problem
    self.input = input
    self.weights = weights
    self.bias = bias
    self.outputGradient = outputGradient
    self.inputGradientStart = inputGradientStart
    self.weightGradientStart = weightGradientStart
    self.biasGradientStart = biasGradientStart
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

    let input = GuardedMap(reading: input, in: layouts.input)
    let outputGradient = GuardedMap(reading: outputGradient, in: layouts.outputGradient)
    let biases = GuardedFloats(reading: bias)
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
        writing: layouts.inputGradient, over: accumulate ? inputGradientStart : nil)
      convolution.inputGradient(
        outputGradient: outputGradient.start, turned: turned.start,
        inputGradient: inputGradient.start, accumulate: accumulate)
      run.keep(accumulate ? "added input gradient" : "input gradient", inputGradient)
    }

    let weightGradient = GuardedFloats(adding: weightGradientStart)
    let biasGradient = GuardedFloats(adding: biasGradientStart)
    convolution.featureGradient(
      input: input.start, outputGradient: outputGradient.start,
      weightGradient: weightGradient.start, biasGradient: biasGradient.start)
    run.keep("feature gradient", weightGradient)
    run.keep("bias gradient", biasGradient)

    let panelGradient = GuardedFloats(adding: weightGradientStart)
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

  /// The weights of all groups, packed one after the other into memory that is no larger.
  private func pack(_ packing: PackedWeights, _ run: inout Run) -> GuardedFloats {
    let source = GuardedFloats(reading: weights)
    let packed = GuardedFloats(writing: packing.count * problem.groups)
    for group in 0..<problem.groups {
      packing.pack(
        from: source.start + group * problem.shape.featuresPerGroup,
        into: packed.start + group * packing.count)
    }
    run.checkGuards(of: source, packed)
    return packed
  }
}
