import CXXHash
import ConvKitCore

/// What bytes hold, in 128 bits: equal for equal bytes, and else different but for a chance of 2⁻¹²⁸.
///
/// XXH3 with 128 bits (Collet, xxHash 0.8): no secret keeps two contents apart that somebody chose to
/// collide, which here would only make two files of theirs count as one.
public struct Fingerprint: Hashable, Sendable {
  private let high, low: UInt64

  /// The fingerprint of the pieces one behind the other.
  public init(_ pieces: ArraySlice<UInt8>...) {
    var hasher = Hasher()
    for piece in pieces { hasher.append(piece) }
    self = hasher.fingerprint
  }

  /// 32 hexadecimal digits, as the tool `xxhsum -H2` prints them.
  public var hexadecimal: String {
    [high, low].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Takes bytes piece by piece.
  package struct Hasher: ~Copyable {
    private let state: OpaquePointer

    package init() {
      // Fails only without memory for half a kilobyte.
      guard let state = XXH3_createState() else { preconditionFailure("no memory for a hash") }
      self.state = state
      XXH3_128bits_reset(state)
    }

    deinit { XXH3_freeState(state) }

    package mutating func append(_ bytes: ArraySlice<UInt8>) {
      bytes.withUnsafeBytes { _ = XXH3_128bits_update(state, $0.baseAddress, $0.count) }
    }

    package var fingerprint: Fingerprint {
      let hash = XXH3_128bits_digest(state)
      return Fingerprint(high: hash.high64, low: hash.low64)
    }
  }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}
