import ConvKitCore

/// Normalisation in the words of the worked example: a negative value becomes 0.
public struct ReLU: Layer {
  public init() {}

  public static let kind = "relu"
  public static let knobs: [String] = []

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    try builder.appendElementwise(.activation(slope: 0), input)
  }
}

/// ReLU that lets a share of a negative value through.
public struct LeakyReLU: Layer {
  /// What a negative value is multiplied by, above 0 and below 1.
  public var slope: Float

  public init(slope: Float = 0.01) { self.slope = slope }

  public static let kind = "leakyReLU"
  public static let knobs = ["slope"]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    // A denormal slope would be 0 on the threads that run it.
    guard slope >= .leastNormalMagnitude, slope < 1 else {
      throw ShapeError(
        received: "a slope of \(slope)", needed: "above 0 and below 1",
        remedy: "Use ReLU for a slope of 0.")
    }
    return try builder.appendElementwise(.activation(slope: slope), input)
  }
}

/// Removes values at random in training, so that no feature relies on one other alone.
public struct Dropout: Layer {
  /// The share that is removed, from 0 to 0.999.
  public var rate: Double

  public init(_ rate: Double) { self.rate = rate }

  public static let kind = "dropout"
  public static let knobs = ["rate"]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    guard (0...0.999).contains(rate) else {
      throw ShapeError(
        received: "a rate of \(rate)", needed: "from 0 to 0.999",
        remedy: "The rate is the share that is removed, such as 0.5.")
    }
    return try builder.appendElementwise(.dropout(rate: rate), input)
  }
}

/// Batch normalisation (Ioffe and Szegedy 2015): each channel brought to mean 0 and variance 1 over
/// a batch, then scaled and shifted by what it learns.
///
/// Parameters `weight` and `bias`, statistics `runningMean` and `runningVariance`, each [channel].
/// Frozen, it uses the running statistics in training too, and leaves them as they are.
public struct BatchNorm: Layer {
  /// Added to the variance before its root.
  public var epsilon: Double
  /// The share of a batch in the running statistics.
  public var momentum: Double

  public init(epsilon: Double = 1e-5, momentum: Double = 0.1) {
    self.epsilon = epsilon
    self.momentum = momentum
  }

  public static let kind = "batchNorm"
  public static let knobs = ["epsilon", "momentum"]

  public func lower(
    _ input: Graph.ValueID, into builder: inout GraphBuilder
  ) throws -> Graph.ValueID {
    guard epsilon > 0, epsilon <= 1, (0...1).contains(momentum) else {
      throw ShapeError(
        received: "epsilon \(epsilon) and momentum \(momentum)",
        needed: "epsilon above 0 and at most 1, momentum from 0 to 1",
        remedy: "Leave them out for 1e-5 and 0.1.")
    }
    let parts = builder.parts(of: input)
    let arrangement =
      parts.isEmpty
      ? ParameterArrangement.plain([builder.channels(of: input)]) : .channels(parts)
    let parameters = [
      try builder.parameter("weight", arrangement, .constant(1)),
      try builder.parameter("bias", arrangement, .constant(0)),
    ]
    let statistics = [
      builder.statistic("runningMean", arrangement, .constant(0)),
      builder.statistic("runningVariance", arrangement, .constant(1)),
    ]
    return try builder.appendElementwise(
      .batchNormalization(epsilon: epsilon, momentum: momentum), input, parameters: parameters,
      statistics: statistics)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epsilon = try container.decodeIfPresent(Double.self, forKey: .epsilon) ?? 1e-5
    momentum = try container.decodeIfPresent(Double.self, forKey: .momentum) ?? 0.1
  }
}

extension GraphBuilder {
  /// Adds an operation that keeps the shape.
  mutating func appendElementwise(
    _ operation: Graph.Operation, _ input: Graph.ValueID, parameters: [Int] = [],
    statistics: [Int] = []
  ) throws -> Graph.ValueID {
    try append(
      operation, [input], extent: extent(of: input), channels: channels(of: input),
      parts: parts(of: input), parameters: parameters, statistics: statistics)
  }
}
