import ConvKitCore
import ConvKitFiles

extension TextFrontEnd {
  /// The settings of a front end that are not read off the training texts, and those that are unless
  /// they are given here.
  public struct Choices: Sendable {
    public var tokens = TokenSettings()

    /// The most tokens that the network knows, padding and unknown among them.
    public var vocabularyLimit = 50_000

    /// Tokens that the training texts have less often are unknown. What is there once can only be learned
    /// by heart: of TREC's training questions, a fifth of which validated, 6 seeds, 86.9 % were right
    /// with 2, and 86.6 % with 1, which makes the vocabulary twice as large.
    public var minimumCount = 2

    /// The most tokens that the network sees at once, instead of the fitted number.
    public var longest: Int?

    public init() {}

    /// What `vocabularyLimit` can be.
    public static let vocabularyLimits = 3...Vocabulary.mostTokens
  }

  /// The bounds of the fitted `longest`. Below, texts that are a little longer than those of the
  /// training would be cut into windows; what is above costs memory for the maps of every batch.
  static let fittedLongest = 64...1024

  /// A front end with the settings that suit the training texts: tokens by their frequency, and as many
  /// at once as the longest text has, within 64 to 1,024.
  ///
  /// Goes through all texts twice. What cannot be read is passed over here: whoever goes through all
  /// items names and counts it.
  ///
  /// - Throws: `TextFrontEndError` when no text can be read or a setting cannot be.
  public static func fitted(
    to items: [Item], choices: Choices = Choices()
  ) throws -> TextFrontEnd {
    guard Choices.vocabularyLimits ~= choices.vocabularyLimit else {
      throw TextFrontEndError.setting(
        name: "vocabulary", found: "\(choices.vocabularyLimit)",
        expected: "3 tokens (padding, unknown and one more) to \(Vocabulary.mostTokens)")
    }
    var count = TokenCount(choices.tokens)
    var readable = 0
    var firstFailure: (any Error)?
    for item in items {
      do {
        count.add(Array(try text(of: item).utf8)[...])
        readable += 1
      } catch {
        firstFailure = firstFailure ?? error
      }
    }
    guard readable > 0 else {
      throw TextFrontEndError.nothingReadable(
        count: items.count, first: firstFailure.map { "\($0)" } ?? "")
    }
    let tokenizer = count.tokenizer(
      minimumCount: choices.minimumCount, limit: choices.vocabularyLimit)
    if let vocabulary = tokenizer.vocabulary, vocabulary.listsNothing {
      throw TextFrontEndError.noKnownToken(minimumCount: choices.minimumCount)
    }
    var longest = fittedLongest.lowerBound
    if choices.longest == nil {
      for item in items where longest < fittedLongest.upperBound {
        guard let text = try? text(of: item) else { continue }
        longest = max(longest, tokenizer.tokens(of: text).count)
      }
    }
    let chosen = choices.longest ?? min(longest, fittedLongest.upperBound)
    return try TextFrontEnd(tokenizer: tokenizer, longest: chosen)
  }

  /// A front end that decodes what a fitted one does.
  package static func decoding() throws -> TextFrontEnd {
    try TextFrontEnd(
      tokenizer: TokenCount(TokenSettings()).tokenizer(limit: 3), longest: mostPositions)
  }
}
