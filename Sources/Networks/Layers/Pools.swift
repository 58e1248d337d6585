import ConvKitCore

/// Keeps the largest value of every window: where a feature was found, not exactly where.
public struct MaxPool: Layer {
  /// The stride is the size unless it is given.
  public var window: Window

  public init(
    _ size: PerAxis, stride: PerAxis? = nil, padding: Padding = .valid, overhang: Bool = false
  ) {
    window = Window(size: size, stride: stride ?? size, padding: padding, overhang: overhang)
  }

  public static let kind = "maxPool"
  public static let knobs = poolKnobs

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    try builder.appendPool(.maximum, window, input)
  }

  public init(from decoder: any Decoder) throws {
    window = try Window(from: decoder, strideIsSize: true)
  }

  public func encode(to encoder: any Encoder) throws {
    try window.encode(to: encoder, strideIsSize: true)
  }
}

/// Keeps the mean of every window, over the positions that exist.
public struct AveragePool: Layer {
  /// The stride is the size unless it is given.
  public var window: Window

  public init(
    _ size: PerAxis, stride: PerAxis? = nil, padding: Padding = .valid, overhang: Bool = false
  ) {
    window = Window(size: size, stride: stride ?? size, padding: padding, overhang: overhang)
  }

  public static let kind = "averagePool"
  public static let knobs = poolKnobs

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    try builder.appendPool(.average, window, input)
  }

  public init(from decoder: any Decoder) throws {
    window = try Window(from: decoder, strideIsSize: true)
  }

  public func encode(to encoder: any Encoder) throws {
    try window.encode(to: encoder, strideIsSize: true)
  }
}

/// Keeps the largest value of every channel, wherever it stands: [position…, channel] → [channel].
public struct GlobalMaxPool: Layer {
  public init() {}

  public static let kind = "globalMaxPool"
  public static let knobs: [String] = []

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    try builder.appendGlobalPool(.maximum, input)
  }
}

/// Keeps the mean of every channel: [position…, channel] → [channel].
public struct GlobalAveragePool: Layer {
  public init() {}

  public static let kind = "globalAveragePool"
  public static let knobs: [String] = []

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    try builder.appendGlobalPool(.average, input)
  }
}

private let poolKnobs = ["size", "stride", "padding", "overhang"]

extension GraphBuilder {
  fileprivate mutating func appendPool(
    _ kind: PoolingKind, _ window: Window, _ input: Graph.ValueID
  ) throws -> Graph.ValueID {
    let geometry = try geometry(window, over: input)
    try geometry.checkThatWindowsSeeInput()
    try checkTapLists(geometry)
    return try append(
      .pooling(kind, geometry), [input], extent: geometry.outputExtent,
      channels: channels(of: input))
  }

  /// A global pooling is one window over everything, whose single position is then dropped.
  fileprivate mutating func appendGlobalPool(
    _ kind: PoolingKind, _ input: Graph.ValueID
  ) throws -> Graph.ValueID {
    let geometry = try geometry(Window(size: .each(extent(of: input))), over: input)
    let channels = channels(of: input)
    return try append(
      .pooling(kind, geometry), [input], extent: [], channels: channels,
      parts: [FlatPart(positions: 1, channels: channels)])
  }
}
