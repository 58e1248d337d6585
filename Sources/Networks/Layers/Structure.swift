import ConvKitCore

/// Forgets positions: [position…, channel] → [value], so that a dense layer can weigh each.
///
/// The number of values depends on the extent, so a network with it takes inputs of one extent.
public struct Flatten: Layer {
  public init() {}

  public static let kind = "flatten"
  public static let knobs: [String] = []

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    let extent = builder.extent(of: input)
    guard !extent.isEmpty else { return input }
    guard !builder.inputShape.varies else {
      throw ShapeError(
        received: "inputs whose extent varies (\(builder.inputShape))",
        needed: "inputs of one extent",
        remedy: "Use GlobalMaxPool() or GlobalAveragePool() in its place, or cut and pad the"
          + " inputs to one extent.")
    }
    let channels = builder.channels(of: input)
    let positions = extent.reduce(1, *)
    return try builder.append(
      .flatten, [input], extent: [], channels: positions * channels,
      parts: [FlatPart(positions: positions, channels: channels)])
  }
}

/// A learned vector for every token: tokens [position…] → [position…, channel].
///
/// Parameter `weight` [token, channel].
public struct Embedding: TakesTokens {
  /// The length of a vector.
  public var channels: Int
  /// The standard deviation of the values that training starts from. What is small is soon forgotten
  /// and learned anew; large ones stay much as chance made them.
  public var deviation: Float

  public init(_ channels: Int, deviation: Float = 1) {
    self.channels = channels
    self.deviation = deviation
  }

  public static let kind = "embedding"
  public static let knobs = ["channels", "deviation"]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    guard case .tokens(let vocabulary) = builder.inputShape.content, input == 0 else {
      throw ShapeError(
        received: "values", needed: "tokens",
        remedy: "Embedding is the first layer of a network for text; leave it out for others.")
    }
    guard channels >= 1, vocabulary >= 1 else {
      throw ShapeError(
        received: "\(channels) channels for \(vocabulary) tokens", needed: "at least one of each",
        remedy: "Correct the number.")
    }
    guard deviation >= 0, deviation <= 1000 else {
      throw ShapeError(
        received: "a deviation of \(deviation)", needed: "0 to 1000",
        remedy: "Correct the number.")
    }
    let weight = try builder.parameter(
      "weight", .plain([vocabulary, channels]), .uniform(deviation: deviation), decays: true)
    return try builder.append(
      .embedding(vocabulary: vocabulary), [input], extent: builder.extent(of: input),
      channels: channels, parameters: [weight])
  }

  enum CodingKeys: CodingKey {
    case channels, deviation
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    channels = try container.decode(Int.self, forKey: .channels)
    deviation = try container.decodeIfPresent(Float.self, forKey: .deviation) ?? 1
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(channels, forKey: .channels)
    if deviation != 1 { try container.encode(deviation, forKey: .deviation) }
  }
}

/// A channel for every token, 1 where it stands and 0 elsewhere: tokens [position…] →
/// [position…, token]. Padding is a channel too, and nothing learns.
///
/// For small vocabularies, as characters: the network sees the picture of position × token.
/// Parameter `weight` [token, token], the identity.
public struct OneHot: TakesTokens {
  public init() {}

  public static let kind = "oneHot"
  public static let knobs: [String] = []

  /// The most tokens: their table then takes 4 MiB, in the model file too.
  static let mostTokens = 1024

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    guard case .tokens(let vocabulary) = builder.inputShape.content, input == 0 else {
      throw ShapeError(
        received: "values", needed: "tokens",
        remedy: "OneHot is the first layer of a network for text; leave it out for others.")
    }
    guard 1...Self.mostTokens ~= vocabulary else {
      throw ShapeError(
        received: "\(vocabulary) tokens", needed: "at most \(Self.mostTokens)",
        remedy: "Use Embedding, or fewer tokens, such as characters.")
    }
    let weight = try builder.frozen {
      try $0.parameter(
        "weight", .plain([vocabulary, vocabulary]), .identity(vocabulary), decays: false)
    }
    return try builder.append(
      .embedding(vocabulary: vocabulary), [input], extent: builder.extent(of: input),
      channels: vocabulary, parameters: [weight])
  }
}

/// Several ways through the network side by side, whose channels are joined in order.
public struct Branches: TakesTokens {
  public var branches: [Branch]

  public init(@BranchBuilder _ branches: () -> [Branch]) { self.branches = branches() }

  public static let kind = "branches"
  public static let knobs = ["branches"]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    let outputs = try branches.map { try builder.lower($0.layers, from: input) }
    guard let first = outputs.first else {
      throw ShapeError(
        received: "no branch", needed: "at least one", remedy: "Give it a Branch { … }.")
    }
    let extents = outputs.map { builder.extent(of: $0) }
    guard extents.allSatisfy({ $0 == extents[0] }) else {
      throw ShapeError(
        received: "branches that end in \(extents.map(\.asExtent).joined(separator: ", "))",
        needed: "branches of one extent, so that their channels can be joined",
        remedy: "Give them the same strides and padding, or end each in a global pooling.")
    }
    guard outputs.count > 1 else { return first }
    return try builder.append(
      .concatenation, outputs, extent: extents[0],
      channels: outputs.reduce(0) { $0 + builder.channels(of: $1) },
      parts: outputs.flatMap { builder.parts(of: $0) })
  }
}

/// Adds what comes in to what its layers make of it (He et al. 2016).
public struct Residual: Layer {
  public var body: Network
  /// What the input goes through on its way around; empty where the shapes are the same.
  public var shortcut: Network

  public init(
    @LayerBuilder _ body: () -> [any Layer],
    @LayerBuilder shortcut: () -> [any Layer] = { [] }
  ) {
    self.body = Network(layers: body())
    self.shortcut = Network(layers: shortcut())
  }

  public static let kind = "residual"
  public static let knobs = ["body", "shortcut"]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    let main = try builder.lower(body.layers, from: input)
    let around = try builder.lower(shortcut.layers, from: input)
    let extent = builder.extent(of: main)
    let channels = builder.channels(of: main)
    guard extent == builder.extent(of: around), channels == builder.channels(of: around) else {
      throw ShapeError(
        received: "\((extent + [channels]).asExtent) from its layers and"
          + " \((builder.extent(of: around) + [builder.channels(of: around)]).asExtent) around them",
        needed: "two maps of one shape",
        remedy: "Use padding `same` inside, or a shortcut such as Conv(\(channels), size: 1) with"
          + " the same stride.")
    }
    return try builder.append(
      .sum, [main, around], extent: extent, channels: channels, parts: builder.parts(of: main))
  }

  enum CodingKeys: CodingKey {
    case body, shortcut
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    body = try container.decode(Network.self, forKey: .body)
    shortcut =
      try container.decodeIfPresent(Network.self, forKey: .shortcut) ?? Network(layers: [])
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(body, forKey: .body)
    if !shortcut.layers.isEmpty { try container.encode(shortcut, forKey: .shortcut) }
  }
}

/// Layers whose parameters keep the values they start from.
public struct Frozen: TakesTokens {
  public var layers: Network

  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = Network(layers: layers()) }

  public static let kind = "frozen"
  public static let knobs = ["layers"]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    try builder.frozen { try $0.lower(layers.layers, from: input) }
  }
}
