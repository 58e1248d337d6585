/// Turns texts into the numbers that a network takes.
///
/// Takes any bytes as a text; what is not UTF-8 counts as U+FFFD, or as the bytes that it is with
/// subwords. No text is changed: ranges speak of the text as it was given.
public struct Tokenizer: Sendable, Equatable {
  public let settings: TokenSettings
  private let tokens: Tokens

  private enum Tokens: Equatable {
    case listed(Vocabulary)
    case merged(SubwordMerges)
  }

  /// - Precondition: the settings ask for words or characters.
  public init(_ settings: TokenSettings, vocabulary: Vocabulary) {
    precondition(settings.unit != .subwords, "subwords have merges, no vocabulary")
    self.settings = settings
    tokens = .listed(vocabulary)
  }

  /// - Precondition: the settings ask for subwords.
  public init(_ settings: TokenSettings, merges: SubwordMerges) {
    precondition(settings.unit == .subwords, "\(settings.unit) have a vocabulary, no merges")
    self.settings = settings
    tokens = .merged(merges)
  }

  /// What words or characters are looked up in; nil for subwords.
  public var vocabulary: Vocabulary? {
    if case .listed(let vocabulary) = tokens { vocabulary } else { nil }
  }

  /// How subwords are made; nil for words and characters.
  public var merges: SubwordMerges? {
    if case .merged(let merges) = tokens { merges } else { nil }
  }

  /// How many tokens there are, padding and unknown among them.
  public var count: Int {
    switch tokens {
    case .listed(let vocabulary): vocabulary.count
    case .merged(let merges): merges.count
    }
  }

  /// A token and the bytes of the text that it stands for.
  public struct PlacedToken: Sendable, Equatable {
    public let token: Int32
    /// In the indices of the text. The subwords of a word all have the range of that word where the
    /// normalisation put characters of other lengths in it.
    public let range: Range<Int>
  }

  /// The tokens of a text; none where it is empty or white space alone.
  public func tokens(of text: ArraySlice<UInt8>) -> [Int32] {
    var found: [Int32] = []
    forEachToken(of: text) { token, _ in found.append(token) }
    return found
  }

  /// The tokens of a text; none where it is empty or white space alone.
  public func tokens(of text: String) -> [Int32] { tokens(of: Array(text.utf8)[...]) }

  /// The tokens of a text with their places, in the order of the text.
  public func placedTokens(of text: ArraySlice<UInt8>) -> [PlacedToken] {
    var found: [PlacedToken] = []
    forEachToken(of: text) { found.append(PlacedToken(token: $0, range: $1)) }
    return found
  }

  /// The bytes that a token stands for: nothing for padding and unknown.
  ///
  /// - Precondition: there is such a token.
  public func content(of token: Int32) -> [UInt8] {
    switch tokens {
    case .listed(let vocabulary): Array(vocabulary.content(of: token))
    case .merged(let merges): merges.content(of: CollectionOfOne(token))
    }
  }

  @inline(__always)
  private func forEachToken(
    of text: ArraySlice<UInt8>, _ take: (_ token: Int32, _ range: Range<Int>) -> Void
  ) {
    var cutter = TokenCutter(settings)
    switch tokens {
    case .listed(let vocabulary):
      cutter.forEachPiece(of: text) { range, content in
        take(vocabulary.token(of: content), range)
      }
    case .merged(let merges):
      var encoder = SubwordEncoder(merges)
      cutter.forEachPiece(of: text) { range, content in
        let keepsPlaces = Self.haveSamePlaces(text[range], content)
        encoder.encode(content) { token, start in
          let first = range.lowerBound + start
          take(token, keepsPlaces ? first..<first + merges.length(of: token) : range)
        }
      }
    }
  }

  /// Whether the characters of two texts begin at the same bytes. That both have as many bytes does not
  /// say so: "ẞİ" has 3 + 2 of them, and as many when it is folded, 1 + 1 + 1 + 2.
  private static func haveSamePlaces(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
    one.count == other.count
      && zip(one, other).allSatisfy { ($0 & 0xC0 == 0x80) == ($1 & 0xC0 == 0x80) }
  }
}
