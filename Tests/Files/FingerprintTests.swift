import ConvKitFiles
import Testing

@Suite struct FingerprintTests {
  /// Golden values of `xxhsum -H2` 0.8.1.
  @Test func agreesWithTheTool() {
    #expect(Fingerprint([]).hexadecimal == "99aa06d3014798d86001c324468d497f")
  }

  @Test func piecesAreOneContent() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0) }
    #expect(Fingerprint(bytes[..<313], bytes[313...]) == Fingerprint(bytes[...]))
  }

  @Test func everyFlippedBitShows() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var seen: Set = [Fingerprint(bytes[...])]
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      seen.insert(Fingerprint(flipped[...]))
    }
    #expect(seen.count == bytes.count * 8 + 1)
  }
}
