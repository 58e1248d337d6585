import ConvKitCore
import ConvKitFiles

/// The way from a text to a network's input: tokens [position].
///
/// A text that is longer than the network sees gives several inputs: windows that overlap by an eighth, or
/// by one less than `shortest` where that is more, so that what a feature looks for lies in one of them
/// whole; the last ends where the text ends. One with fewer tokens than `shortest` is filled with padding.
public struct TextFrontEnd: FrontEnd {
  public let tokenizer: Tokenizer

  /// The fewest positions of an input: as many as the network needs to find one of each of its features.
  public let shortest: Int

  /// The most positions of an input.
  public let longest: Int

  /// - Throws: `TextFrontEndError.setting` for a `longest` outside of 1...2²⁰ or a `shortest`
  ///   outside of 1...`longest`.
  public init(tokenizer: Tokenizer, shortest: Int = 1, longest: Int) throws {
    guard 1...Self.mostPositions ~= longest else {
      throw TextFrontEndError.setting(
        name: "longest", found: "\(longest)", expected: "1 to \(Self.mostPositions) tokens")
    }
    guard 1...longest ~= shortest else {
      throw TextFrontEndError.setting(
        name: "shortest", found: "\(shortest)", expected: "1 to \(longest) tokens")
    }
    self.tokenizer = tokenizer
    self.shortest = shortest
    self.longest = longest
  }

  static let mostPositions = 1 << 20

  public var inputShape: InputShape {
    InputShape(extent: [longest], varies: true, content: .tokens(vocabulary: tokenizer.count))
  }

  /// The same for a network whose inputs have at least so many positions.
  ///
  /// - Precondition: not more than `longest`.
  package func with(shortest: Int) -> TextFrontEnd {
    precondition(1...longest ~= shortest, "\(shortest) positions of \(longest)")
    return TextFrontEnd(tokenizer, shortest: shortest, longest: longest)
  }

  private init(_ tokenizer: Tokenizer, shortest: Int, longest: Int) {
    self.tokenizer = tokenizer
    self.shortest = shortest
    self.longest = longest
  }

  /// The inputs of a text, or of a file that holds one in UTF-8.
  ///
  /// - Throws: `TextFrontEndError.notAText` for an array or a row; for a file `FileError` and `TextFileError`.
  public func inputs(of item: Item) throws -> [PlacedInput] {
    var inputs: [PlacedInput] = []
    try forEachInput(of: item) { inputs.append($0) }
    return inputs
  }

  public func forEachInput(of item: Item, _ take: (PlacedInput) throws -> Void) throws {
    let tokens = tokenizer.tokens(of: try Self.text(of: item))
    for window in windows(of: tokens.count) {
      try take(PlacedInput(input(of: tokens[window])))
    }
  }

  static func text(of item: Item) throws -> String {
    switch item {
    case .text(let text): text
    case .file(let path): try TextFile.whole(path, encoding: .utf8)
    case .array(let array): throw TextFrontEndError.notAText(shape: array.shape)
    case .row(let cells): throw TextFrontEndError.notAText(shape: [cells.count])
    }
  }

  /// Where the inputs of a text lie in its tokens; one that is empty where there are none.
  package func windows(of count: Int) -> [Range<Int>] {
    guard count > longest else { return [0..<count] }
    let overlap = max(shortest - 1, longest / 8)
    return stride(from: 0, to: count - overlap, by: longest - overlap).map { start in
      let end = min(start + longest, count)
      return end - longest..<end
    }
  }

  private func input(of tokens: ArraySlice<Int32>) -> Input {
    var tokens = Array(tokens)
    while tokens.count < shortest { tokens.append(Vocabulary.padding) }
    return .tokens(Tensor(shape: [tokens.count], elements: tokens))
  }

  /// What is otherwise in a text than in the training texts, as the rest of a sentence that begins with
  /// it; nil where nothing is.
  package func oddity(of item: Item) -> String? {
    guard let text = try? Self.text(of: item) else { return nil }
    let tokens = tokenizer.tokens(of: text)
    if tokens.isEmpty { return "holds no token, so the answer is for no text at all" }
    let isUnknown = tokens.allSatisfy { $0 == Vocabulary.unknown }
    return isUnknown ? "holds no token that the model knows, so the answer is a guess" : nil
  }
}

/// Why texts and a front end for them do not go together.
public enum TextFrontEndError: ReportableError, Equatable {
  /// An array where a text was expected.
  case notAText(shape: [Int])
  /// A setting that cannot be.
  case setting(name: String, found: String, expected: String)
  /// There are no texts to fit to, or none of those that were looked at could be read; `first` says why
  /// the first not.
  case nothingReadable(count: Int, first: String)
  /// No token is in the training texts often enough to be known.
  case noKnownToken(minimumCount: Int)
  /// A model's settings without the tokens that belong to them, or with others.
  case tokens(String)

  public var category: ErrorCategory {
    switch self {
    case .notAText, .setting, .nothingReadable, .noKnownToken, .tokens: .badData
    }
  }

  public var description: String {
    switch self {
    case .notAText(let shape):
      "an array of the shape \(shape) was given to a model of texts; give it a text"
    case .setting(let name, let found, let expected):
      "the text setting \(name) is \(found); it must be \(expected)"
    case .nothingReadable(0, _):
      "there are no texts to fit the text settings to; give at least one"
    case .nothingReadable(let count, let first):
      "none of the \(count) texts can be read; the first: \(first)"
    case .noKnownToken(let minimumCount):
      """
      no token is there \(minimumCount == 1 ? "at all" : "\(minimumCount) times") in the training texts, so \
      that nothing can be learned. Give more texts, or let rarer tokens count: --minimum-count 1.
      """
    case .tokens(let fault): "the model's tokens \(fault)"
    }
  }
}
