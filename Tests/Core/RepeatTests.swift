import ConvKitCore
import ConvKitReference
import Testing

/// Several examples in one call, with gaps between them that nobody may touch, are the same bits as
/// one call after the other, which the reference is held to.
@Suite struct RepeatTests {
  static let problems: [ConvolutionProblem] = {
    var generator = SplitMix64(seed: 80)
    let random = (0..<250).map { _ in ConvolutionProblem.random(&generator) }
    // Tiles that run across the ends of examples: every number of rows, with a last panel of half a
    // vector, of one, and of two, in the general kernel, the depthwise and the grouped one.
    let tails = (1...28).flatMap { rows in
      [3, 8, 12, 16, 20, 31, 32, 35].flatMap { features in
        [
          ConvolutionProblem([rows], channels: 2, features: features, size: 1),
          ConvolutionProblem(
            [rows], channels: features, features: features, groups: features, size: 1),
          ConvolutionProblem(
            [rows], channels: 2 * features, features: 2 * features, groups: features, size: 1),
        ]
      }
    }
    return random + tails
  }()

  @Test func areTheSameBitsAsOneByOne() throws {
    for (seed, problem) in Self.problems.enumerated() {
      let count = 2 + seed % 3
      for instructionSet in InstructionSet.available {
        let together = try run(problem, count, seed: seed, atOnce: true, instructionSet)
        let alone = try run(problem, count, seed: seed, atOnce: false, instructionSet)
        #expect(together.strayWrite == nil, "\(problem) on \(instructionSet.name)")
        #expect(
          together.bitDifference(from: alone) == nil, "\(problem) on \(instructionSet.name)")
      }
    }
  }

  private func run(
    _ problem: ConvolutionProblem, _ count: Int, seed: Int, atOnce: Bool,
    _ instructionSet: InstructionSet
  ) throws -> Run {
    let values = (0..<count).map {
      ConvolutionValues(.reals, for: problem, seed: UInt64(seed * 8 + $0))
    }
    let layouts = try problem.layouts()
    let convolution = Convolution(
      try layouts.plan(problem), rectify: problem.rectify, instructionSet: instructionSet)
    /// The maps of all examples as one with two more axes; the halo of the second is the gap.
    func laid(_ layout: MapLayout) -> MapLayout {
      MapLayout(
        extent: [count, 1] + layout.extent, channels: layout.channels, low: [0, 0] + layout.low,
        high: [0, 1] + layout.high)
    }
    /// Calls `body` with the examples and how many maps lie before them.
    func forEach(
      _ from: MapLayout, _ to: MapLayout, _ body: (Examples, _ from: Int, _ to: Int) -> Void
    ) {
      let (from, to) = (2 * from.count, 2 * to.count)
      if atOnce { return body(Examples(count, from: from, to: to), 0, 0) }
      for example in 0..<count { body(.one, example * from, example * to) }
    }
    var run = Run()
    let weights = GuardedFloats(reading: values[0].weights)
    let bias = GuardedFloats(reading: values[0].bias)
    func pack(_ packing: PackedWeights) -> GuardedFloats {
      let packed = GuardedFloats(writing: packing.count * packing.parts)
      for part in 0..<packing.parts {
        packing.pack(
          from: weights.start + part * packing.partStep, into: packed.start + part * packing.count)
      }
      return packed
    }
    let packed = pack(Convolution.packing(problem.shape, instructionSet))
    let turned = pack(Convolution.turnedPacking(problem.shape, instructionSet))
    let input = GuardedMap(reading: values.flatMap(\.input), in: laid(layouts.input))
    let slopes = GuardedMap(
      reading: values.flatMap(\.outputGradient), in: laid(layouts.outputGradient))

    let output = GuardedMap(writing: laid(layouts.output))
    forEach(layouts.input, layouts.output) {
      convolution.forward(
        $0, input: input.start + $1, packed: packed.start,
        bias: problem.hasBias ? bias.start : nil, output: output.start + $2)
    }
    run.keep("output", output)
    for accumulate in [false, true] {
      let gradient = GuardedMap(
        writing: laid(layouts.inputGradient),
        over: accumulate ? values.flatMap(\.inputGradientStart) : nil)
      forEach(layouts.outputGradient, layouts.inputGradient) {
        convolution.inputGradient(
          $0, outputGradient: slopes.start + $1, turned: turned.start,
          inputGradient: gradient.start + $2, accumulate: accumulate)
      }
      run.keep(accumulate ? "added input gradient" : "input gradient", gradient)
    }
    let weightGradient = GuardedFloats(adding: values[0].weightGradientStart)
    let biasGradient = GuardedFloats(adding: values[0].biasGradientStart)
    forEach(layouts.input, layouts.outputGradient) {
      convolution.featureGradient(
        $0, input: input.start + $1, outputGradient: slopes.start + $2,
        weightGradient: weightGradient.start, biasGradient: biasGradient.start)
    }
    run.keep("feature gradient", weightGradient)
    run.keep("bias gradient", biasGradient)
    run.checkGuards(of: input, slopes)
    run.checkGuards(of: weights, bias, packed, turned)
    return run
  }
}
