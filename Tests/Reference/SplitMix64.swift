/// A small seeded generator for the values of tests (Steele, Lea and Flood 2014, "Fast splittable
/// pseudorandom number generators"). One seed gives the same values on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// An integer of `range`. (The bias of the remainder is far below what a test can see.)
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// A value of [−1, 1) with 24 random bits, so that it is exact in Float too.
  public mutating func real<Scalar: ReferenceScalar>() -> Scalar {
    Scalar(next() >> 40) / Scalar(1 << 23) - 1
  }

  /// Values of [−1, 1).
  public mutating func reals<Scalar: ReferenceScalar>(_ count: Int) -> [Scalar] {
    (0..<count).map { _ in real() }
  }

  /// Integers of `range`, as scalars: sums of their products are exact while they stay small.
  public mutating func integers<Scalar: ReferenceScalar>(
    _ count: Int, in range: ClosedRange<Int> = -4...4
  ) -> [Scalar] {
    (0..<count).map { _ in Scalar(integer(in: range)) }
  }

  /// Values no two of which are closer than `gap`, nor any closer to zero than half of it, in random
  /// order: away from the ties of a maximum and from the kink of a ReLU.
  public mutating func distinctReals<Scalar: ReferenceScalar>(
    _ count: Int, gap: Scalar = 0.01
  ) -> [Scalar] {
    // A half step off the grid of gaps on both sides of zero.
    var values = (0..<count).map { gap * (Scalar($0 - count / 2) + 0.5) }
    for last in stride(from: count - 1, to: 0, by: -1) {
      values.swapAt(last, integer(in: 0...last))
    }
    return values
  }
}
