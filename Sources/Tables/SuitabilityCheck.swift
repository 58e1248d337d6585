/// The check: does the order of a table's columns carry anything that a convolutional network could use?
public struct SuitabilityCheck: Sendable {
  /// Decides every permutation, division and first weight: the same seed gives the same answer.
  public var seed: UInt64 = 0
  /// Whether only questions A and B are asked, and no network is trained.
  public var isQuick = false
  /// nil for one a core. The answer does not depend on it.
  public var threads: Int?

  public init() {}

  /// What is being done.
  public enum Event: Sendable, Equatable {
    /// Networks trained of those that it takes at most.
    case trained(Int, atMost: Int)
  }
}
