import ConvKitCore
import Testing

@testable import ConvKitFiles

@Suite struct GzipFoldingTests {
  @Test func whatIsFoldedUnfolds() throws {
    var random = RandomStream(seed: 41, purpose: .tests)
    // Nothing, less than a piece, and several pieces of what hardly packs and what packs well.
    for count in [0, 1, 1000, 300_000] {
      let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      for bytes in [noise, [UInt8](repeating: 7, count: count)] {
        let folded = Gzip.fold(bytes)
        #expect(try Gzip.unfold(folded, limit: count) == bytes)
        #expect(Gzip.fold(bytes) == folded)
        // RFC 1952: deflate, no name or comment, no time.
        #expect(folded.prefix(8).elementsEqual([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]))
      }
    }
    #expect(Gzip.fold([UInt8](repeating: 7, count: 300_000)).count < 1000)
  }
}
