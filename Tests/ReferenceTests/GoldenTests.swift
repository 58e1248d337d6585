import ConvKitReference
import Testing

/// 1, 2, 3, …
private func counting(_ count: Int) -> [Double] { (0..<count).map { Double($0 + 1) } }

@Suite("Answers worked out by hand")
struct GoldenTests {
  @Test(arguments: GoldenConvolution.table)
  func convolution(_ golden: GoldenConvolution) {
    let layer = ReferenceConvolution<Double>(window: golden.window, channels: 1, features: 1)
    let input = Block(
      extent: golden.extent, channels: 1, values: counting(golden.extent.reduce(1, *)))
    let weights = counting(layer.weightCount)
    let output = layer.forward(input, weights: weights)
    #expect(output.values == golden.output)

    let ones = output.map { _ in 1 }
    let inputGradient = layer.inputGradient(
      extent: golden.extent, weights: weights, outputGradient: ones)
    #expect(inputGradient.values == golden.inputGradient)
    #expect(layer.weightGradient(input, outputGradient: ones) == golden.weightGradient)
    #expect(layer.biasGradient(outputGradient: ones) == [Double(output.positions)])
  }

  @Test(arguments: GoldenPooling.table)
  func pooling(_ golden: GoldenPooling) {
    let input = Block(
      extent: golden.extent, channels: 1,
      values: golden.map ?? counting(golden.extent.reduce(1, *)))
    let (maxima, taps) = ReferenceMaxPooling(window: golden.window).forward(input)
    #expect(maxima.values == golden.maxima)
    #expect(taps == golden.taps)
    #expect(
      ReferenceAveragePooling(window: golden.window).forward(input).values == golden.averages)
  }

  @Test(arguments: GoldenExtent.table)
  func outputExtent(_ golden: GoldenExtent) {
    var window = golden.window
    #expect(window.outputExtent(of: [golden.extent]) == [golden.dropping])
    window.overhang = true
    #expect(window.outputExtent(of: [golden.extent]) == [golden.overhanging])
  }

  /// A window that does not fit once is refused, also where a division would round up to one window.
  @Test func aMapSmallerThanTheWindowIsRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = ReferenceWindow(size: [5], stride: [2]).outputExtent(of: [4])
    }
    let overhanging = ReferenceWindow(size: [5], stride: [2], overhang: true)
    #expect(overhanging.outputExtent(of: [4]) == [1])
  }

  /// Two channels, two features: weights are [tap, channel, feature], the feature fastest.
  @Test func layoutOfWeights() {
    let layer = ReferenceConvolution<Double>(
      window: ReferenceWindow(size: [2]), channels: 2, features: 2)
    let output = layer.forward(
      Block(extent: [2], channels: 2, values: [1, 10, 100, 1000]),
      weights: [1, 2, 3, 4, 5, 6, 7, 8], bias: [0.5, 0.25])
    #expect(output.values == [7531.5, 8642.25])
  }

  /// Two groups: the first feature reads the first two channels, the second the other two.
  @Test func layoutOfGroupedWeights() {
    let layer = ReferenceConvolution<Double>(
      window: ReferenceWindow(size: [1]), channels: 4, features: 2, groups: 2)
    let output = layer.forward(
      Block(extent: [1], channels: 4, values: [1, 10, 100, 1000]), weights: [1, 2, 3, 4])
    #expect(output.values == [31, 4200])
  }

  @Test func same() {
    let window = ReferenceWindow.same(
      extent: [5, 6, 1], size: [2, 3, 5], stride: [1, 2, 1], dilation: [1, 1, 2])
    #expect(window.low == [0, 0, 4])
    #expect(window.high == [1, 1, 4])
    #expect(window.outputExtent(of: [5, 6, 1]) == [5, 3, 1])
  }

  @Test func notANumberPropagatesAndTheFirstWins() {
    let pooling = ReferenceMaxPooling(window: ReferenceWindow(size: [3]))
    let input = Block<Double>(extent: [6], channels: 1, values: [9, .nan, .nan, 1, 2, 8])
    let (output, taps) = pooling.forward(input)
    #expect(output.values.map(\.isNaN) == [true, true, true, false])
    #expect(taps == [1, 0, 0, 2])
    let gradient = pooling.inputGradient(
      extent: [6], taps: taps,
      outputGradient: Block(extent: [4], channels: 1, values: [1, 2, 4, 8]))
    #expect(gradient.values == [0, 3, 4, 0, 0, 8])
    #expect(ReferenceGlobalMaxPooling().forward(input).positions == [1])
    #expect(ReferenceReLU().forward(input).values[1].isNaN)
    #expect(ReferenceLeakyReLU(slope: 0.1).forward(input).values[1].isNaN)
  }

  /// A maximum below which nothing lies is found too, and padding does not take its place.
  @Test func minusInfinityIsAValue() {
    let pooling = ReferenceMaxPooling(window: ReferenceWindow(size: [2], low: [1]))
    let (output, taps) = pooling.forward(
      Block(extent: [2], channels: 1, values: [-.infinity, -.infinity] as [Double]))
    #expect(output.values == [-.infinity, -.infinity])
    #expect(taps == [1, 0])
  }

  @Test func activations() {
    let input = Block<Double>([-2, -0.0, 0, 3])
    let ones = input.map { _ in 1 }
    #expect(ReferenceReLU().forward(input).values == [0, 0, 0, 3])
    #expect(ReferenceReLU().inputGradient(input, outputGradient: ones).values == [0, 0, 0, 1])
    let leaky = ReferenceLeakyReLU(slope: 0.25)
    #expect(leaky.forward(input).values == [-0.5, 0, 0, 3])
    #expect(leaky.inputGradient(input, outputGradient: ones).values == [0.25, 0.25, 0.25, 1])
    let dropout = ReferenceDropout(probability: 0.75)
    let keep = [true, false, true, false]
    #expect(dropout.forward(input, keep: keep).values == [-8, 0, 0, 0])
    #expect(dropout.inputGradient(keep: keep, outputGradient: ones).values == [4, 0, 4, 0])
  }

  @Test func denseConcatenationAndEmbedding() {
    let dense = ReferenceDense(inputs: 2, outputs: 3)
    let votes = dense.forward(
      Block<Double>([1, 10]), weights: [1, 2, 3, 4, 5, 6], bias: [0, 0, 7])
    #expect(votes == Block([41, 52, 70]))

    let joined = ReferenceConcatenation().forward([
      Block<Double>(extent: [2], channels: 1, values: [1, 2]),
      Block<Double>(extent: [2], channels: 2, values: [3, 4, 5, 6]),
    ])
    #expect(joined == Block(extent: [2], channels: 3, values: [1, 3, 4, 2, 5, 6]))

    var embedding = ReferenceEmbedding(vocabulary: 3, size: 2)
    let rows = embedding.forward([2, 0, 2], extent: [3], table: [1, 2, 3, 4, 5, 6] as [Double])
    #expect(rows == Block(extent: [3], channels: 2, values: [5, 6, 1, 2, 5, 6]))
    #expect(embedding.tableGradient([2, 0, 2], outputGradient: rows) == [1, 2, 0, 0, 10, 12])
    embedding.frozenToken = 0
    #expect(embedding.tableGradient([2, 0, 2], outputGradient: rows) == [0, 0, 0, 0, 10, 12])
  }
}
