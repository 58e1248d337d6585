import ConvKitCore
import ConvKitReference

/// The shape of a pooling to be tested.
struct PoolingProblem: Sendable, CustomStringConvertible {
  var extent: [Int]
  var channels: Int
  var size: [Int]
  var stride: [Int]
  var dilation: [Int]
  var low: [Int]
  var high: [Int]
  var overhang = false
  /// Whether the window is the map and its output has no axis left.
  var isGlobal = false
  /// Positions of halo around its maps, as for other readers.
  var spare = 0

  var description: String {
    "\(extent.asExtent)x\(channels), size \(size) stride \(stride) dilation \(dilation)"
      + " padding \(low) \(high)\(overhang ? " overhang" : "")\(isGlobal ? " global" : "")"
      + " spare \(spare)"
  }

  var window: Window {
    Window(
      size: .each(size), stride: .each(stride), dilation: .each(dilation),
      padding: .each(low: .each(low), high: .each(high)), overhang: overhang)
  }

  var referenceWindow: ReferenceWindow {
    ReferenceWindow(
      size: size, stride: stride, dilation: dilation, low: low, high: high, overhang: overhang)
  }

  /// Whether there is a window, and every window holds a position of the input.
  var fits: Bool {
    let window = referenceWindow
    let hasRoom = extent.indices.allSatisfy {
      extent[$0] + low[$0] + high[$0] + (overhang ? stride[$0] - 1 : 0) >= window.span[$0]
    }
    guard hasRoom else { return false }
    let windows = window.outputExtent(of: extent).reduce(1, *)
    return Set(window.readings(of: extent).map(\.output)).count == windows
  }

  /// A problem of up to four axes that fits.
  static func random(_ generator: inout SplitMix64) -> PoolingProblem {
    while true {
      let rank = generator.integer(in: 1...4)
      func axes(_ range: ClosedRange<Int>) -> [Int] {
        (0..<rank).map { _ in generator.integer(in: range) }
      }
      let widths = [1, 2, 3, 7, 8, 16, 17, 33]
      var problem = PoolingProblem(
        extent: axes(1...[40, 10, 6, 4][rank - 1]), channels: widths[generator.integer(in: 0...7)],
        size: axes(1...[7, 4, 3, 2][rank - 1]), stride: axes(1...4), dilation: axes(1...3),
        low: axes(0...2), high: axes(0...2), overhang: generator.integer(in: 0...1) == 1,
        spare: max(0, generator.integer(in: -1...2)))
      if generator.integer(in: 0...9) == 0 {
        problem.isGlobal = true
        problem.size = problem.extent
        problem.stride = axes(1...1)
        problem.dilation = problem.stride
        (problem.low, problem.high) = (axes(0...0), axes(0...0))
      }
      if problem.fits { return problem }
    }
  }
}

/// Both poolings and their gradients on seeded values, with the reference's answers.
struct PoolingExample: Example {
  let problem: PoolingProblem
  let expectations: [Expectation]
  private let input: [Float]
  private let outputGradient: [Float]
  private let inputGradientStart: [Float]

  /// - Parameter withNaN: whether one in eight values is NaN.
  init(
    _ problem: PoolingProblem, _ values: Values = .integers, withNaN: Bool = false,
    seed: UInt64 = 1
  ) {
    var generator = SplitMix64(seed: seed)
    var input = values.make(problem.extent.reduce(problem.channels, *), &generator)
    if withNaN {
      for index in input.indices where generator.integer(in: 0...7) == 0 { input[index] = .nan }
    }
    let start = values.make(input.count, &generator)
    // The reference runs in Float and in the same order: an average's division rounds as it does.
    let block = Block(extent: problem.extent, channels: problem.channels, values: input)
    let maximum = ReferenceMaxPooling(window: problem.referenceWindow)
    let average = ReferenceAveragePooling(window: problem.referenceWindow)
    let (largest, taps) = maximum.forward(block)
    let outputGradient = Block(
      extent: largest.extent, channels: problem.channels,
      values: values.make(largest.values.count, &generator))

    // Gradients are added one by one to what stood there, which the reference starts from 0
    // instead. A position belongs to at most as many windows as a window has taps.
    let tolerance = zip(
      average.inputGradient(extent: problem.extent, outputGradient: outputGradient.map(abs)).values,
      maximum.inputGradient(
        extent: problem.extent, taps: taps, outputGradient: outputGradient.map(abs)
      ).values
    ).enumerated().map { index, gradients in
      sumTolerance(
        terms: maximum.window.taps + 2,
        magnitude: Double(max(gradients.0, gradients.1)) + abs(Double(start[index])))
    }
    func added(_ gradient: Block<Float>) -> [Double] {
      zip(gradient.values, start).map { Double($0) + Double($1) }
    }
    expectations = [
      Expectation("maximum", largest.values), Expectation("winners", taps.map(Double.init)),
      Expectation(
        "maximum gradient",
        added(
          maximum.inputGradient(
            extent: problem.extent, taps: taps, outputGradient: outputGradient)),
        tolerance: values == .integers ? nil : tolerance),
      Expectation("average", average.forward(block).values),
      Expectation(
        "average gradient",
        added(average.inputGradient(extent: problem.extent, outputGradient: outputGradient)),
        tolerance: tolerance),
    ]
    self.problem = problem
    self.input = input
    self.outputGradient = outputGradient.values
    inputGradientStart = start
  }

  func run(on instructionSet: InstructionSet) throws -> Run {
    try run(on: instructionSet, altering: { _ in })
  }

  /// - Parameter alter: plants a fault in the plan of the values and in that of the gradients.
  func run(
    on instructionSet: InstructionSet, altering alter: (inout PoolingPlan) -> Void,
    planningFor alterLayout: (MapLayout) -> MapLayout = { $0 }
  ) throws -> Run {
    let geometry = try problem.window.geometry(over: problem.extent)
    try geometry.checkThatWindowsSeeInput()
    let inputLayout = MapLayout(extent: problem.extent, channels: problem.channels)
      .widened(by: problem.spare)
    let outputLayout = MapLayout(
      extent: problem.isGlobal ? [] : geometry.outputExtent, channels: problem.channels
    ).widened(by: problem.spare)
    // Gradients lie otherwise than values, as they may in a network.
    let outputGradientLayout = outputLayout.widened(by: 1)
    let inputGradientLayout = MapLayout(extent: problem.extent, channels: problem.channels)

    var forward = PoolingPlan(
      geometry: geometry, input: alterLayout(inputLayout), output: outputLayout)
    var gradient = PoolingPlan(
      geometry: geometry, input: inputGradientLayout, output: outputGradientLayout)
    alter(&forward)
    alter(&gradient)
    let pooling = Pooling(forward: forward, gradient: gradient, instructionSet: instructionSet)

    var run = Run()
    let input = GuardedMap(reading: input, in: inputLayout, halo: .nan)
    let outputGradient = GuardedMap(reading: outputGradient, in: outputGradientLayout)
    let maximum = GuardedMap(writing: outputLayout)
    var winners = [Int32](repeating: -1, count: geometry.outputExtent.reduce(problem.channels, *))
    pooling.maximum(input: input.start, output: maximum.start, index: &winners)
    run.keep("maximum", maximum)
    run.keep("winners", winners.map(Double.init))

    // A gradient must not follow an index that a planted fault left invalid.
    let taps = 0..<Int32(geometry.tapCount)
    if winners.allSatisfy(taps.contains), pooling.indexCount == winners.count {
      let gradient = GuardedMap(writing: inputGradientLayout, over: inputGradientStart)
      pooling.maximumGradient(
        index: winners, outputGradient: outputGradient.start, inputGradient: gradient.start)
      run.keep("maximum gradient", gradient)
    }

    let average = GuardedMap(writing: outputLayout)
    pooling.average(input: input.start, output: average.start)
    run.keep("average", average)
    let averageGradient = GuardedMap(writing: inputGradientLayout, over: inputGradientStart)
    pooling.averageGradient(
      outputGradient: outputGradient.start, inputGradient: averageGradient.start)
    run.keep("average gradient", averageGradient)
    run.checkGuards(of: input, outputGradient)
    return run
  }
}
