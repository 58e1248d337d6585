import ConvKitFiles

/// The tokens that a network knows by number, for words and characters.
///
/// 0 is padding, 1 stands for every token that is not listed, and the listed ones follow, the most
/// frequent first. A model keeps them as two plain tensors, `bytes` and `offsets`.
public struct Vocabulary: Sendable, Equatable {
  /// The token that fills what is left of a batch.
  public static let padding: Int32 = 0
  /// The token of everything that is not listed.
  public static let unknown: Int32 = 1
  /// The number of the first token that is listed.
  static let firstListed: Int32 = 2

  /// The most bytes of a token; longer ones are unknown. Longer than any word in use: the longest in
  /// Sanskrit's literature has 195 letters, which take 3 bytes each.
  public static let longestToken = 1024

  /// The most tokens, padding and unknown among them: those of the largest vectors of words that are in
  /// use, of fastText. The bytes of as many of the longest are still counted in 32 bits.
  public static let mostTokens = 1 << 21

  private let table: ByteStringTable

  /// - Parameter table: tokens in their order, which are UTF-8, not empty, and not too long.
  init(_ table: ByteStringTable) { self.table = table }

  /// The vocabulary that a model keeps.
  ///
  /// - Parameters:
  ///   - bytes: the listed tokens in UTF-8, one behind the other.
  ///   - offsets: where each token begins, and at the end where the last one ends: 0 alone where
  ///     none is listed.
  /// - Throws: `VocabularyError` where these are not offsets into the bytes, or a token is empty, too
  ///   long, not UTF-8, or there twice.
  public init(bytes: [UInt8], offsets: [Int]) throws {
    guard offsets.first == 0, offsets.last == bytes.count else {
      throw VocabularyError.wrongEnds(
        first: offsets.first, last: offsets.last, bytes: bytes.count)
    }
    guard offsets.count < Self.mostTokens else {
      throw VocabularyError.tooMany(count: offsets.count - 1)
    }
    var table = ByteStringTable(capacity: offsets.count - 1)
    for index in 0..<offsets.count - 1 {
      let (start, end) = (offsets[index], offsets[index + 1])
      guard start < end, end <= bytes.count, end - start <= Self.longestToken else {
        throw VocabularyError.wrongLength(index: index, start: start, end: end)
      }
      guard (try? UTF8Span(validating: bytes[start..<end].span)) != nil else {
        throw VocabularyError.notUTF8(index: index)
      }
      let (number, isNew) = table.insert(bytes[start..<end])
      guard isNew else { throw VocabularyError.repeated(index: index, first: number) }
    }
    self.table = table
  }

  /// The listed tokens in UTF-8, one behind the other.
  public var bytes: [UInt8] { table.bytes }

  /// Where each listed token begins in `bytes`, and where the last one ends.
  public var offsets: [Int] { table.offsets }

  /// Whether every token is unknown.
  var listsNothing: Bool { table.count == 0 }

  /// How many tokens there are, padding and unknown among them.
  public var count: Int { table.count + Int(Self.firstListed) }

  /// The token with this content, or `unknown`.
  public func token(of content: ArraySlice<UInt8>) -> Int32 {
    guard content.count <= Self.longestToken, let number = table.number(of: content) else {
      return Self.unknown
    }
    return Int32(number) + Self.firstListed
  }

  /// The content of a token: nothing for padding and unknown.
  ///
  /// - Precondition: there is such a token.
  public func content(of token: Int32) -> ArraySlice<UInt8> {
    precondition(0 <= token && token < count, "token \(token) of \(count)")
    return token < Self.firstListed ? [] : table[Int(token - Self.firstListed)]
  }

  public static func == (left: Vocabulary, right: Vocabulary) -> Bool {
    left.offsets == right.offsets && left.bytes == right.bytes
  }
}
