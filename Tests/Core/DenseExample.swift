import ConvKitCore
import ConvKitReference

/// A dense layer and its gradients for a few examples, with the reference's answers.
struct DenseExample: Example, CustomStringConvertible {
  let description: String
  let expectations: [Expectation]
  private let count: Int
  private let layer: ReferenceDense
  private let rectify: Bool
  private let hasBias: Bool
  /// Floats between one example and the next.
  private let gap: Int
  private let input: [Float]
  private let weights: [Float]
  private let bias: [Float]
  private let outputGradient: [Float]
  private let inputGradientStart: [Float]
  private let weightGradientStart: [Float]

  init(
    count: Int, inputs: Int, outputs: Int, rectify: Bool = false, hasBias: Bool = true,
    gap: Int = 0, _ values: Values = .integers, seed: UInt64 = 1
  ) {
    description =
      "dense \(inputs) to \(outputs), \(count) examples, gap \(gap)"
      + "\(rectify ? " rectify" : "")\(hasBias ? "" : " no bias")"
    (self.count, self.rectify, self.hasBias, self.gap) = (count, rectify, hasBias, gap)
    let layer = ReferenceDense(inputs: inputs, outputs: outputs)
    var generator = SplitMix64(seed: seed)
    let input = values.make(count * inputs, &generator)
    let weights = values.make(inputs * outputs, &generator)
    let bias = values.make(outputs, &generator)
    let outputGradient = values.make(count * outputs, &generator)
    let inputGradientStart = values.make(count * inputs, &generator)
    let weightGradientStart = values.make(inputs * outputs, &generator)

    func answers(magnitudes: Bool) -> [[Double]] {
      func of(_ floats: some Sequence<Float>) -> [Double] {
        floats.map { magnitudes ? abs(Double($0)) : Double($0) }
      }
      var forward: [Double] = []
      var inputGradient: [Double] = []
      var weightGradient = of(weightGradientStart)
      // The bias gradient is added to zeros.
      var biasGradient = [Double](repeating: 0, count: outputs)
      for example in 0..<count {
        let block = Block(of(input[example * inputs..<(example + 1) * inputs]))
        let gradient = Block(of(outputGradient[example * outputs..<(example + 1) * outputs]))
        forward += layer.forward(block, weights: of(weights), bias: hasBias ? of(bias) : nil).values
        let gradients = layer.gradients(block, weights: of(weights), outputGradient: gradient)
        inputGradient += gradients.input.values
        weightGradient = zip(weightGradient, gradients.weights).map(+)
        biasGradient = zip(biasGradient, gradients.bias).map(+)
      }
      return [
        forward, inputGradient, zip(inputGradient, of(inputGradientStart)).map(+), weightGradient,
        weightGradient, biasGradient,
      ]
    }
    var exact = answers(magnitudes: false)
    if rectify { exact[0] = exact[0].map { max(0, $0) } }
    let products = [inputs, outputs, outputs, count, count, count]
    let tolerances: [[Double]?] =
      switch values {
      case .integers: exact.map { _ in nil }
      case .reals:
        zip(answers(magnitudes: true), products).map { magnitudes, products in
          magnitudes.map { sumTolerance(terms: products + 1, magnitude: $0) }
        }
      }
    let names = [
      "output", "input gradient", "added input gradient", "weight gradient",
      "weight gradient by panels", "bias gradient",
    ]
    expectations = names.indices.map {
      Expectation(names[$0], exact[$0], tolerance: tolerances[$0])
    }
    self.layer = layer
    self.input = input
    self.weights = weights
    self.bias = bias
    self.outputGradient = outputGradient
    self.inputGradientStart = inputGradientStart
    self.weightGradientStart = weightGradientStart
  }

  func run(on instructionSet: InstructionSet) throws -> Run {
    let (inputs, outputs) = (layer.inputs, layer.outputs)
    let dense = Dense(
      inputs: inputs, outputs: outputs, rectify: rectify, instructionSet: instructionSet)
    // Examples `gap` floats apart are rows of a map with as wide a halo behind each.
    func rows(_ channels: Int) -> MapLayout {
      MapLayout(extent: [count, channels], channels: 1, low: [0, 0], high: [0, gap])
    }
    var run = Run()
    let input = GuardedMap(reading: input, in: rows(inputs))
    let outputGradient = GuardedMap(reading: outputGradient, in: rows(outputs))
    let weights = GuardedFloats(reading: weights)
    let bias = GuardedFloats(reading: bias)
    func pack(_ packing: PackedWeights) -> GuardedFloats {
      let packed = GuardedFloats(writing: packing.count)
      packing.pack(from: weights.start, into: packed.start)
      return packed
    }

    let packed = pack(Convolution.packing(dense.shape, instructionSet))
    let output = GuardedMap(writing: rows(outputs))
    dense.forward(
      Examples(count, from: inputs + gap, to: outputs + gap), input: input.start,
      packed: packed.start, bias: hasBias ? bias.start : nil, output: output.start)
    run.keep("output", output)

    let turned = pack(Convolution.turnedPacking(dense.shape, instructionSet))
    for accumulate in [false, true] {
      let gradient = GuardedMap(writing: rows(inputs), over: accumulate ? inputGradientStart : nil)
      dense.inputGradient(
        Examples(count, from: outputs + gap, to: inputs + gap),
        outputGradient: outputGradient.start, turned: turned.start,
        inputGradient: gradient.start, accumulate: accumulate)
      run.keep(accumulate ? "added input gradient" : "input gradient", gradient)
    }

    let weightGradient = GuardedFloats(adding: weightGradientStart)
    let biasGradient = GuardedFloats(adding: Array(repeating: 0, count: outputs))
    let panelGradient = GuardedFloats(adding: weightGradientStart)
    func addGradient(
      _ weightGradient: GuardedFloats, _ biasGradient: GuardedFloats?, columns: Range<Int>?
    ) {
      dense.weightGradient(
        Examples(count, from: inputs + gap, to: outputs + gap), input: input.start,
        outputGradient: outputGradient.start,
        weightGradient: weightGradient.start, biasGradient: biasGradient?.start, columns: columns)
    }
    addGradient(weightGradient, biasGradient, columns: nil)
    for columns in instructionSet.panels(of: outputs).reversed() {
      addGradient(panelGradient, nil, columns: columns)
    }
    run.keep("weight gradient", weightGradient)
    run.keep("bias gradient", biasGradient)
    run.keep("weight gradient by panels", panelGradient)
    run.checkGuards(of: input, outputGradient)
    run.checkGuards(of: weights, bias, packed, turned)
    return run
  }
}
