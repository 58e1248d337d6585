/// Random numbers that are a function of (seed, purpose, epoch, item) and of nothing that ran before.
///
/// The generator is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2,
/// 3"): a block of four words is a keyed bijection of a counter. The same stream on another thread,
/// after a resume, or on another machine gives the same numbers.
public struct RandomStream: RandomNumberGenerator, Sendable {
  /// What the numbers are for, so that two uses of one seed never share them.
  public struct Purpose: Sendable, Equatable {
    package let code: UInt32
    package init(code: UInt32) { self.code = code }
  }

  private var counter: SIMD4<UInt32>
  private let key: SIMD2<UInt32>
  private var block = SIMD4<UInt32>()
  private var unused = 0

  /// - Parameters:
  ///   - item: whatever is counted inside an epoch: an example, a layer, a picture.
  public init(seed: UInt64, purpose: Purpose, epoch: Int = 0, item: Int = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    // 20 bits of purpose and the high bits of the item share a word: 2^44 items for each purpose.
    let item = UInt64(truncatingIfNeeded: item)
    counter = SIMD4(
      0, UInt32(truncatingIfNeeded: item), UInt32(truncatingIfNeeded: epoch),
      purpose.code << 12 | UInt32(truncatingIfNeeded: item >> 32) & 0xFFF)
  }

  public mutating func next() -> UInt64 {
    if unused < 2 {
      block = Self.philox(counter, key: key)
      counter.x &+= 1
      unused = 4
    }
    unused -= 2
    return unused == 2
      ? UInt64(block.y) << 32 | UInt64(block.x) : UInt64(block.w) << 32 | UInt64(block.z)
  }

  /// A value of [0, 1) with 24 random bits, every one exact in Float.
  public mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A value of `range`.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Ten rounds of Philox4x32.
  package static func philox(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let first = UInt64(c.x) * 0xD251_1F53
      let second = UInt64(c.z) * 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: first))
      k = SIMD2(k.x &+ 0x9E37_79B9, k.y &+ 0xBB67_AE85)
    }
    return c
  }
}

extension RandomStream.Purpose {
  /// First values of a layer's weights; the item is the parameter's index.
  public static let initialWeights = Self(code: 1)
  /// The order of the examples in an epoch.
  public static let order = Self(code: 2)
  /// Which values dropout removes; the item is the example.
  public static let dropout = Self(code: 3)
  /// Which examples are kept for validation.
  public static let split = Self(code: 4)
  /// Drawing the generated letters; the item is the letter.
  public static let letters = Self(code: 5)
  /// How an example is varied in an epoch; the item is the example.
  public static let augmentation = Self(code: 7)
  /// Which examples are kept for the test part; the item is the label.
  public static let testShare = Self(code: 8)
  /// Random shapes and values of tests.
  public static let tests = Self(code: 6)
}
