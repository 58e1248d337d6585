/// What one example brings to a network: measured values, or tokens, and how much of them counts.
public struct Input: Sendable, Equatable {
  public enum Content: Sendable, Equatable {
    /// Values [position…, channel].
    case values(Tensor<Float>)
    /// Tokens [position…]; 0 is padding.
    case tokens(Tensor<Int32>)
  }

  public let content: Content

  /// The valid extent: positions beyond it are padding that no network looks at.
  public let extent: [Int]

  /// Values [position…, channel].
  ///
  /// - Precondition: the extent, all of the tensor's unless it is given, lies within the tensor.
  public static func values(_ tensor: Tensor<Float>, extent: [Int]? = nil) -> Input {
    Input(content: .values(tensor), within: Array(tensor.shape.dropLast()), extent: extent)
  }

  /// Tokens [position…].
  public static func tokens(_ tensor: Tensor<Int32>, extent: [Int]? = nil) -> Input {
    Input(content: .tokens(tensor), within: tensor.shape, extent: extent)
  }

  private init(content: Content, within whole: [Int], extent: [Int]?) {
    self.content = content
    self.extent = extent ?? whole
    precondition(
      self.extent.count == whole.count && zip(self.extent, whole).allSatisfy { $0 <= $1 },
      "the valid extent \(self.extent) lies within \(whole)")
  }

  /// The extent of the tensor, padding included.
  package var paddedExtent: [Int] {
    switch content {
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
