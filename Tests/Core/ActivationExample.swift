import ConvKitCore
import ConvKitReference

/// ReLU (slope 0) or leaky ReLU and its gradient, with the reference's answers.
struct ActivationExample: Example {
  let expectations: [Expectation]
  private let slope: Float
  private let extent: [Int]
  private let channels: Int
  private let input: [Float]
  private let outputGradient: [Float]
  private let inputGradientStart: [Float]

  /// - Parameter withSpecials: whether the first values are those that comparisons get wrong.
  init(
    slope: Float, extent: [Int], channels: Int, withSpecials: Bool = true,
    _ values: Values = .integers, seed: UInt64 = 1
  ) {
    var generator = SplitMix64(seed: seed)
    var input = values.make(extent.reduce(channels, *), &generator)
    if withSpecials {
      let specials = [
        0, -0.0, .nan, .infinity, -.infinity, Float.leastNormalMagnitude,
        -Float.leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
      ]
      for (index, special) in zip(input.indices, specials) { input[index] = special }
    }
    let block = Block(extent: extent, channels: channels, values: input)
    let gradient = Block(
      extent: extent, channels: channels, values: values.make(input.count, &generator))
    let start = values.make(input.count, &generator)
    let output: Block<Float>
    let inputGradient: Block<Float>
    if slope == 0 {
      output = ReferenceReLU().forward(block)
      inputGradient = ReferenceReLU().inputGradient(block, outputGradient: gradient)
    } else {
      let leaky = ReferenceLeakyReLU(slope: slope)
      output = leaky.forward(block)
      inputGradient = leaky.inputGradient(block, outputGradient: gradient)
    }
    // Each value is one product and one sum, which Float rounds in one way only.
    expectations = [
      Expectation("output", output.values), Expectation("input gradient", inputGradient.values),
      Expectation("added input gradient", zip(start, inputGradient.values).map(+)),
      Expectation("input gradient in place", inputGradient.values),
    ]
    (self.slope, self.extent, self.channels, self.input) = (slope, extent, channels, input)
    outputGradient = gradient.values
    inputGradientStart = start
  }

  func run(on instructionSet: InstructionSet) throws -> Run {
    let plain = MapLayout(extent: extent, channels: channels)
    let (inputLayout, outputLayout) = (plain.widened(by: 1), plain.widened(by: 2))
    func activation(inputGradient: MapLayout, outputGradient: MapLayout) -> Activation {
      Activation(
        slope: slope, input: inputLayout, output: outputLayout, inputGradient: inputGradient,
        outputGradient: outputGradient, instructionSet: instructionSet)
    }
    var run = Run()
    let operation = activation(inputGradient: inputLayout, outputGradient: plain)
    let input = GuardedMap(reading: input, in: inputLayout)
    let output = GuardedMap(writing: outputLayout)
    operation.forward(input: input.start, output: output.start)
    run.keep("output", output)

    let value = slope == 0 ? output : input
    let outputGradient = GuardedMap(reading: self.outputGradient, in: plain)
    for accumulate in [false, true] {
      let gradient = GuardedMap(
        writing: inputLayout, over: accumulate ? inputGradientStart : nil)
      operation.gradient(
        value: value.start, outputGradient: outputGradient.start, inputGradient: gradient.start,
        accumulate: accumulate)
      run.keep(accumulate ? "added input gradient" : "input gradient", gradient)
    }
    run.checkGuards(of: input, output, outputGradient)

    let both = GuardedMap(writing: plain, over: self.outputGradient)
    activation(inputGradient: plain, outputGradient: plain).gradient(
      value: value.start, outputGradient: both.start, inputGradient: both.start, accumulate: false)
    run.keep("input gradient in place", both)
    run.checkGuards(of: input, output)
    return run
  }
}
