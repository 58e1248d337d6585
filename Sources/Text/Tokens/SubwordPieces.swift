/// Cuts a text into the pieces within which subwords are merged, so that none crosses a word.
///
/// A piece is a segment of `WordBoundaries`: a word, a mark of punctuation, a run of spaces, or any other
/// single blank. One space before a word or a mark belongs to it, so that a word in a text is one piece and
/// not two. Letters of scripts without
/// spaces, which are single words by the boundaries, form one piece as far as they stand together. The
/// pieces follow each other without a gap.
struct SubwordPieces: IteratorProtocol {
  private let text: ArraySlice<UInt8>
  private var words: WordBoundaries
  private var following: TextSegment?

  /// The last byte of the piece before is a space that was left to the next.
  private var hasSpace = false

  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    words = WordBoundaries(text)
    following = words.next()
  }

  mutating func next() -> TextSegment? {
    guard var piece = following else { return nil }
    following = words.next()
    if hasSpace {
      hasSpace = false
      piece.range = piece.range.lowerBound - 1..<piece.range.upperBound
    } else if text[piece.range.upperBound - 1] == UInt8(ascii: " "), let word = following,
      !word.traits.isBlank
    {
      let space = piece.range.upperBound - 1
      guard piece.range.lowerBound == space else {
        hasSpace = true
        piece.range = piece.range.lowerBound..<space
        return piece
      }
      following = words.next()
      piece = TextSegment(range: space..<word.range.upperBound, traits: word.traits)
    }
    while piece.traits.isUnspaced, let more = following, more.traits.isUnspaced {
      following = words.next()
      piece.range = piece.range.lowerBound..<more.range.upperBound
      piece.traits.add(more.traits)
    }
    return piece
  }
}
