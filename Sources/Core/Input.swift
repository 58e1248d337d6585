/// What one example brings to a network: measured values, or tokens.
public enum Input: Sendable, Equatable {
  /// Values [position…, channel].
  case values(Tensor<Float>)
  /// Tokens [position…]; 0 is padding.
  case tokens(Tensor<Int32>)

  /// The size along every spatial axis.
  public var extent: [Int] {
    switch self {
    case .values(let tensor): Array(tensor.shape.dropLast())
    case .tokens(let tensor): tensor.shape
    }
  }
}

/// One of the inputs that a front end makes of an item, and where in the item it lies.
///
/// A picture gives one input; a long clip gives one for every window, whose scores are averaged.
public struct PlacedInput: Sendable, Equatable {
  public let input: Input

  /// The part of the item that the input covers, in seconds, or nil when it covers all of it.
  public let place: ClosedRange<Double>?

  public init(_ input: Input, place: ClosedRange<Double>? = nil) {
    self.input = input
    self.place = place
  }
}
