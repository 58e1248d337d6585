/// The tokens of learned subwords: the 256 bytes, and sequences of them, each made of two tokens that
/// were there before.
///
/// 0 is padding and 1 unknown, which never occurs, for every byte has a token: byte b is 2 + b, and the
/// k-th merge 258 + k. Byte-pair encoding after Gage (1994) and Sennrich et al. (2016), on bytes.
public struct SubwordMerges: Sendable, Equatable {
  static let firstByte = Vocabulary.firstListed
  static let firstMerge = firstByte + 256

  /// The most merges: 2²⁰, some four times what the largest language models use.
  public static let mostMerges = 1 << 20

  /// The two tokens of every merge, [merge, 2], in the order in which they were learned. A model keeps
  /// them as they are.
  public let pairs: [Int32]

  /// Pairs to the index of their merge.
  private let ranks: [UInt64: Int32]

  /// Of every merge, in bytes.
  private let lengths: [Int]

  /// - Parameter pairs: [merge, 2].
  /// - Throws: `VocabularyError` where they are not pairs, a pair is of tokens that there are not yet,
  ///   is there twice, or makes more than `Vocabulary.longestToken` bytes.
  public init(pairs: [Int32]) throws {
    let count = pairs.count / 2
    guard pairs.count % 2 == 0 else { throw VocabularyError.oddPairs(count: pairs.count) }
    guard count <= Self.mostMerges else { throw VocabularyError.tooManyMerges(count: count) }
    var ranks: [UInt64: Int32] = [:]
    ranks.reserveCapacity(count)
    var lengths: [Int] = []
    lengths.reserveCapacity(count)
    for index in 0..<count {
      let (left, right) = (pairs[2 * index], pairs[2 * index + 1])
      let known = Self.firstByte..<Self.firstMerge + Int32(index)
      guard known.contains(left), known.contains(right) else {
        throw VocabularyError.wrongPair(index: index, left: left, right: right)
      }
      let parts = [left, right].map { token in
        token < Self.firstMerge ? 1 : lengths[Int(token - Self.firstMerge)]
      }
      guard parts[0] + parts[1] <= Vocabulary.longestToken else {
        throw VocabularyError.longMerge(index: index)
      }
      lengths.append(parts[0] + parts[1])
      if let first = ranks.updateValue(Int32(index), forKey: TokenPair(left, right).key) {
        throw VocabularyError.repeatedPair(index: index, first: Int(first))
      }
    }
    self.pairs = pairs
    self.ranks = ranks
    self.lengths = lengths
  }

  /// What `SubwordLearning` learned.
  ///
  /// - Precondition: the pairs are in order.
  init(learned pairs: [Int32]) {
    do {
      try self.init(pairs: pairs)
    } catch {
      preconditionFailure("merges were learned that do not fit together: \(error)")
    }
  }

  /// How many tokens there are, padding and unknown among them.
  public var count: Int { Int(Self.firstMerge) + lengths.count }

  /// The index of the merge of two tokens.
  func rank(_ left: Int32, _ right: Int32) -> Int32? { ranks[TokenPair(left, right).key] }

  /// How many bytes a token stands for: none for padding and unknown.
  ///
  /// - Precondition: there is such a token.
  func length(of token: Int32) -> Int {
    precondition(0 <= token && token < count, "token \(token) of \(count)")
    if token < Self.firstByte { return 0 }
    return token < Self.firstMerge ? 1 : lengths[Int(token - Self.firstMerge)]
  }

  /// The bytes that tokens stand for, one behind the other: nothing for padding and unknown.
  ///
  /// - Precondition: there are such tokens.
  public func content(of tokens: some Sequence<Int32>) -> [UInt8] {
    var bytes: [UInt8] = []
    var waiting: [Int32] = []
    for token in tokens {
      precondition(0 <= token && token < count, "token \(token) of \(count)")
      waiting.append(token)
      while let part = waiting.popLast() {
        if part >= Self.firstMerge {
          let merge = 2 * Int(part - Self.firstMerge)
          waiting.append(pairs[merge + 1])
          waiting.append(pairs[merge])
        } else if part >= Self.firstByte {
          bytes.append(UInt8(part - Self.firstByte))
        }
      }
    }
    return bytes
  }

  public static func == (left: SubwordMerges, right: SubwordMerges) -> Bool {
    left.pairs == right.pairs
  }
}

/// Two tokens that stand together.
struct TokenPair: Hashable {
  let left, right: Int32

  init(_ left: Int32, _ right: Int32) {
    self.left = left
    self.right = right
  }

  /// One number for the pair: hashing it takes one step instead of two.
  var key: UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}
