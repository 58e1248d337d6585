import ConvKitCore
import Testing

@testable import ConvKitText

@Suite struct TokenizerTests {
  /// The content of the tokens of a text, with a vocabulary of just that text.
  private func tokens(_ text: [UInt8], _ settings: TokenSettings) -> [String] {
    var count = TokenCount(settings)
    count.add(text[...])
    let tokenizer = count.tokenizer(limit: 1 << 20)
    return tokenizer.tokens(of: text[...]).map {
      String(decoding: tokenizer.content(of: $0), as: UTF8.self)
    }
  }

  private func words(_ text: String) -> [String] { tokens(Array(text.utf8), TokenSettings()) }

  @Test func words() {
    #expect(words("I don't know: 3.14?") == ["i", "don't", "know", ":", "0.00", "?"])
    #expect(words("我们") == ["我", "们"])
    #expect(words("👩‍👩‍👧‍👦👍🏽 🇫🇷🇩🇪") == ["👩‍👩‍👧‍👦", "👍🏽", "🇫🇷", "🇩🇪"])
    #expect(
      words("cafe\u{301} CAFÉ").map { Array($0.utf8) }
        == Array(repeating: Array("café".utf8), count: 2))
    #expect(words("Straße STRASSE ẞ ß") == ["strasse", "strasse", "ss", "ss"])
    #expect(words("ΟΔΟΣ οδος οδοσ") == ["οδοσ", "οδοσ", "οδοσ"])
    // A capital I with a dot becomes an i with a dot above, for which there is no single scalar.
    #expect(words("İ I i").map { Array($0.utf8) } == [[0x69, 0xCC, 0x87], [0x69], [0x69]])
    // Cherokee folds to its capitals.
    #expect(words("ꭰꮳ ᎠᏣ") == ["ᎠᏣ", "ᎠᏣ"])
    // No folding for the caron of ǰ takes it apart: it is put together again.
    #expect(words("ǰ").map { Array($0.utf8) } == [Array("\u{1F0}".utf8)])
  }

  @Test func emptyAndBlankTextsHaveNoTokens() {
    for text in ["", " ", "\r\n\t \u{A0}\u{3000}\u{2028}", "\0", "\u{FEFF}\u{200B}"] {
      #expect(words(text) == [])
    }
    #expect(words("a\0b\0") == ["a", "b"])
  }

  @Test func punctuationMayBeDropped() {
    let settings = TokenSettings(punctuation: .dropped)
    #expect(
      tokens(Array("Don't! (£5 + ¿que?) … 🎉".utf8), settings)
        == ["don't", "£", "0", "+", "que", "🎉"])
  }

  @Test func lettersAndFormMayBeKept() {
    let settings = TokenSettings(letters: .kept, form: .kept)
    let found = tokens(Array("A a e\u{301} é".utf8), settings).map { Array($0.utf8) }
    #expect(found == [[0x41], [0x61], [0x65, 0xCC, 0x81], [0xC3, 0xA9]])
  }

  /// Those of every script, in words, letters of them, and alone.
  @Test func digitsCountAsZeroUnlessTheyAreKept() {
    let text = "1999, 08712-460324 v2.0 ١٢٣ ४२ １７ é4 ½ ²"
    #expect(
      words(text)
        == ["0000", ",", "00000", "-", "000000", "v0.0", "000", "00", "00", "é0", "½", "²"])
    #expect(
      tokens(Array("１7é9".utf8), TokenSettings(unit: .characters)) == ["0", "0", "é", "0"])
    #expect(
      tokens(Array("1999 é9 ४".utf8), TokenSettings(digits: .kept)) == ["1999", "é9", "४"])
    var count = TokenCount(TokenSettings(unit: .subwords))
    for _ in 0..<3 { count.add(Array("1 2 34 99".utf8)[...]) }
    let tokenizer = count.tokenizer(minimumCount: 2, limit: 300)
    #expect(tokenizer.tokens(of: "12 34") == tokenizer.tokens(of: "98 00"))
  }

  @Test func characters() {
    let settings = TokenSettings(unit: .characters)
    #expect(
      tokens(Array("Ab \r\ne\u{301}x👩‍👩‍👧‍👦🇫🇷我".utf8), settings)
        == ["a", "b", " ", "\r\n", "é", "x", "👩‍👩‍👧‍👦", "🇫🇷", "我"])
    #expect(
      tokens([0x61, 0xFF, 0x62, 0xF0, 0x9F], settings) == ["a", "\u{FFFD}", "b", "\u{FFFD}"])
  }

  @Test func unknownWordsAreOne() {
    var count = TokenCount(TokenSettings())
    count.add(Array("known".utf8)[...])
    let tokenizer = count.tokenizer(limit: 10)
    #expect(tokenizer.tokens(of: "nothing of it") == [1, 1, 1])
    #expect(tokenizer.tokens(of: "It is Known.") == [1, 1, 2, 1])
  }

  /// Ranges are in order, and what no range covers is blank or, where so chosen, punctuation.
  @Test(arguments: TokenSettings.Unit.allCases, TokenSettings.Punctuation.allCases)
  func rangesCoverWhatIsNotDropped(
    unit: TokenSettings.Unit, punctuation: TokenSettings.Punctuation
  ) {
    let settings = TokenSettings(
      unit: unit, letters: .kept, form: .kept, digits: .kept, punctuation: punctuation)
    var stream = RandomStream(seed: 8, purpose: .tests)
    var count = TokenCount(settings)
    for _ in 0..<300 { count.add(RandomText.bytes(upTo: 40, from: &stream)[...]) }
    let tokenizer = count.tokenizer(limit: 700)
    for _ in 0..<1000 {
      // A slice that does not begin at 0, as a line of a longer text.
      let bytes = RandomText.bytes(upTo: 40, from: &stream)
      let text = bytes[min(1, bytes.count)...]
      let placed = tokenizer.placedTokens(of: text)
      #expect(placed.map(\.token) == tokenizer.tokens(of: text))
      #expect(placed.map(\.token) == tokenizer.tokens(of: Array(text)[...]))
      var end = text.startIndex
      for token in placed {
        #expect(token.range.lowerBound >= end && !token.range.isEmpty)
        expectDropped(text[end..<token.range.lowerBound], settings)
        end = token.range.upperBound
        #expect(0 < token.token && token.token < tokenizer.count)
        if token.token != Vocabulary.unknown,
          String(validating: text[token.range], as: UTF8.self) != nil
        {
          #expect(tokenizer.content(of: token.token) == Array(text[token.range]))
        }
      }
      expectDropped(text[end...], settings)
    }
  }

  /// Subwords lie at their bytes where the normalisation keeps the lengths of all characters, and with the
  /// whole word where it does not, even if the word is as long as before.
  @Test func placesOfSubwordsInWordsThatChange() {
    var count = TokenCount(TokenSettings(unit: .subwords))
    count.add(Array("none of it".utf8)[...])
    let tokenizer = count.tokenizer(limit: 258)
    func ranges(_ text: String) -> [Range<Int>] {
      tokenizer.placedTokens(of: Array(text.utf8)[...]).map(\.range)
    }
    #expect(ranges("Word") == (0..<4).map { $0..<$0 + 1 })
    #expect(ranges("ÉA") == (0..<3).map { $0..<$0 + 1 })
    // 3 + 2 bytes become 1 + 1 + 1 + 2.
    #expect("ẞİ".utf8.count == 5)
    #expect(ranges("ẞİ") == Array(repeating: 0..<5, count: 5))
    // A capital of 2 bytes whose small letter has 3.
    #expect(ranges("Ⱥ") == [0..<2, 0..<2, 0..<2])
  }

  private func expectDropped(_ gap: ArraySlice<UInt8>, _ settings: TokenSettings) {
    #expect(gap.isEmpty || settings.unit == .words)
    for scalar in String(decoding: gap, as: UTF8.self).unicodeScalars {
      let traits = ScalarTraits(of: scalar.value)
      #expect(traits.isBlank || settings.punctuation == .dropped && traits.isPunctuation)
    }
  }

  /// Normalising what was normalised changes nothing, and equivalent texts have one token.
  @Test func normalisingTwiceIsNormalisingOnce() {
    let normalizer = TokenNormalizer(TokenSettings())
    var stream = RandomStream(seed: 9, purpose: .tests)
    for _ in 0..<5000 {
      let text = RandomText.text(upTo: 12, from: &stream)
      var once: [UInt8] = []
      var twice: [UInt8] = []
      var apart: [UInt8] = []
      normalizer.normalize(Array(text.utf8)[...], into: &once)
      normalizer.normalize(once[...], into: &twice)
      #expect(once == twice, "\(text.unicodeScalars.map(\.value))")
      var scalars: [UInt8] = []
      for scalar in CanonicalComposition.decomposed(text.unicodeScalars.map(\.value)) {
        scalars.append(scalar: scalar)
      }
      normalizer.normalize(scalars[...], into: &apart)
      #expect(once == apart, "\(text.unicodeScalars.map(\.value))")
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: TokenSettings.Unit.allCases)
  func aMegabyteInOneLine(unit: TokenSettings.Unit) {
    let settings = TokenSettings(unit: unit)
    let pieces: [[UInt8]] = [
      Array("word ".utf8), [0x61], [0], [0xFF], Array("我".utf8), Array("e\u{301}".utf8),
      Array("\u{300}".utf8),
    ]
    let text = Array(
      pieces.map { repeatElement($0, count: (1 << 20) / 7 / $0.count).joined() }.joined())
    var count = TokenCount(settings)
    count.add(text[...])
    let tokenizer = count.tokenizer(limit: 300)
    let placed = tokenizer.placedTokens(of: text[...])
    #expect(placed.count > 100_000)
    #expect(placed.last?.range.upperBound == text.count)
  }

  @Test func settingsReadWhatTheyWrite() throws {
    let settings = TokenSettings(
      unit: .subwords, letters: .kept, form: .kept, digits: .kept, punctuation: .dropped)
    let text = try SettingsText.encoded(settings)
    #expect(
      text
        == #"{"digits":"kept","form":"kept","letters":"kept","punctuation":"dropped","unit":"subwords"}"#
    )
    #expect(try SettingsText.decoded(text) == settings)
    #expect(throws: DecodingError.self) {
      try SettingsText.decoded(text.replacing("subwords", with: "syllables"))
    }
  }
}
