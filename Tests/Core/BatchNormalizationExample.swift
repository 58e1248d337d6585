import ConvKitCore
import ConvKitReference

/// Batch normalisation of a few examples from the sums that the real operation gathers, put together
/// by the formulas of its paper, with the reference's answers.
struct BatchNormalizationExample: Example {
  let expectations: [Expectation]
  private let extent: [Int]
  private let channels: Int
  private let batch: [[Float]]
  private let outputGradients: [[Float]]
  private let starts: [[Float]]
  private let scale: [Float]
  private let shift: [Float]

  private static let epsilon = 1e-5

  /// What the moments are taken about: anything near the values.
  private let about: Float

  init(examples: Int, extent: [Int], channels: Int, offset: Float = 0, seed: UInt64 = 1) {
    var generator = SplitMix64(seed: seed)
    let count = extent.reduce(channels, *)
    // Every channel has a spread and a place of its own.
    let batch = (0..<examples).map { _ in
      (0..<count).map { index in
        let channel = Float(index % channels)
        return generator.real() * (channel + 1) + channel / 2 + offset
      }
    }
    let gradients: [[Float]] = (0..<examples).map { _ in generator.reals(count) }
    let starts: [[Float]] = (0..<examples).map { _ in generator.reals(count) }
    let scale: [Float] = generator.reals(channels)
    let shift: [Float] = generator.reals(channels)
    about = offset + 0.25

    func blocks(_ maps: [[Float]]) -> [Block<Double>] {
      maps.map { Block(extent: extent, channels: channels, values: $0.map(Double.init)) }
    }
    var reference = ReferenceBatchNormalization<Double>(channels: channels)
    reference.scale = scale.map(Double.init)
    reference.shift = shift.map(Double.init)
    let outputs = reference.train(blocks(batch)).flatMap(\.values)
    let gradientsOfInput = reference.trainingGradients(
      blocks(batch), outputGradients: blocks(gradients)
    ).inputs.flatMap(\.values)

    let (x, dy) = (batch.flatMap { $0 }.map(Double.init), gradients.flatMap { $0 }.map(Double.init))
    let start = starts.flatMap { $0 }.map(Double.init)
    var bounds = Bounds(count: x.count)
    for channel in 0..<channels {
      let places = Array(stride(from: channel, to: x.count, by: channels))
      bounds.add(
        places, x: x, dy: dy, start: start, about: Double(about), scale: Double(scale[channel]),
        shift: Double(shift[channel]), epsilon: Self.epsilon)
    }
    expectations = [
      Expectation("sum", bounds.sums.map(\.value), tolerance: bounds.sums.map(\.tolerance)),
      Expectation(
        "square", bounds.squares.map(\.value), tolerance: bounds.squares.map(\.tolerance)),
      Expectation(
        "gradient sum", bounds.gradientSums.map(\.value),
        tolerance: bounds.gradientSums.map(\.tolerance)),
      Expectation(
        "product", bounds.products.map(\.value), tolerance: bounds.products.map(\.tolerance)),
      Expectation("output", outputs, tolerance: bounds.output),
      Expectation("input gradient", gradientsOfInput, tolerance: bounds.inputGradient),
      Expectation(
        "added input gradient", zip(gradientsOfInput, start).map(+), tolerance: bounds.added),
    ]
    (self.extent, self.channels, self.batch) = (extent, channels, batch)
    outputGradients = gradients
    self.starts = starts
    (self.scale, self.shift) = (scale, shift)
  }

  func run(on instructionSet: InstructionSet) throws -> Run {
    let plain = MapLayout(extent: extent, channels: channels)
    let (inputLayout, outputLayout) = (plain.widened(by: 1), plain.widened(by: 2))
    let operation = BatchNormalization(
      input: inputLayout, output: outputLayout, inputGradient: inputLayout, outputGradient: plain,
      instructionSet: instructionSet)
    let inputs = batch.map { GuardedMap(reading: $0, in: inputLayout) }
    let gradients = outputGradients.map { GuardedMap(reading: $0, in: plain) }
    let n = Double(operation.positions * batch.count)
    var run = Run()

    var (sum, square) = (
      [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
    )
    let about = [Float](repeating: about, count: channels)
    for input in inputs {
      operation.addMoments(input: input.start, shift: about, sum: &sum, square: &square)
    }
    run.keep("sum", sum)
    run.keep("square", square)
    let means = sum.map { Double(self.about) + $0 / n }
    let mean = means.map { Float($0) }
    let roots = zip(sum, square).map { sum, square in
      1 / (square / n - sum / n * (sum / n) + Self.epsilon).squareRoot()
    }

    let outputScale = zip(scale, roots).map { Float(Double($0) * $1) }
    var output: [Float] = []
    for input in inputs {
      let map = GuardedMap(writing: outputLayout)
      operation.forward(
        input: input.start, mean: mean, scale: outputScale, shift: shift, output: map.start)
      output += map.values
      run.checkGuards(of: input, map)
    }
    run.keep("output", output)

    var (gradientSum, product) = (sum.map { _ in 0.0 }, sum.map { _ in 0.0 })
    for (input, gradient) in zip(inputs, gradients) {
      operation.addProducts(
        input: input.start, outputGradient: gradient.start, mean: mean, sum: &gradientSum,
        product: &product)
    }
    run.keep("gradient sum", gradientSum)
    run.keep("product", product)

    let slope = (0..<channels).map { channel in
      Float(
        -Double(scale[channel]) * roots[channel] * roots[channel] * roots[channel]
          * product[channel] / n)
    }
    let back = (0..<channels).map { channel in
      Float(-Double(scale[channel]) * roots[channel] * gradientSum[channel] / n)
    }
    for accumulate in [false, true] {
      var values: [Float] = []
      for (example, (input, gradient)) in zip(inputs, gradients).enumerated() {
        let map = GuardedMap(writing: inputLayout, over: accumulate ? starts[example] : nil)
        operation.inputGradient(
          input: input.start, outputGradient: gradient.start, mean: mean, scale: outputScale,
          slope: slope, shift: back, inputGradient: map.start, accumulate: accumulate)
        values += map.values
        run.checkGuards(of: input, gradient, map)
      }
      run.keep(accumulate ? "added input gradient" : "input gradient", values)
    }
    return run
  }
}

/// By how much rounding may move each result, to first order in u = 2⁻²⁴ and twice that for what is
/// left out.
private struct Bounds {
  var sums: [(value: Double, tolerance: Double)] = []
  var squares: [(value: Double, tolerance: Double)] = []
  var gradientSums: [(value: Double, tolerance: Double)] = []
  var products: [(value: Double, tolerance: Double)] = []
  var output: [Double]
  var inputGradient: [Double]
  var added: [Double]

  init(count: Int) {
    output = Array(repeating: 0, count: count)
    inputGradient = output
    added = output
  }

  /// Adds a channel, whose values stand at `places`.
  mutating func add(
    _ places: [Int], x: [Double], dy: [Double], start: [Double], about: Double, scale: Double,
    shift: Double, epsilon: Double
  ) {
    let u = 0x1p-24
    let n = Double(places.count)
    let mean = places.reduce(0) { $0 + x[$1] } / n
    let variance = places.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / n
    let root = 1 / (variance + epsilon).squareRoot()
    let g = abs(scale)

    // The sums are gathered in Double: n additions, and two roundings of each term.
    func sum(_ term: (Int) -> Double) -> (value: Double, tolerance: Double) {
      (
        places.reduce(0) { $0 + term($1) },
        2 * (n + 2) * 0x1p-53 * places.reduce(0) { $0 + abs(term($1)) }
      )
    }
    let moment = sum { (x[$0] - about) * (x[$0] - about) }
    sums.append(sum { x[$0] - about })
    squares.append(moment)
    let gradientSum = sum { dy[$0] }
    gradientSums.append(gradientSum)
    // The mean is rounded to Float, which moves every x − mean alike, by up to u·|mean|.
    var product = sum { dy[$0] * (x[$0] - mean) }
    let productError = u * abs(mean) * abs(gradientSum.value)
    product.tolerance += 2 * productError
    products.append(product)

    // 1/√(variance + ε): the sums' error in Double, and one rounding to Float with the scale.
    let e = u + 2 * moment.tolerance / n / (variance + epsilon)
    for place in places {
      let distance = abs(x[place] - mean)
      // (x − mean)·scale + shift: the mean, the difference, the scale, the product, the sum.
      let centred = g * root * distance
      output[place] =
        2 * (g * root * u * abs(mean) + centred * (2 * u + e) + u * (centred + abs(shift)))
      // dy·a + (x − mean)·b + c, with a = scale·root, b = −scale·root³·product/n and
      // c = −scale·root·sum/n: each factor, each product, two sums.
      let first = abs(dy[place]) * g * root
      let b = g * root * root * root * abs(product.value) / n
      let second = distance * b
      let third = g * root * abs(gradientSum.value) / n
      let whole = first + second + third
      inputGradient[place] =
        2
        * (first * (e + u) + second * (3 * e + 3 * u) + b * u * abs(mean)
          + distance * g * root * root * root * productError / n + third * (e + u) + 2 * u * whole)
      added[place] = inputGradient[place] + 2 * u * (whole + abs(start[place]))
    }
  }
}
