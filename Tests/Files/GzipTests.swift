import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct GzipTests {
  private static let text = Array("all the small words, all the small words".utf8)

  /// Made by `printf 'hello hello' | gzip -9n` (gzip 1.12): a member of another program.
  private static let peers: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57,
    0xC8, 0x00, 0x91, 0x00, 0x40, 0xA6, 0x2D, 0x01, 0x0B, 0x00, 0x00, 0x00,
  ]

  @Test func membersOneBehindTheOther() throws {
    #expect(try Gzip.unfold(Self.peers, limit: 11) == Array("hello hello".utf8))
    let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    for parts in [
      [Self.text], [[]], [Self.text, [], Self.text], [large], [[], large, [], [], [1]],
    ] {
      let packed = parts.flatMap(gzipped)
      let whole = parts.flatMap { $0 }
      #expect(try Gzip.unfold(packed, limit: whole.count) == whole)
      if !whole.isEmpty {
        #expect(throws: GzipError.tooLarge(limit: whole.count - 1)) {
          try Gzip.unfold(packed, limit: whole.count - 1)
        }
      }
      // In pieces of any size.
      var gzip = try Gzip(packed)
      var found: [UInt8] = []
      for size in 1... {
        let piece = try gzip.read(upTo: size)
        found += piece
        if piece.count < size { break }
      }
      #expect(found == whole)
    }
  }

  @Test func everyPrefixAndEveryTail() throws {
    let packed = gzipped(Self.text) + gzipped(Self.text)
    let half = packed.count / 2
    for count in packed.indices where count != half {
      let expected: GzipError =
        count < 2 ? .notGzip : count == half + 1 ? .trailing(count: 1) : .cut
      #expect(throws: expected, "\(count)") {
        try Gzip.unfold(Array(packed.prefix(count)), limit: 1000)
      }
    }
    for tail: [UInt8] in [[0], [1, 2, 3], Array(repeating: 0, count: 512)] {
      #expect(throws: GzipError.trailing(count: tail.count)) {
        try Gzip.unfold(packed + tail, limit: 1000)
      }
    }
  }

  /// The sums are checked: no change in the packed data or the sums behind them passes.
  @Test func everyChangedByte() {
    let packed = gzipped(Self.text)
    var refused = 0
    for place in packed.indices {
      for mask: UInt8 in [0x01, 0x80, 0xFF] {
        var bytes = packed
        bytes[place] ^= mask
        let unfolded = try? Gzip.unfold(bytes, limit: 1000)
        // Bytes 3 to 9 are flags, the time and the system, and bits behind the last code say nothing.
        if let unfolded { #expect(unfolded == Self.text, "\(place)") } else { refused += 1 }
      }
    }
    #expect(refused >= 3 * (packed.count - 8))
  }

  /// A gigabyte out of a megabyte: stopped where the limit is, in memory of its order.
  @Test func aBomb() throws {
    let member = gzipped(Array(repeating: 0, count: 1 << 24))
    let bomb: [UInt8] = (0..<64).reduce(into: []) { bomb, _ in bomb += member }
    #expect((1 << 30) / bomb.count > 900)
    let before = try peakMemory()
    let limit = 1 << 20
    #expect(throws: GzipError.tooLarge(limit: limit)) { try Gzip.unfold(bomb, limit: limit) }
    // What the tests beside this one take is far below what the bomb would.
    if let before, let after = try peakMemory() { #expect(after - before < 300 << 20) }
  }

  @Test func errorsSayWhat() {
    #expect(GzipError.trailing(count: 1).description.hasPrefix("has 1 byte behind"))
    #expect(GzipError.damaged(reason: "x").description == "is damaged: x")
    #expect(GzipError.damaged(reason: nil).description == "is damaged")
    #expect(GzipError.tooLarge(limit: 5).description.contains("5 bytes"))
  }
}

/// The most memory that this process had so far, in bytes; nil where the system does not say.
func peakMemory() throws -> Int? {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
    return nil
  }
  let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
  return try #require(Int(line.filter(\.isNumber))) << 10
}
