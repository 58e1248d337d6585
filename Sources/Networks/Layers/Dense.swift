import ConvKitCore

/// A fully connected layer: each neuron is a weighted sum of every value.
///
/// [value] → [neuron]. Parameters `weight`, in a model file [neuron, value] with the values of a
/// flattened map channel first, and `bias` [neuron].
public struct Dense: Layer {
  /// How many sums it forms.
  public var neurons: Int
  public var initialization: Initialization

  public init(_ neurons: Int, initialization: Initialization = .he) {
    self.neurons = neurons
    self.initialization = initialization
  }

  public static let kind = "dense"
  public static let knobs = ["neurons", "initialization"]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    try Self.lower(
      input, outputs: neurons, initialization: initialization, knob: "neurons", into: &builder)
  }

  static func lower(
    _ input: Graph.ValueID, outputs: Int, initialization: Initialization, knob: String,
    into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    let extent = builder.extent(of: input)
    guard extent.isEmpty else {
      throw ShapeError(
        received: "a map of \((extent + [builder.channels(of: input)]).asExtent)",
        needed: "values without position",
        remedy: "Put Flatten() before it, or GlobalMaxPool() for inputs whose extent varies.")
    }
    guard outputs >= 1 else {
      throw ShapeError(
        received: "\(outputs) \(knob)", needed: "at least 1", remedy: "Correct the number.")
    }
    let parts = builder.parts(of: input)
    let inputs = builder.channels(of: input)
    let weight = try builder.parameter(
      "weight", .dense(parts: parts, outputs: outputs),
      initialization.values(inputs: inputs, outputs: outputs), decays: true)
    let bias = try builder.parameter("bias", .plain([outputs]), .constant(0))
    return try builder.append(
      .dense(outputs: outputs), [input], extent: [], channels: outputs,
      parts: [FlatPart(positions: 1, channels: outputs)], parameters: [weight, bias],
      multiplyAdds: inputs * outputs)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    neurons = try container.decode(Int.self, forKey: .neurons)
    initialization =
      try container.decodeIfPresent(Initialization.self, forKey: .initialization) ?? .he
  }
}

/// The last dense layer: a sum of votes for every label. Softmax makes probabilities of them.
public struct Votes: Layer {
  public init() {}

  public static let kind = "votes"
  public static let knobs: [String] = []

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    try Dense.lower(
      input, outputs: builder.labelCount, initialization: .glorot, knob: "labels", into: &builder)
  }
}
