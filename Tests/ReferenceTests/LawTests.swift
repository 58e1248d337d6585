import ConvKitReference
import Testing

/// What must hold whatever the values are. They are small integers, so that every comparison is exact.
@Suite("Laws")
struct LawTests {
  /// Stride × dilation × padding at each rank, with two channels in and four features.
  static let windows: [(extent: [Int], window: ReferenceWindow)] =
    product(
      [1, 2, 3, 4], [[1, 1, 1, 1], [2, 3, 1, 2]], [[1, 1, 1, 1], [2, 1, 2, 1]],
      ExamplePadding.allCases
    )
    .map { rank, stride, dilation, padding in
      let extent = exampleExtent(rank: rank)
      let window = padding.window(
        extent: extent, size: [3, 2, 2, 2], stride: stride, dilation: dilation)
      return (extent, window)
    }

  private let channels = 2
  private let features = 4

  private func integers(_ seed: UInt64, extent: [Int], channels: Int) -> Block<Double> {
    var generator = SplitMix64(seed: seed)
    return Block(
      extent: extent, channels: channels,
      values: generator.integers(extent.reduce(channels, *)))
  }

  private func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map(*).reduce(0, +) }

  /// ⟨conv(x, w), y⟩ = ⟨x, convᵀ(y, w)⟩ = ⟨w, the gradient of w⟩: all three are one sum of products.
  @Test(arguments: windows)
  func convolutionAndItsGradientsAreAdjoint(extent: [Int], window: ReferenceWindow) {
    for groups in [1, 2] {
      let layer = ReferenceConvolution<Double>(
        window: window, channels: channels, features: features, groups: groups)
      var generator = SplitMix64(seed: 2)
      let weights: [Double] = generator.integers(layer.weightCount)
      let x = integers(1, extent: extent, channels: channels)
      let output = layer.forward(x, weights: weights)
      let y = integers(3, extent: output.extent, channels: features)

      let product = inner(output.values, y.values)
      let transposed = layer.inputGradient(extent: extent, weights: weights, outputGradient: y)
      #expect(product == inner(x.values, transposed.values))
      #expect(product == inner(weights, layer.weightGradient(x, outputGradient: y)))
    }
  }

  /// An extra axis of extent 1 (size 1, no padding there) changes nothing, wherever it is put.
  @Test(arguments: windows)
  func anAxisOfExtentOneChangesNothing(extent: [Int], window: ReferenceWindow) {
    let x = integers(1, extent: extent, channels: channels)
    var pooling = window
    for axis in extent.indices {
      pooling.low[axis] = min(window.low[axis], window.size[axis] - 1)
      pooling.high[axis] = min(window.high[axis], window.size[axis] - 1)
    }
    for axis in 0...extent.count {
      var widerX = x
      widerX.extent.insert(1, at: axis)
      let layer = ReferenceConvolution<Double>(
        window: window, channels: channels, features: features)
      var wider = layer
      wider.window = widened(window, at: axis)
      var generator = SplitMix64(seed: 2)
      let weights: [Double] = generator.integers(layer.weightCount)

      let output = layer.forward(x, weights: weights)
      let widerOutput = wider.forward(widerX, weights: weights)
      #expect(output.values == widerOutput.values)
      #expect(inserting(1, at: axis, in: output.extent) == widerOutput.extent)
      #expect(
        layer.inputGradient(extent: extent, weights: weights, outputGradient: output).values
          == wider.inputGradient(
            extent: widerX.extent, weights: weights, outputGradient: widerOutput
          ).values)
      #expect(
        layer.weightGradient(x, outputGradient: output)
          == wider.weightGradient(widerX, outputGradient: widerOutput))

      let maxima = ReferenceMaxPooling(window: pooling).forward(x)
      let widerMaxima = ReferenceMaxPooling(window: widened(pooling, at: axis)).forward(widerX)
      #expect(maxima.output.values == widerMaxima.output.values)
      #expect(maxima.taps == widerMaxima.taps)
      let averages = ReferenceAveragePooling(window: pooling).forward(x)
      let widerAverages = ReferenceAveragePooling(window: widened(pooling, at: axis))
        .forward(widerX)
      #expect(averages.values == widerAverages.values)
    }
  }

  private func inserting(_ number: Int, at axis: Int, in list: [Int]) -> [Int] {
    Array(list[..<axis]) + [number] + Array(list[axis...])
  }

  /// The stride of the new axis makes no difference, so it is not 1.
  private func widened(_ window: ReferenceWindow, at axis: Int) -> ReferenceWindow {
    ReferenceWindow(
      size: inserting(1, at: axis, in: window.size),
      stride: inserting(3, at: axis, in: window.stride),
      dilation: inserting(2, at: axis, in: window.dilation),
      low: inserting(0, at: axis, in: window.low),
      high: inserting(0, at: axis, in: window.high), overhang: window.overhang)
  }

  /// Groups are a matrix of blocks along the diagonal: what connects two groups is zero.
  @Test(arguments: windows)
  func groupsAreBlockDiagonal(extent: [Int], window: ReferenceWindow) {
    let grouped = ReferenceConvolution<Double>(
      window: window, channels: channels, features: features, groups: channels)
    var full = grouped
    full.groups = 1
    var generator = SplitMix64(seed: 2)
    let weights: [Double] = generator.integers(grouped.weightCount)
    // Where each weight of the grouped layer stands among those of the full one.
    let featuresOfGroup = features / channels
    let places = (0..<window.taps).flatMap { tap in
      (0..<features).map { feature in
        (tap * channels + feature / featuresOfGroup) * features + feature
      }
    }
    var diagonal = [Double](repeating: 0, count: full.weightCount)
    for (weight, place) in zip(weights, places) { diagonal[place] = weight }

    let x = integers(1, extent: extent, channels: channels)
    let y = grouped.forward(x, weights: weights)
    #expect(y == full.forward(x, weights: diagonal))
    #expect(
      grouped.inputGradient(extent: extent, weights: weights, outputGradient: y)
        == full.inputGradient(extent: extent, weights: diagonal, outputGradient: y))
    let fullGradient = full.weightGradient(x, outputGradient: y)
    #expect(grouped.weightGradient(x, outputGradient: y) == places.map { fullGradient[$0] })
  }

  /// With stride 1 `same` keeps the extent, for every size and dilation; with another it gives
  /// ⌈extent / stride⌉, and never more padding on the low side.
  @Test func sameKeepsTheExtent() {
    for (extent, size, dilation, stride) in product(
      Array(1...9), Array(1...7), Array(1...4), Array(1...4))
    {
      let window = ReferenceWindow.same(
        extent: [extent], size: [size], stride: [stride], dilation: [dilation])
      #expect(window.outputExtent(of: [extent]) == [(extent + stride - 1) / stride])
      #expect((0...1).contains(window.high[0] - window.low[0]))
    }
  }

  /// A dense layer is a convolution whose feature is the whole map; so is one after flattening.
  @Test(arguments: [1, 2, 3, 4])
  func denseIsAConvolutionOfTheWholeMap(rank: Int) {
    let extent = exampleExtent(rank: rank)
    let layer = ReferenceConvolution<Double>(
      window: .whole(extent), channels: channels, features: features)
    let dense = ReferenceDense(inputs: layer.weightCount / features, outputs: features)
    var generator = SplitMix64(seed: 2)
    let weights: [Double] = generator.integers(layer.weightCount)
    let x = integers(1, extent: extent, channels: channels)
    let flat = ReferenceFlatten().forward(x)
    let votes = dense.forward(flat, weights: weights)
    #expect(layer.forward(x, weights: weights).values == votes.values)

    // And a dense layer is the convolution of rank 0, which has one position and one tap.
    var rankless = layer
    rankless.window = .whole([])
    (rankless.channels, rankless.features) = (dense.inputs, features)
    #expect(rankless.forward(flat, weights: weights) == votes)
    let gradients = dense.gradients(flat, weights: weights, outputGradient: votes)
    #expect(
      gradients.input
        == rankless.inputGradient(extent: [], weights: weights, outputGradient: votes))
    #expect(gradients.weights == rankless.weightGradient(flat, outputGradient: votes))
  }

  /// Without padding, average pooling is filtering with features of ones, one for each channel.
  /// (A window of eight taps, so that the average is exact.)
  @Test(arguments: [1, 2, 3, 4])
  func averagePoolingIsFilteringWithOnes(rank: Int) {
    let extent = exampleExtent(rank: rank)
    let size = [[8], [4, 2], [2, 2, 2], [2, 2, 2, 1]][rank - 1]
    let window = ReferenceWindow(size: size)
    let filtering = ReferenceConvolution<Double>(
      window: window, channels: channels, features: channels, groups: channels, scale: 1 / 8)
    let ones = [Double](repeating: 1, count: filtering.weightCount)
    let x = integers(1, extent: extent, channels: channels)
    let pooling = ReferenceAveragePooling(window: window)
    let y = pooling.forward(x)
    #expect(filtering.forward(x, weights: ones) == y)
    #expect(
      filtering.inputGradient(extent: extent, weights: ones, outputGradient: y)
        == pooling.inputGradient(extent: extent, outputGradient: y))
    let whole = ReferenceAveragePooling(window: .whole(extent)).forward(x)
    #expect(ReferenceGlobalAveragePooling().forward(x).values == whole.values)
  }

  /// The same operations in Float: on small integers, the same numbers.
  @Test(arguments: windows)
  func everyScalarGivesTheSameOnIntegers(extent: [Int], window: ReferenceWindow) {
    func output<Scalar: ReferenceScalar>(_: Scalar.Type) -> [Double] {
      var generator = SplitMix64(seed: 1)
      let layer = ReferenceConvolution<Scalar>(
        window: window, channels: channels, features: features)
      let x = Block<Scalar>(
        extent: extent, channels: channels,
        values: generator.integers(extent.reduce(channels, *)))
      let weights: [Scalar] = generator.integers(layer.weightCount)
      return layer.forward(x, weights: weights).values.map(Double.init)
    }
    #expect(output(Float.self) == output(Double.self))
  }
}
