/// Cuts a text at the word boundaries of UAX #29, "Unicode Text Segmentation": all of its rules, WB1
/// to WB999, in the version of the tables.
///
/// There is no dictionary, so Thai, Lao, Khmer and Burmese, which are written without spaces, fall
/// into their syllables' parts, and Chinese and Hiragana into single characters, as the standard says.
/// Takes time in proportion to the text, however it is made.
struct WordBoundaries: IteratorProtocol {
  private typealias Break = ScalarTraits.WordBreak

  private let text: ArraySlice<UInt8>
  private var position: Int

  /// - Parameter text: any bytes. What is not UTF-8 counts as U+FFFD, one for each sequence that could
  ///   have become a scalar.
  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    position = text.startIndex
  }

  /// The next segment: segments follow each other without a gap. Nil at the end.
  mutating func next() -> TextSegment? {
    guard position < text.endIndex else { return nil }
    let start = position
    var scalar = DecodedScalar(text, at: position)
    var traits = ScalarTraits(of: scalar)
    var union = ScalarTraits.Union(traits)
    position += scalar.length
    var state = State(first: traits.wordBreak)
    while position < text.endIndex {
      if state.isInWord, isAlphanumericASCII(text[position]) {
        // WB5, WB8, WB9, WB10, without a look at the others: most of most texts.
        traits = ScalarTraits(of: UInt32(text[position]))
        union.add(traits)
        position += 1
        state.advance(to: traits.wordBreak)
        continue
      }
      scalar = DecodedScalar(text, at: position)
      traits = ScalarTraits(of: scalar)
      if isBoundary(state, before: traits, length: scalar.length) { break }
      union.add(traits)
      position += scalar.length
      state.advance(to: traits.wordBreak)
    }
    return TextSegment(range: start..<position, traits: union)
  }

  /// What the rules look back to. Nothing of it lies before the segment: each rule that looks back by
  /// two has one that joined those two.
  private struct State {
    /// The scalar right before.
    var adjacent: Break
    /// The same, Extend, Format and ZWJ skipped (WB4).
    var last: Break
    /// The one before `last`, these skipped.
    var lastButOne: Break?
    /// Whether an odd number of regional indicators ends with `last`.
    var hasOpenIndicator: Bool

    /// A letter or a digit is right before.
    var isInWord: Bool { adjacent == .letter || adjacent == .numeric }

    init(first: Break) {
      adjacent = first
      last = first
      hasOpenIndicator = first == .regionalIndicator
    }

    mutating func advance(to next: Break) {
      adjacent = next
      if next.isIgnored { return }
      lastButOne = last
      last = next
      hasOpenIndicator = next == .regionalIndicator && !hasOpenIndicator
    }
  }

  /// Whether a segment ends before the scalar at `position`.
  private func isBoundary(_ state: State, before traits: ScalarTraits, length: Int) -> Bool {
    let next = traits.wordBreak
    let last = state.last
    // WB3, WB3a, WB3b
    if state.adjacent == .carriageReturn && next == .lineFeed { return false }
    if state.adjacent.isLineEnd || next.isLineEnd { return true }
    // WB3c, WB3d, WB4
    if state.adjacent == .zeroWidthJoiner && traits.isPictographic { return false }
    if state.adjacent == .space && next == .space { return false }
    if next.isIgnored { return false }
    switch (last, next) {
    // WB5, WB8, WB9, WB10
    case (.letter, .letter), (.letter, .hebrewLetter), (.hebrewLetter, .letter),
      (.hebrewLetter, .hebrewLetter), (.numeric, .numeric), (.letter, .numeric),
      (.hebrewLetter, .numeric), (.numeric, .letter), (.numeric, .hebrewLetter):
      return false
    // WB7a
    case (.hebrewLetter, .singleQuote):
      return false
    // WB6
    case (_, _) where last.isLetter && next.joinsLetters && following(length)?.isLetter == true:
      return false
    // WB7
    case (_, _) where last.joinsLetters && next.isLetter && state.lastButOne?.isLetter == true:
      return false
    // WB7b
    case (.hebrewLetter, .doubleQuote):
      return following(length) != .hebrewLetter
    // WB7c
    case (.doubleQuote, .hebrewLetter):
      return state.lastButOne != .hebrewLetter
    // WB11
    case (_, .numeric) where last.joinsNumbers && state.lastButOne == .numeric:
      return false
    // WB12
    case (.numeric, _) where next.joinsNumbers && following(length) == .numeric:
      return false
    // WB13, WB13a, WB13b
    case (.katakana, .katakana):
      return false
    case (.extendNumberOrLetters, .extendNumberOrLetters):
      return false
    case (let word, .extendNumberOrLetters), (.extendNumberOrLetters, let word):
      return !(word.isLetter || word == .numeric || word == .katakana)
    // WB15, WB16
    case (.regionalIndicator, .regionalIndicator):
      return !state.hasOpenIndicator
    // WB999
    default:
      return true
    }
  }

  /// What follows the scalar of this length at `position`, Extend, Format and ZWJ skipped.
  private func following(_ length: Int) -> Break? {
    var ahead = position + length
    while ahead < text.endIndex {
      let scalar = DecodedScalar(text, at: ahead)
      let wordBreak = ScalarTraits(of: scalar).wordBreak
      if !wordBreak.isIgnored { return wordBreak }
      ahead += scalar.length
    }
    return nil
  }
}

private func isAlphanumericASCII(_ byte: UInt8) -> Bool {
  // Setting this bit makes capitals small, and makes no other byte a letter.
  UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
}

extension ScalarTraits.WordBreak {
  fileprivate var isLineEnd: Bool {
    self == .carriageReturn || self == .lineFeed || self == .newline
  }

  /// Extend, Format, ZWJ: what WB4 attaches to the scalar before.
  fileprivate var isIgnored: Bool {
    self == .extend || self == .format || self == .zeroWidthJoiner
  }

  /// AHLetter.
  fileprivate var isLetter: Bool { self == .letter || self == .hebrewLetter }

  /// MidLetter or MidNumLetQ.
  fileprivate var joinsLetters: Bool {
    self == .middleOfLetters || self == .middleOfNumberOrLetters || self == .singleQuote
  }

  /// MidNum or MidNumLetQ.
  fileprivate var joinsNumbers: Bool {
    self == .middleOfNumber || self == .middleOfNumberOrLetters || self == .singleQuote
  }
}
