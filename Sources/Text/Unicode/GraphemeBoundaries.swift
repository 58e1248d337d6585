/// Cuts a text into extended grapheme clusters, what a reader calls characters.
///
/// By the rules of the standard library, which follow a later version of Unicode than the tables of
/// this module; a newer toolchain may cut new scalars, and a few sequences of Indic scripts and of
/// pictographs, in another way. Bytes that are not UTF-8 are clusters of their own.
struct GraphemeBoundaries: IteratorProtocol {
  private let text: ArraySlice<UInt8>
  private var position: Int

  /// A stretch of UTF-8 that ends at `runEnd`, for the standard library, and how far it is cut.
  private var run = ""
  private var index = "".startIndex
  private var runEnd: Int

  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    position = text.startIndex
    runEnd = text.startIndex
  }

  mutating func next() -> TextSegment? {
    guard position < text.endIndex else { return nil }
    let start = position
    if position >= runEnd {
      if isAlone(position) {
        position += 1
        return TextSegment(
          range: start..<position,
          traits: ScalarTraits.Union(ScalarTraits(of: UInt32(text[start]))))
      }
      let scalar = DecodedScalar(text, at: position)
      if scalar.isIllFormed {
        position += scalar.length
        return TextSegment(
          range: start..<position, traits: ScalarTraits.Union(ScalarTraits(of: scalar)))
      }
      beginRun()
    }
    let following = run.index(after: index)
    position += run.utf8.distance(from: index, to: following)
    index = following
    return TextSegment(range: start..<position, traits: traits(start..<position))
  }

  /// Whether an ASCII character stands here that nothing joins: another one follows, or the end.
  private func isAlone(_ position: Int) -> Bool {
    text[position] < 0x80
      && (position + 1 == text.endIndex || isBetweenASCII(position + 1))
  }

  /// Whether ASCII stands on both sides of a position: always a boundary, but in a line end.
  private func isBetweenASCII(_ position: Int) -> Bool {
    let (before, behind) = (text[position - 1], text[position])
    return before < 0x80 && behind < 0x80 && !(before == 0x0D && behind == 0x0A)
  }

  /// Takes what follows up to bytes that are not UTF-8, or to the next boundary that needs no rules.
  private mutating func beginRun() {
    runEnd = position
    while runEnd < text.endIndex {
      let scalar = DecodedScalar(text, at: runEnd)
      if scalar.isIllFormed || runEnd > position && isBetweenASCII(runEnd) { break }
      runEnd += scalar.length
    }
    run = String(decoding: text[position..<runEnd], as: UTF8.self)
    index = run.startIndex
  }

  private func traits(_ range: Range<Int>) -> ScalarTraits.Union {
    var scalar = DecodedScalar(text, at: range.lowerBound)
    var traits = ScalarTraits.Union(ScalarTraits(of: scalar))
    var position = range.lowerBound + scalar.length
    while position < range.upperBound {
      scalar = DecodedScalar(text, at: position)
      traits.add(ScalarTraits(of: scalar))
      position += scalar.length
    }
    return traits
  }
}
