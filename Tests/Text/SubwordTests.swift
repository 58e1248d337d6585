import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitText

@Suite struct SubwordTests {
  private let settings = TokenSettings(
    unit: .subwords, letters: .kept, form: .kept, digits: .kept)

  private func tokenizer(_ texts: [[UInt8]], limit: Int, minimumCount: Int = 1) -> Tokenizer {
    var count = TokenCount(settings)
    for text in texts { count.add(text[...]) }
    return count.tokenizer(minimumCount: minimumCount, limit: limit)
  }

  private func tokens(_ text: String, _ tokenizer: Tokenizer) -> [String] {
    tokenizer.tokens(of: text).map { String(decoding: tokenizer.content(of: $0), as: UTF8.self) }
  }

  private func pieces(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var pieces = SubwordPieces(bytes[...])
    var found: [String] = []
    while let piece = pieces.next() {
      found.append(String(decoding: bytes[piece.range], as: UTF8.self))
    }
    return found
  }

  @Test func aPieceIsAWordWithTheSpaceBefore() {
    #expect(pieces("where is  it?") == ["where", " is", " ", " it", "?"])
    #expect(pieces("  a\n b \n") == [" ", " a", "\n", " b", " ", "\n"])
    #expect(pieces("我们在这里。 สวัสดี!") == ["我们在这里", "。", " สวัสดี", "!"])
    #expect(pieces("") == [])
    #expect(pieces("   ") == ["   "])
  }

  /// By hand: three times "ab", twice "bc" of which one is behind an "a".
  @Test func theMostFrequentPairIsMergedFirst() {
    let tokenizer = tokenizer([Array("ab\nabc\nab\nbc".utf8)], limit: 260)
    let pairs = tokenizer.merges?.pairs
    // "ab" is there three times; of the pairs that are then left once, (ab, c) is before (b, c).
    let (a, b, c): (Int32, Int32, Int32) = (2 + 97, 2 + 98, 2 + 99)
    #expect(pairs == [a, b, 258, c])
    #expect(tokens("abcab bc", tokenizer) == ["abc", "ab", " ", "b", "c"])
  }

  @Test func tiesGoByTheBytes() {
    let tokenizer = tokenizer([Array("zy\nba\nbc\n".utf8)], limit: 300)
    let expected: [Int32] = Array("babczy".utf8).map { Int32($0) + 2 }
    #expect(tokenizer.merges?.pairs == expected)
  }

  @Test func minimumCountAndLimitEndTheLearning() {
    let text = Array("ab ab ab cd cd ef".utf8)
    #expect(tokenizer([text], limit: 400, minimumCount: 3).count == 258 + 1)
    #expect(tokenizer([text], limit: 259, minimumCount: 1).count == 259)
    #expect(tokenizer([text], limit: 2).count == 258)
    #expect(tokenizer([], limit: 1000).count == 258)
  }

  @Test func repeatedBytesAreMergedFromTheLeft() {
    // (a, a) gives aa aa a; of the two pairs then left once, (aa, a) is before (aa, aa).
    let tokenizer = tokenizer([Array("aaaaa".utf8)], limit: 260)
    #expect(tokens("aaaaa", tokenizer) == ["aa", "aaa"])
    #expect(tokens("aaaa", tokenizer) == ["aa", "aa"])
  }

  /// The counts that are kept up to date against counts that are made anew for every merge.
  @Test func learningAgreesWithThePlainWay() {
    var stream = RandomStream(seed: 10, purpose: .tests)
    for _ in 0..<60 {
      let letters = Int.random(in: 1...4, using: &stream)
      var table = ByteStringTable()
      var counts: [Int] = []
      for _ in 0..<Int.random(in: 0...12, using: &stream) {
        let piece = (0..<Int.random(in: 1...12, using: &stream)).map { _ in
          UInt8(97 + Int.random(in: 0..<letters, using: &stream))
        }
        guard table.insert(piece[...]).isNew else { continue }
        counts.append(Int.random(in: 1...3, using: &stream))
      }
      let minimum = Int.random(in: 1...3, using: &stream)
      var learning = SubwordLearning(table, counts: counts)
      let found = learning.pairs(limit: 12, minimumCount: minimum)
      let expected = PlainSubwords.pairs(
        (0..<table.count).map { Array(table[$0]) }, counts, limit: 12, minimumCount: minimum)
      #expect(found == expected)

      let merges = SubwordMerges(learned: found)
      var encoder = SubwordEncoder(merges)
      for piece in 0..<table.count {
        var encoded: [Int32] = []
        encoder.encode(table[piece]) { token, _ in encoded.append(token) }
        #expect(encoded == PlainSubwords.encoded(Array(table[piece]), found))
      }
    }
  }

  @Test func anyBytesAreReadBack() {
    var stream = RandomStream(seed: 11, purpose: .tests)
    let texts = (0..<500).map { _ in RandomText.bytes(upTo: 60, from: &stream) }
    let tokenizer = tokenizer(texts, limit: 900)
    #expect(tokenizer.count == 900)
    let others = (0..<1000).map { _ in RandomText.bytes(upTo: 60, from: &stream) }
    for text in texts + others {
      let tokens = tokenizer.tokens(of: text[...])
      #expect(tokenizer.merges?.content(of: tokens) == text)
      let placed = tokenizer.placedTokens(of: text[...])
      for token in placed {
        #expect(tokenizer.content(of: token.token) == Array(text[token.range]))
      }
    }
  }

  @Test func theOrderOfTheTextsChangesNothing() {
    var stream = RandomStream(seed: 12, purpose: .tests)
    let texts = (0..<300).map { _ in RandomText.bytes(upTo: 40, from: &stream) }
    let first = tokenizer(texts, limit: 600)
    #expect(tokenizer(texts.reversed(), limit: 600) == first)
    #expect(tokenizer(texts.shuffled(using: &stream), limit: 600) == first)
  }

  @Test func foldedWordsWhoseLengthChangesKeepTheirRange() {
    var count = TokenCount(TokenSettings(unit: .subwords))
    count.add(Array("x".utf8)[...])
    let tokenizer = count.tokenizer(limit: 258)
    let text = Array("Aİ Bé".utf8)
    let placed = tokenizer.placedTokens(of: text[...])
    #expect(tokenizer.merges?.content(of: placed.map(\.token)) == Array("ai\u{307} bé".utf8))
    #expect(
      placed.map(\.range) == Array(repeating: 0..<3, count: 4) + [3..<4, 4..<5, 5..<6, 6..<7])
  }

  @Test func brokenMergesAreTold() throws {
    func error(_ pairs: [Int32]) -> VocabularyError? {
      #expect(throws: VocabularyError.self) { try SubwordMerges(pairs: pairs) }
    }
    #expect(error([3]) == .oddPairs(count: 1))
    #expect(error([1, 3]) == .wrongPair(index: 0, left: 1, right: 3))
    #expect(error([3, -1]) == .wrongPair(index: 0, left: 3, right: -1))
    #expect(error([3, 258]) == .wrongPair(index: 0, left: 3, right: 258))
    #expect(error([3, 4, 258, .max]) == .wrongPair(index: 1, left: 258, right: .max))
    #expect(error([3, 4, 5, 6, 3, 4]) == .repeatedPair(index: 2, first: 0))
    // Each merge doubles the one before: the tenth has 1024 bytes.
    var doubling: [Int32] = [3, 3]
    for merge in Int32(258)..<268 { doubling += [merge, merge] }
    #expect(error(doubling) == .longMerge(index: 10))
    let longest = try SubwordMerges(pairs: Array(doubling.dropLast(2)))
    #expect(longest.content(of: [267]) == [UInt8](repeating: 1, count: 1024))
    #expect(
      error([1, 3])?.description == """
        The model's vocabulary is broken: merge 0 is of the tokens 1 and 3, and two of 2 to 257 were \
        expected. Train the model again, or fetch the file again.
        """)
  }
}

/// Byte-pair merging as it is defined, counted anew for every merge.
private enum PlainSubwords {
  static func pairs(
    _ pieces: [[UInt8]], _ counts: [Int], limit: Int, minimumCount: Int
  ) -> [Int32] {
    var tokens = pieces.map { $0.map { Int32($0) + 2 } }
    var contents = (0..<258).map { $0 < 2 ? [] : [UInt8($0 - 2)] }
    var pairs: [Int32] = []
    while pairs.count < 2 * limit {
      var found: [TokenPair: Int] = [:]
      for (piece, count) in zip(tokens, counts) {
        for (left, right) in zip(piece, piece.dropFirst()) {
          found[TokenPair(left, right), default: 0] += count
        }
      }
      let ordered = found.sorted { one, other in
        if one.value != other.value { return one.value > other.value }
        let (a, b) = (contents[Int(one.key.left)], contents[Int(other.key.left)])
        if a != b { return a.lexicographicallyPrecedes(b) }
        let (c, d) = (contents[Int(one.key.right)], contents[Int(other.key.right)])
        if c != d { return c.lexicographicallyPrecedes(d) }
        return (one.key.left, one.key.right) < (other.key.left, other.key.right)
      }
      guard let best = ordered.first, best.value >= minimumCount else { break }
      pairs += [best.key.left, best.key.right]
      tokens = tokens.map { merged($0, best.key, Int32(contents.count)) }
      contents.append(contents[Int(best.key.left)] + contents[Int(best.key.right)])
    }
    return pairs
  }

  /// Every merge in its turn, wherever it is possible.
  static func encoded(_ piece: [UInt8], _ pairs: [Int32]) -> [Int32] {
    var tokens = piece.map { Int32($0) + 2 }
    for index in 0..<pairs.count / 2 {
      let pair = TokenPair(pairs[2 * index], pairs[2 * index + 1])
      tokens = merged(tokens, pair, Int32(258 + index))
    }
    return tokens
  }

  private static func merged(_ tokens: [Int32], _ pair: TokenPair, _ token: Int32) -> [Int32] {
    var result: [Int32] = []
    var index = 0
    while index < tokens.count {
      if index + 1 < tokens.count, tokens[index] == pair.left, tokens[index + 1] == pair.right {
        result.append(token)
        index += 2
      } else {
        result.append(tokens[index])
        index += 1
      }
    }
    return result
  }
}
