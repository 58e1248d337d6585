import ConvKitReference

// The listing of the gradient cases of the layers with windows; the other file has the rest. Every
// case draws its values from its own seeded generator, so that adding one changes no other.

extension GradientCase {
  static let all: [GradientCase] =
    convolutions + poolings + globalPoolings + dense + activations + batchNormalisations + joinings
    + embeddings + losses

  /// Rank × size × stride × dilation × padding × groups.
  static let convolutions: [GradientCase] = {
    let sizes: [PerAxis] = [[2, 2, 2, 2], [3, 2, 1, 2]]
    let strides: [PerAxis] = [[1, 1, 1, 1], [2, 2, 2, 2], [3, 1, 2, 1]]
    let dilations: [PerAxis] = [[1, 1, 1, 1], [2, 2, 2, 1]]
    // Everything connected; two groups; depthwise with two features for each channel.
    let connections = [
      (channels: 2, features: 3, groups: 1), (channels: 4, features: 2, groups: 2),
      (channels: 3, features: 6, groups: 3),
    ]
    return product([1, 2, 3, 4], sizes, product(strides, dilations), ExamplePadding.allCases)
      .flatMap { rank, size, steps, padding in
        connections.map { connection in
          let extent = exampleExtent(rank: rank)
          let window = padding.window(
            extent: extent, size: size, stride: steps.0, dilation: steps.1)
          return convolution(
            "convolution \(connection) of \(extent), \(padding), \(window)", extent: extent,
            ReferenceConvolution(
              window: window, channels: connection.channels, features: connection.features,
              groups: connection.groups, scale: padding == .same ? 1 / Double(window.taps) : 1))
        }
      }
  }()

  private static func convolution(
    _ name: String, extent: [Int], _ layer: ReferenceConvolution<Double>
  ) -> GradientCase {
    var generator = SplitMix64(seed: 1)
    let input: [Double] = generator.reals(extent.reduce(1, *) * layer.channels)
    let block = { @Sendable (values: [Double]) in
      Block(extent: extent, channels: layer.channels, values: values)
    }
    let outputExtent = layer.window.outputExtent(of: extent)
    return GradientCase(
      name,
      at: [
        "input": input, "weights": generator.reals(layer.weightCount),
        "bias": generator.reals(layer.features),
      ],
      forward: { layer.forward(block($0[0]), weights: $0[1], bias: $0[2]).values },
      backward: { point, gradient in
        let gradient = Block(extent: outputExtent, channels: layer.features, values: gradient)
        return [
          layer.inputGradient(extent: extent, weights: point[1], outputGradient: gradient).values,
          layer.weightGradient(block(point[0]), outputGradient: gradient),
          layer.biasGradient(outputGradient: gradient),
        ]
      })
  }

  /// Rank × size × stride × dilation × padding × overhang, for max and for average pooling.
  static let poolings: [GradientCase] = {
    let sizes: [PerAxis] = [[2, 2, 2, 2], [3, 2, 1, 2]]
    let steps: [(stride: PerAxis, dilation: PerAxis)] = [
      ([1, 1, 1, 1], [1, 1, 1, 1]), ([2, 2, 2, 2], [1, 1, 1, 1]), ([3, 1, 2, 1], [1, 1, 1, 1]),
      ([2, 3, 1, 2], [2, 2, 2, 1]),
    ]
    let paddings: [ExamplePadding] = [.valid, .lopsided]
    return product([1, 2, 3, 4], sizes, steps, product(paddings, [false, true]))
      .flatMap { rank, size, steps, edges in
        let extent = exampleExtent(rank: rank)
        var window = edges.0.window(
          extent: extent, size: size, stride: steps.stride, dilation: steps.dilation)
        // With less padding than taps, no window lies on padding alone.
        for axis in extent.indices {
          window.low[axis] = min(window.low[axis], window.size[axis] - 1)
          window.high[axis] = min(window.high[axis], window.size[axis] - 1)
        }
        window.overhang = edges.1
        return [
          maxPooling("max pooling of \(extent), \(edges.0), \(window)", extent, window),
          averagePooling("average pooling of \(extent), \(edges.0), \(window)", extent, window),
        ]
      }
  }()

  private static func maxPooling(
    _ name: String, _ extent: [Int], _ window: ReferenceWindow
  ) -> GradientCase {
    let layer = ReferenceMaxPooling(window: window)
    return perChannel(
      name, extent: extent, outputExtent: window.outputExtent(of: extent),
      forward: { layer.forward($0).output },
      backward: { input, gradient in
        layer.inputGradient(
          extent: extent, taps: layer.forward(input).taps, outputGradient: gradient)
      })
  }

  private static func averagePooling(
    _ name: String, _ extent: [Int], _ window: ReferenceWindow
  ) -> GradientCase {
    let layer = ReferenceAveragePooling(window: window)
    return perChannel(
      name, extent: extent, outputExtent: window.outputExtent(of: extent),
      forward: { layer.forward($0) },
      backward: { layer.inputGradient(extent: $0.extent, outputGradient: $1) })
  }

  /// Rank × channels, for global max and global average.
  static let globalPoolings: [GradientCase] =
    product([1, 2, 3, 4], [1, 3]).flatMap { rank, channels in
      let extent = exampleExtent(rank: rank)
      let (maximum, average) = (ReferenceGlobalMaxPooling(), ReferenceGlobalAveragePooling())
      return [
        perChannel(
          "global max of \(extent)×\(channels)", extent: extent, channels: channels,
          outputExtent: [], forward: { maximum.forward($0).output },
          backward: { input, gradient in
            maximum.inputGradient(
              extent: extent, positions: maximum.forward(input).positions,
              outputGradient: gradient)
          }),
        perChannel(
          "global average of \(extent)×\(channels)", extent: extent, channels: channels,
          outputExtent: [], forward: { average.forward($0) },
          backward: { average.inputGradient(extent: $0.extent, outputGradient: $1) }),
      ]
    }

  /// A case of an operation without parameters that keeps the channels apart. Its input has neither
  /// ties nor values close to zero.
  static func perChannel(
    _ name: String, extent: [Int], channels: Int = 2, outputExtent: [Int],
    forward: @escaping @Sendable (Block<Double>) -> Block<Double>,
    backward: @escaping @Sendable (Block<Double>, Block<Double>) -> Block<Double>
  ) -> GradientCase {
    var generator = SplitMix64(seed: 1)
    let input: [Double] = generator.distinctReals(extent.reduce(1, *) * channels)
    let block = { @Sendable (values: [Double]) in
      Block(extent: extent, channels: channels, values: values)
    }
    return GradientCase(
      name, at: ["input": input], forward: { forward(block($0[0])).values },
      backward: { point, gradient in
        let gradient = Block(extent: outputExtent, channels: channels, values: gradient)
        return [backward(block(point[0]), gradient).values]
      })
  }
}
