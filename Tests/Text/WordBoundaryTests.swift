import ConvKitCore
import Testing

@testable import ConvKitText

@Suite struct WordBoundaryTests {
  private func segments(_ text: [UInt8]) -> [Range<Int>] {
    var boundaries = WordBoundaries(text[...])
    var ranges: [Range<Int>] = []
    while let segment = boundaries.next() { ranges.append(segment.range) }
    return ranges
  }

  private func segments(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return segments(bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// Every line of Unicode's own test; all rules are covered.
  @Test(UnicodeData.has("auxiliary/WordBreakTest.txt")) func agreesWithUnicodesTest() throws {
    let lines = try UnicodeData.lines("auxiliary/WordBreakTest.txt")
    #expect(lines.count == 1823)
    for line in lines {
      let (text, boundaries) = UnicodeData.boundaries(line)
      #expect([0] + segments(text).map(\.upperBound) == boundaries, "\(line)")
    }
  }

  @Test(arguments: [
    ("I don't know.", ["I", " ", "don't", " ", "know", "."]),
    ("3.14 1,000.5", ["3.14", " ", "1,000.5"]),
    ("我们", ["我", "们"]),
    ("a\u{301}e\u{308}\u{323}x", ["a\u{301}e\u{308}\u{323}x"]),
    ("👩‍👩‍👧‍👦👍🏽", ["👩‍👩‍👧‍👦", "👍🏽"]),
    ("🇫🇷🇩🇪🇯", ["🇫🇷", "🇩🇪", "🇯"]),
    ("snake_case!!", ["snake_case", "!", "!"]),
    ("カタカナ", ["カタカナ"]),
    ("한국어를", ["한국어를"]),
    ("\r\n\n  x", ["\r\n", "\n", "  ", "x"]),
    ("", []),
  ])
  func wordsByHand(text: String, expected: [String]) {
    #expect(segments(text) == expected)
  }

  @Test func bytesThatAreNotUTF8AreSegmentsOfTheirOwn() {
    // A lone continuation, a sequence cut short, a surrogate, an overlong slash, the start of nothing.
    #expect(segments([0x61, 0x80, 0x62]) == [0..<1, 1..<2, 2..<3])
    #expect(segments([0x61, 0xF0, 0x9F, 0x91]) == [0..<1, 1..<4])
    #expect(segments([0xED, 0xA0, 0x80]) == [0..<1, 1..<2, 2..<3])
    #expect(segments([0xC0, 0xAF, 0xFF]) == [0..<1, 1..<2, 2..<3])
  }

  @Test func decodingAgreesWithTheStandardLibrary() {
    var stream = RandomStream(seed: 1, purpose: .tests)
    for _ in 0..<2000 {
      let bytes = RandomText.bytes(upTo: 40, from: &stream)
      var ours: [UInt8] = []
      var position = 0
      while position < bytes.count {
        let scalar = DecodedScalar(bytes[...], at: position)
        ours.append(scalar: scalar.value)
        position += scalar.length
      }
      #expect(position == bytes.count)
      #expect(ours == Array(String(decoding: bytes, as: UTF8.self).utf8), "\(bytes)")
    }
  }

  @Test func segmentsCoverAnyBytes() {
    var stream = RandomStream(seed: 2, purpose: .tests)
    for _ in 0..<2000 {
      let bytes = RandomText.bytes(upTo: 60, from: &stream)
      var end = 0
      for range in segments(bytes) {
        #expect(range.lowerBound == end && !range.isEmpty)
        end = range.upperBound
      }
      #expect(end == bytes.count)
    }
  }

  @Test(.timeLimit(.minutes(1))) func aLongWordWithManyLookaheadsIsOneSegment() {
    // Each colon looks beyond its marks; together they look at each mark twice at most.
    let piece = Array("a:\u{300}\u{300}".utf8)
    let text = Array(repeatElement(piece, count: 100_000).joined()) + [0x61]
    #expect(segments(text) == [0..<text.count])
  }
}
