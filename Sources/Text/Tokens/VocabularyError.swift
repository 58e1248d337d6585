import ConvKitCore

/// What is wrong with the tokens that a model keeps. Tokens and merges are counted from 0.
public enum VocabularyError: ReportableError, Equatable {
  /// The offsets do not begin at 0 or do not end with the bytes.
  case wrongEnds(first: Int?, last: Int?, bytes: Int)
  case tooMany(count: Int)
  /// A token is empty, too long, or lies outside of the bytes.
  case wrongLength(index: Int, start: Int, end: Int)
  case notUTF8(index: Int)
  /// A token is there twice.
  case repeated(index: Int, first: Int)
  case tooManyMerges(count: Int)
  /// The merges of subwords are not pairs.
  case oddPairs(count: Int)
  /// A merge is of a token that there is not yet.
  case wrongPair(index: Int, left: Int32, right: Int32)
  case repeatedPair(index: Int, first: Int)
  /// A merge makes too long a token.
  case longMerge(index: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    "The model's vocabulary is broken: \(fault). Train the model again, or fetch the file again."
  }

  private var fault: String {
    switch self {
    case .wrongEnds(let first, let last, let bytes):
      """
      its offsets go from \(first.map(String.init) ?? "nothing") to \
      \(last.map(String.init) ?? "nothing"), and 0 to \(bytes), the number of its bytes, was expected
      """
    case .tooMany(let count):
      "it has \(count) entries, which is more than is read here"
    case .wrongLength(let index, let start, let end):
      """
      token \(index) lies from byte \(start) to \(end), and 1 to \(Vocabulary.longestToken) bytes \
      within the vocabulary were expected
      """
    case .notUTF8(let index):
      "token \(index) is not UTF-8"
    case .repeated(let index, let first):
      "token \(index) is the same as token \(first)"
    case .tooManyMerges(let count):
      "it has \(count) merges, and at most \(SubwordMerges.mostMerges) were expected"
    case .oddPairs(let count):
      "its merges are \(count) numbers, and pairs were expected"
    case .wrongPair(let index, let left, let right):
      """
      merge \(index) is of the tokens \(left) and \(right), and two of \
      \(SubwordMerges.firstByte) to \(Int(SubwordMerges.firstMerge) + index - 1) were expected
      """
    case .repeatedPair(let index, let first):
      "merge \(index) is the same as merge \(first)"
    case .longMerge(let index):
      "merge \(index) makes a token of more than \(Vocabulary.longestToken) bytes"
    }
  }
}
