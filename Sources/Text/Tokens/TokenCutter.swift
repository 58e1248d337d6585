/// Cuts texts into the pieces that become tokens: each with its place and, as the settings ask for it,
/// its content.
struct TokenCutter {
  private let settings: TokenSettings
  private let normalizer: TokenNormalizer
  private var changed: [UInt8] = []

  init(_ settings: TokenSettings) {
    self.settings = settings
    normalizer = TokenNormalizer(settings)
  }

  /// Hands over the pieces of a text in order.
  ///
  /// - Parameter take: gets the range in the text's own indices, and the content, which is those
  ///   bytes or what the normalisation made of them; never empty.
  mutating func forEachPiece(
    of text: ArraySlice<UInt8>,
    _ take: (_ range: Range<Int>, _ content: ArraySlice<UInt8>) -> Void
  ) {
    switch settings.unit {
    case .words:
      let dropsPunctuation = settings.punctuation == .dropped
      cut(text, WordBoundaries(text), take) {
        $0.isBlank || dropsPunctuation && $0.isPunctuation
      }
    case .characters:
      cut(text, GraphemeBoundaries(text), take) { _ in false }
    case .subwords:
      cut(text, SubwordPieces(text), take) { _ in false }
    }
  }

  @inline(__always)
  private mutating func cut<Segments: IteratorProtocol<TextSegment>>(
    _ text: ArraySlice<UInt8>, _ segments: Segments,
    _ take: (_ range: Range<Int>, _ content: ArraySlice<UInt8>) -> Void,
    dropping isDropped: (ScalarTraits.Union) -> Bool
  ) {
    var segments = segments
    while let segment = segments.next() {
      if isDropped(segment.traits) { continue }
      if normalizer.isNeeded(segment.traits) {
        normalizer.normalize(text[segment.range], into: &changed)
        take(segment.range, changed[...])
      } else {
        take(segment.range, text[segment.range])
      }
    }
  }
}
