/// Shapes that do not fit together.
public struct ShapeError: ReportableError, Equatable {
  /// Where: the layer's name in its network, or nil outside of one.
  public var layer: String?
  /// What was found.
  public let received: String
  /// What would have been right.
  public let needed: String
  /// What to do about it.
  public let remedy: String

  public init(layer: String? = nil, received: String, needed: String, remedy: String) {
    self.layer = layer
    self.received = received
    self.needed = needed
    self.remedy = remedy
  }

  public var category: ErrorCategory { .badData }

  public var description: String {
    let place = layer.map { "Layer \($0): " } ?? ""
    return "\(place)received \(received), needed \(needed). \(remedy)"
  }
}

extension [Int] {
  /// "28×28×1", or "a single position" for no axes.
  package var asExtent: String {
    isEmpty ? "a single position" : map(String.init).joined(separator: "×")
  }
}
