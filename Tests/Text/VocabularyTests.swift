import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitText

@Suite struct VocabularyTests {
  private func words(_ texts: String..., minimumCount: Int = 1, limit: Int = 100) -> Vocabulary? {
    var count = TokenCount(TokenSettings())
    for text in texts { count.add(Array(text.utf8)[...]) }
    return count.tokenizer(minimumCount: minimumCount, limit: limit).vocabulary
  }

  private func listed(_ vocabulary: Vocabulary?) -> [String] {
    guard let vocabulary else { return [] }
    return (2..<vocabulary.count).map {
      String(decoding: vocabulary.content(of: Int32($0)), as: UTF8.self)
    }
  }

  @Test func theMostFrequentAreFirstAndTiesGoByBytes() {
    #expect(listed(words("b a c", "c é d", "c b")) == ["c", "b", "a", "d", "é"])
    #expect(listed(words("c é d", "c b", "b a c")) == ["c", "b", "a", "d", "é"])
    #expect(listed(words("b a c", "c é d", "c b", minimumCount: 2)) == ["c", "b"])
    #expect(listed(words("b a c", "c é d", "c b", limit: 5)) == ["c", "b", "a"])
    #expect(listed(words("b a", limit: 2)) == [])
    #expect(listed(words()) == [])
  }

  @Test func numbersBeginBehindPaddingAndUnknown() throws {
    let vocabulary = try #require(words("where is my parcel", "where is it"))
    #expect(vocabulary.count == 7)
    #expect(vocabulary.token(of: Array("is".utf8)[...]) == 2)
    #expect(vocabulary.token(of: Array("where".utf8)[...]) == 3)
    #expect(vocabulary.token(of: Array("wher".utf8)[...]) == Vocabulary.unknown)
    #expect(vocabulary.token(of: []) == Vocabulary.unknown)
    #expect(vocabulary.content(of: Vocabulary.padding) == [])
    #expect(vocabulary.content(of: Vocabulary.unknown) == [])
  }

  @Test func whatIsKeptIsReadBack() throws {
    var stream = RandomStream(seed: 4, purpose: .tests)
    for size in [0, 1, 3, 100, 3000] {
      var count = TokenCount(TokenSettings())
      for _ in 0..<size { count.add(RandomText.bytes(upTo: 20, from: &stream)[...]) }
      let vocabulary = try #require(count.tokenizer(limit: 1 << 20).vocabulary)
      let read = try Vocabulary(bytes: vocabulary.bytes, offsets: vocabulary.offsets)
      #expect(read == vocabulary)
      for token in 2..<Int32(read.count) {
        #expect(read.token(of: vocabulary.content(of: token)) == token)
      }
    }
  }

  @Test func brokenContentsAreTold() {
    func error(_ bytes: [UInt8], _ offsets: [Int]) -> VocabularyError? {
      #expect(throws: VocabularyError.self) { try Vocabulary(bytes: bytes, offsets: offsets) }
    }
    #expect(error([], []) == .wrongEnds(first: nil, last: nil, bytes: 0))
    #expect(error([97], [1]) == .wrongEnds(first: 1, last: 1, bytes: 1))
    #expect(error([97], [0]) == .wrongEnds(first: 0, last: 0, bytes: 1))
    #expect(error([97], [0, 2]) == .wrongEnds(first: 0, last: 2, bytes: 1))
    #expect(error([97], [0, 1, 1]) == .wrongLength(index: 1, start: 1, end: 1))
    #expect(error([97, 98], [0, 3, 2]) == .wrongLength(index: 0, start: 0, end: 3))
    #expect(error([97, 98], [0, -1, 2]) == .wrongLength(index: 0, start: 0, end: -1))
    #expect(
      error([97, 98], [0, .min, .max, 2]) == .wrongLength(index: 0, start: 0, end: .min))
    #expect(error([97, 98, 97], [0, 1, 2, 3]) == .repeated(index: 2, first: 0))
    // One scalar cut into two tokens.
    #expect(error([0xC3, 0xA9], [0, 1, 2]) == .notUTF8(index: 0))
    let long = [UInt8](repeating: 97, count: Vocabulary.longestToken + 1)
    #expect(error(long, [0, long.count]) == .wrongLength(index: 0, start: 0, end: long.count))
    #expect(
      (error([97, 98, 97], [0, 1, 2, 3])?.description)
        == "The model's vocabulary is broken: token 2 is the same as token 0. Train the model again, "
        + "or fetch the file again.")
  }

  @Test func anyContentsAreReadOrRefused() {
    var stream = RandomStream(seed: 5, purpose: .tests)
    var read = 0
    for _ in 0..<5000 {
      let bytes = RandomText.bytes(upTo: 12, from: &stream)
      var offsets = Array(0...bytes.count)
      for _ in 0..<Int.random(in: 0...4, using: &stream) {
        offsets[Int.random(in: offsets.indices, using: &stream)] =
          Int.random(in: -2...bytes.count + 2, using: &stream)
      }
      if Bool.random(using: &stream) { offsets.sort() }
      guard let vocabulary = try? Vocabulary(bytes: bytes, offsets: offsets) else { continue }
      read += 1
      #expect(vocabulary.bytes == bytes && vocabulary.offsets == offsets)
    }
    #expect(read > 0)
  }

  @Test func aTableOfStringsFindsWhatADictionaryFinds() {
    var stream = RandomStream(seed: 6, purpose: .tests)
    var table = ByteStringTable()
    var numbers: [[UInt8]: Int] = [:]
    for _ in 0..<20_000 {
      let string = (0..<Int.random(in: 0...3, using: &stream)).map { _ in
        UInt8.random(in: 0..<40, using: &stream)
      }
      #expect(table.number(of: string[...]) == numbers[string])
      let (number, isNew) = table.insert(string[...])
      #expect(isNew == (numbers[string] == nil))
      #expect(number == numbers[string, default: numbers.count])
      numbers[string] = number
    }
    #expect(table.count == numbers.count && table.count > 5000)
  }
}
