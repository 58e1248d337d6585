import ConvKitCore
import ConvKitNetworks

// The lists of problems: the benchmark times what is on them, and the exactness tests hold every one
// to the reference.

extension LayerProblem {
  /// Names of lists: the networks, and those that are no network.
  package static let lists = Workload.all.map(\.name) + ["mobile", "shapes"]

  /// The list of a name of `lists`.
  package static func list(_ name: String) throws -> [LayerProblem] {
    switch name {
    case "mobile": try mobile
    case "shapes": try shapes
    default: try Workload.named(name).map(layers(of:)) ?? []
    }
  }

  /// A convolution alone: maps with no wider halos than it needs itself.
  ///
  /// - Throws: `ShapeError` when no window fits.
  package init(
    _ origin: String, _ layer: String, _ extent: [Int], channels: Int, features: Int,
    groups: Int = 1, size: PerAxis, stride: PerAxis = 1, dilation: PerAxis = 1,
    padding: Padding = .same
  ) throws {
    let geometry = try Window(size: size, stride: stride, dilation: dilation, padding: padding)
      .geometry(over: extent)
    let shape = ConvolutionShape(
      tapCount: geometry.tapCount, inputChannels: channels, features: features, groups: groups)
    let inner = ConvolutionPlan.inputHalo(geometry)
    let outer = ConvolutionPlan.outputGradientHalo(geometry)
    self.init(
      origin: origin, layer: layer, operation: .convolution(shape, geometry), rectify: true,
      hasBias: true, needsInputGradient: true, batch: 32,
      input: MapLayout(extent: extent, channels: channels, low: inner.low, high: inner.high),
      output: MapLayout(extent: geometry.outputExtent, channels: features),
      inputGradient: MapLayout(extent: extent, channels: channels),
      outputGradient: MapLayout(
        extent: geometry.outputExtent, channels: features, low: outer.low, high: outer.high))
  }

  /// Layers of networks for small devices: depthwise and pointwise convolutions (MobileNet, Howard
  /// et al. 2017; MobileNetV2, Sandler et al. 2018; ConvNeXt, Liu et al. 2022), two features a
  /// channel, and groups of a few channels (ResNeXt, Xie et al. 2017).
  private static var mobile: [LayerProblem] {
    get throws {
      func depthwise(
        _ extent: [Int], _ channels: Int, size: PerAxis = 3, stride: PerAxis = 1,
        multiplier: Int = 1
      ) throws -> LayerProblem {
        try LayerProblem(
          "mobile", "depthwise", extent, channels: channels, features: channels * multiplier,
          groups: channels, size: size, stride: stride)
      }
      func pointwise(_ extent: [Int], _ channels: Int, _ features: Int) throws -> LayerProblem {
        try LayerProblem(
          "mobile", "pointwise", extent, channels: channels, features: features, size: 1)
      }
      func grouped(_ extent: [Int], _ channels: Int, groups: Int) throws -> LayerProblem {
        try LayerProblem(
          "mobile", "grouped", extent, channels: channels, features: channels, groups: groups,
          size: 3)
      }
      return [
        try depthwise([112, 112], 32), try depthwise([112, 112], 64, stride: 2),
        try depthwise([56, 56], 128), try depthwise([28, 28], 256),
        try depthwise([14, 14], 512), try depthwise([14, 14], 512, stride: 2),
        try depthwise([7, 7], 1024), try depthwise([56, 56], 24),
        try depthwise([14, 14], 96, size: 5),
        try depthwise([28, 28], 96, size: 7), try depthwise([1000], 64, size: 9),
        try depthwise([16, 16, 16], 32), try depthwise([28, 28], 64, multiplier: 2),
        try depthwise([28, 28], 32, multiplier: 4), try pointwise([56, 56], 64, 128),
        try pointwise([14, 14], 512, 512), try pointwise([7, 7], 1024, 1024),
        try grouped([28, 28], 64, groups: 32), try grouped([28, 28], 128, groups: 32),
        try grouped([14, 14], 256, groups: 32), try grouped([14, 14], 256, groups: 16),
      ]
    }
  }

  /// Every width of the last panel, few channels, and each knob of a window.
  private static var shapes: [LayerProblem] {
    get throws {
      func plain(
        _ name: String, _ channels: Int, _ features: Int, groups: Int = 1, size: PerAxis = 3,
        stride: PerAxis = 1, dilation: PerAxis = 1, padding: Padding = .same
      ) throws -> LayerProblem {
        try LayerProblem(
          "shapes", name, [28, 28], channels: channels, features: features, groups: groups,
          size: size, stride: stride, dilation: dilation, padding: padding)
      }
      var problems: [LayerProblem] = []
      for features in Array(1...40) + Array(65...104) {
        problems.append(try plain("features", 16, features))
      }
      for channels in [1, 3] {
        for features in [1, 4, 8, 16, 24, 32, 48, 64] {
          problems.append(try plain("first", channels, features))
        }
      }
      for channels in [2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 48, 64, 65, 100] {
        for stride in [1, 2] {
          problems.append(
            try plain("depthwise", channels, channels, groups: channels, stride: .all(stride)))
        }
      }
      for (channels, features, groups) in [
        (16, 32, 16), (24, 72, 24), (32, 32, 16), (48, 48, 16), (64, 64, 16), (64, 128, 16),
        (64, 64, 8), (64, 64, 4), (64, 96, 2), (20, 50, 5),
      ] { problems.append(try plain("groups", channels, features, groups: groups)) }
      for stride in 2...4 { problems.append(try plain("stride", 32, 32, stride: .all(stride))) }
      for dilation in 2...4 {
        problems.append(try plain("dilation", 32, 32, dilation: .all(dilation)))
        problems.append(
          try plain("dilation", 32, 32, groups: 32, dilation: .all(dilation), padding: .valid))
      }
      for (channels, features) in [(16, 64), (64, 16), (64, 64), (100, 10)] {
        problems.append(try plain("one tap", channels, features, size: 1))
        problems.append(try plain("one tap", channels, features, size: 1, stride: 2))
      }
      for size in [2, 4, 5, 7] { problems.append(try plain("size", 16, 32, size: .all(size))) }
      return problems
    }
  }
}
