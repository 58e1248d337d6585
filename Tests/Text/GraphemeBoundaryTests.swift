import ConvKitCore
import Testing

@testable import ConvKitText

@Suite struct GraphemeBoundaryTests {
  private func segments(_ text: [UInt8]) -> [Range<Int>] {
    var boundaries = GraphemeBoundaries(text[...])
    var ranges: [Range<Int>] = []
    while let segment = boundaries.next() { ranges.append(segment.range) }
    return ranges
  }

  /// Every line of Unicode's own test but one, for which the standard library has later rules: it no
  /// longer counts U+2701 among the pictographs, which a joiner would join.
  @Test(UnicodeData.has("auxiliary/GraphemeBreakTest.txt")) func agreesWithUnicodesTest() throws {
    let lines = try UnicodeData.lines("auxiliary/GraphemeBreakTest.txt")
    #expect(lines.count == 602)
    for line in lines where !line.hasPrefix("÷ 2701 × 200D × 2701 ÷") {
      let (text, boundaries) = UnicodeData.boundaries(line)
      #expect([0] + segments(text).map(\.upperBound) == boundaries, "\(line)")
    }
  }

  @Test func theShortWaysAgreeWithTheStandardLibrary() {
    var stream = RandomStream(seed: 7, purpose: .tests)
    for _ in 0..<5000 {
      let text = RandomText.text(upTo: 30, from: &stream)
      #expect(
        segments(Array(text.utf8)).map(\.count) == text.map(\.utf8.count),
        "\(text.unicodeScalars.map(\.value))")
    }
  }

  @Test func segmentsCoverAnyBytes() {
    var stream = RandomStream(seed: 13, purpose: .tests)
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
}
