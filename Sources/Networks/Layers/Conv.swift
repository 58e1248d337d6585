import ConvKitCore

/// Convolution: looks for each of its features at every position of the input.
///
/// [position…, channel] → [position…, feature]. Parameters `weight`, in a model file
/// [feature, channel of the group, tap…], and `bias` [feature].
public struct Conv: Layer {
  /// How many features it learns; each gives one feature map.
  public var features: Int
  /// Size, stride, dilation and padding of a feature.
  public var window: Window
  /// Groups of channels and features that see only one another: 1 for all with all, the number of
  /// channels for depthwise.
  public var groups: Int
  /// Whether every feature has a value that is added everywhere.
  public var bias: Bool
  public var initialization: Initialization

  public init(
    _ features: Int, size: PerAxis, stride: PerAxis = 1, dilation: PerAxis = 1,
    padding: Padding = .valid, groups: Int = 1, bias: Bool = true,
    initialization: Initialization = .he
  ) {
    self.features = features
    window = Window(size: size, stride: stride, dilation: dilation, padding: padding)
    self.groups = groups
    self.bias = bias
    self.initialization = initialization
  }

  public static let kind = "conv"
  public static let knobs = [
    "features", "size", "stride", "dilation", "padding", "groups", "bias", "initialization",
  ]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    guard !window.overhang else {
      throw ShapeError(
        received: "a window that may hang over the edge", needed: "one that lies inside",
        remedy: "Only poolings have an overhang; use padding.")
    }
    let geometry = try builder.geometry(window, over: input)
    let channels = builder.channels(of: input)
    // The upper limit keeps the products below inside an Int.
    guard 1...1 << 31 ~= features, groups >= 1 else {
      throw ShapeError(
        received: "\(features) features in \(groups) groups",
        needed: "at least one of each and at most \(1 << 31) features",
        remedy: "Correct the number.")
    }
    guard channels % groups == 0, features % groups == 0 else {
      throw ShapeError(
        received: "\(groups) groups for \(channels) channels and \(features) features",
        needed: "a number of groups that divides both",
        remedy: "Use 1 group, or \(channels) for a depthwise convolution.")
    }
    try builder.checkGradient(geometry, features: features)
    let shape = ConvolutionShape(
      tapCount: geometry.tapCount, inputChannels: channels, features: features, groups: groups)
    var parameters = [
      try builder.parameter(
        "weight",
        .convolution(
          sizes: geometry.axes.map(\.size), inputs: shape.inputsPerGroup, features: features),
        initialization.values(
          inputs: shape.tapCount * shape.inputsPerGroup,
          outputs: shape.tapCount * shape.featuresPerGroup),
        decays: true)
    ]
    if bias {
      parameters.append(try builder.parameter("bias", .plain([features]), .constant(0)))
    }
    let extent = geometry.outputExtent
    return try builder.append(
      .convolution(shape, geometry), [input], extent: extent, channels: features,
      parameters: parameters,
      multiplyAdds: extent.reduce(shape.tapCount * shape.inputsPerGroup * features, *))
  }

  enum CodingKeys: CodingKey {
    case features, groups, bias, initialization
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    features = try container.decode(Int.self, forKey: .features)
    window = try Window(from: decoder)
    groups = try container.decodeIfPresent(Int.self, forKey: .groups) ?? 1
    bias = try container.decodeIfPresent(Bool.self, forKey: .bias) ?? true
    initialization =
      try container.decodeIfPresent(Initialization.self, forKey: .initialization) ?? .he
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(features, forKey: .features)
    try window.encode(to: encoder)
    if groups != 1 { try container.encode(groups, forKey: .groups) }
    if !bias { try container.encode(bias, forKey: .bias) }
    if initialization != .he { try container.encode(initialization, forKey: .initialization) }
  }
}

/// How wide the first weights are drawn.
public enum Initialization: String, Codable, Sendable {
  /// By the number of inputs, for layers that ReLU follows (He et al. 2015).
  case he
  /// By the numbers of inputs and outputs (Glorot and Bengio 2010).
  case glorot

  func values(inputs: Int, outputs: Int) -> InitialValues {
    switch self {
    case .he: .he(inputs: inputs)
    case .glorot: .glorot(inputs: inputs, outputs: outputs)
    }
  }
}
