/// The shape that a front end promises and a network is compiled for.
public struct InputShape: Codable, Equatable, Sendable {
  /// What stands at a position.
  public enum Content: Codable, Equatable, Sendable {
    /// Measured values, this many at every position.
    case values(channels: Int)
    /// One token of 0..<vocabulary at every position; 0 is padding.
    case tokens(vocabulary: Int)
  }

  /// The size along every spatial axis: of every example, or of the longest when `varies`.
  public var extent: [Int]

  /// Whether examples may have another extent than `extent`.
  public var varies: Bool

  public var content: Content

  public init(extent: [Int], varies: Bool = false, content: Content) {
    self.extent = extent
    self.varies = varies
    self.content = content
  }
}
