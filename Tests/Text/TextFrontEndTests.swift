import ConvKitCore
import ConvKitFiles
import FoundationEssentials
import Testing

@testable import ConvKitText

@Suite struct TextFrontEndTests {
  private static let texts = ["where is my parcel", "my parcel is late", "hello"]

  private func fitted(
    _ texts: [String] = texts, _ change: (inout TextFrontEnd.Choices) -> Void = { _ in }
  ) throws -> TextFrontEnd {
    var choices = TextFrontEnd.Choices()
    choices.minimumCount = 1
    change(&choices)
    return try TextFrontEnd.fitted(to: texts.map { .text($0) }, choices: choices)
  }

  /// The tokens of the inputs of a text.
  private func tokens(_ frontEnd: TextFrontEnd, _ text: String) throws -> [[Int32]] {
    try frontEnd.inputs(of: .text(text)).map { placed in
      guard case .tokens(let tensor) = placed.input.content else { return [] }
      #expect(placed.input.extent == tensor.shape)
      return tensor.elements
    }
  }

  // is, my, parcel (2 each, bytewise), hello, late, where.
  @Test func tokensAreNumberedByFrequencyAndShortTextsFilled() throws {
    let frontEnd = try fitted()
    #expect(
      frontEnd.inputShape
        == InputShape(extent: [64], varies: true, content: .tokens(vocabulary: 8)))
    #expect(try tokens(frontEnd, "Where is MY parcel") == [[7, 2, 3, 4]])
    #expect(try tokens(frontEnd, "") == [[0]])
    #expect(try tokens(frontEnd.with(shortest: 6), "Where is MY parcel") == [[7, 2, 3, 4, 0, 0]])
    #expect(try tokens(frontEnd, "my cat is my cat is late") == [[3, 1, 2, 3, 1, 2, 6]])
    #expect(try tokens(fitted { $0.minimumCount = 2 }, "hello is my") == [[1, 2, 3]])
    #expect(try tokens(fitted { $0.vocabularyLimit = 3 }, "hello is my") == [[1, 2, 1]])
    #expect(try tokens(fitted { $0.tokens.letters = .kept }, "Is is") == [[1, 2]])
  }

  /// Every run of an eighth of the longest input, and of the shortest, lies in one window whole.
  @Test(arguments: [1, 5, 40, 41, 75, 76, 1000], [1, 5, 30, 40])
  func longTextsAreReadInWindows(count: Int, shortest: Int) throws {
    let frontEnd = try fitted { $0.longest = 40 }.with(shortest: shortest)
    let windows = frontEnd.windows(of: count)
    #expect(windows.first?.lowerBound == 0 && windows.last?.upperBound == count)
    #expect(windows.allSatisfy { $0.count == min(40, count) })
    let length = max(6, shortest)
    for start in 0...max(0, count - length) {
      let run = start..<min(start + length, count)
      #expect(
        windows.contains { $0.lowerBound <= run.lowerBound && run.upperBound <= $0.upperBound })
    }
    // No window is there for nothing.
    let step = 40 - length + 1
    #expect(windows.count == (count <= 40 ? 1 : (count - 40 + step - 1) / step + 1))
    let text = Array(repeating: "my", count: count).joined(separator: " ")
    #expect(try tokens(frontEnd, text).count == windows.count)
  }

  @Test func theLongestTextIsTakenWithinBounds() throws {
    func longest(_ count: Int) throws -> Int {
      try fitted([Array(repeating: "a", count: count).joined(separator: " ")]).longest
    }
    #expect(try longest(1) == 64)
    #expect(try longest(64) == 64)
    #expect(try longest(65) == 65)
    #expect(try longest(1024) == 1024)
    #expect(try longest(1025) == 1024)
  }

  @Test(arguments: TokenSettings.Unit.allCases)
  func isReadBackWithItsTokens(unit: TokenSettings.Unit) throws {
    let frontEnd = try fitted { $0.tokens.unit = unit }
    let json = try JSONEncoder().encode(frontEnd)
    let decoder = JSONDecoder()
    decoder.userInfo[TextFrontEnd.tokensKey] = frontEnd.storedTokens
    #expect(try decoder.decode(TextFrontEnd.self, from: json) == frontEnd)

    decoder.userInfo = [:]
    #expect(throws: TextFrontEndError.tokens("are missing")) {
      try decoder.decode(TextFrontEnd.self, from: json)
    }
    let others = try fitted(["something else"]) { $0.tokens.unit = unit }.storedTokens
    decoder.userInfo[TextFrontEnd.tokensKey] = others
    #expect(throws: TextFrontEndError.tokens("are not those that its settings belong to")) {
      try decoder.decode(TextFrontEnd.self, from: json)
    }
  }

  @Test(arguments: [
    ("\"longest\":64", "\"longest\":0"), ("\"longest\":64", "\"longest\":1048577"),
    ("\"shortest\":1", "\"shortest\":0"), ("\"shortest\":1", "\"shortest\":65"),
    ("\"unit\":\"words\"", "\"unit\":\"subwords\""),
  ])
  func settingsThatCannotBeAreRefused(old: String, new: String) throws {
    let frontEnd = try fitted()
    let json = String(decoding: try JSONEncoder().encode(frontEnd), as: UTF8.self)
    #expect(json.contains(old))
    let decoder = JSONDecoder()
    decoder.userInfo[TextFrontEnd.tokensKey] = frontEnd.storedTokens
    #expect(throws: TextFrontEndError.self) {
      try decoder.decode(TextFrontEnd.self, from: Data(json.replacing(old, with: new).utf8))
    }
  }

  @Test func whatIsNoTextIsRefused() throws {
    let frontEnd = try fitted()
    let array = Item.array(NumberArray(shape: [1, 1], bytes: [7]))
    #expect(throws: TextFrontEndError.notAText(shape: [1, 1])) { try frontEnd.inputs(of: array) }
    #expect(throws: FileError.self) { try frontEnd.inputs(of: .file("/nowhere/text")) }
    #expect(throws: TextFrontEndError.nothingReadable(count: 0, first: "")) {
      try TextFrontEnd.fitted(to: [])
    }
    #expect(throws: TextFrontEndError.self) { try TextFrontEnd.fitted(to: [array]) }
  }

  @Test func guessesAreSaidToBeSo() throws {
    let frontEnd = try fitted()
    #expect(frontEnd.oddity(of: .text("my zebra")) == nil)
    #expect(
      frontEnd.oddity(of: .text(" ")) == "holds no token, so the answer is for no text at all")
    #expect(
      frontEnd.oddity(of: .text("zebra"))
        == "holds no token that the model knows, so the answer is a guess")
  }

  @Test func wordDropoutMakesAShareUnknownAndNoPadding() throws {
    let augmentation = try TextAugmentation("word-dropout=0.25")
    let tokens = Array(repeating: Int32(5), count: 4000) + [0, 0]
    let input = Input.tokens(Tensor(shape: [4002], elements: tokens))
    func varied(_ epoch: Int) -> [Int32] {
      let stream = RandomStream(seed: 1, purpose: .augmentation, epoch: epoch)
      guard case .tokens(let tensor) = augmentation.varied(input, random: stream).content else {
        return []
      }
      return tensor.elements
    }
    #expect(varied(1) == varied(1))
    #expect(varied(1) != varied(2))
    #expect(varied(1).suffix(2) == [0, 0])
    #expect(Set(varied(1).prefix(4000)) == [1, 5])
    // Six standard deviations of a binomial.
    #expect((1000 - 165...1000 + 165).contains(varied(1).count { $0 == 1 }))
    #expect(throws: AugmentationError<TextAugmentationKind>.self) {
      try TextAugmentation("word-dropout=0.95")
    }
  }

  @Test func aRunOfTokensIsShownAsItStands() throws {
    let text = try fitted().placedText(of: .text("  Where, is  my?"))
    #expect(text.tokenCount == 5)
    func shows(_ run: Range<Int>, _ passage: String, _ scalars: Range<Int>) {
      let found = text.passage(of: run)
      #expect(found?.text == passage && found?.scalars == scalars)
    }
    shows(0..<2, "Where,", 2..<8)
    shows(2..<4, "is  my", 9..<15)
    shows(3..<9, "my?", 13..<16)
    #expect(text.passage(of: 7..<9) == nil)
  }

  /// Subwords are bytes at first, and what is shown is text.
  @Test func partsOfACharacterAreShownWhole() throws {
    let frontEnd = try fitted { $0.tokens.unit = .subwords }
    let text = try frontEnd.placedText(of: .text("né谢"))
    let passages = (0..<text.tokenCount).compactMap { text.passage(of: $0..<$0 + 1) }
    #expect(Set(passages.map(\.text)) == ["n", "é", "谢"])
    #expect(Set(passages.map(\.scalars)) == [0..<1, 1..<2, 2..<3])
  }

  @Test func aTrainingWithoutAnyKnownTokenIsRefused() throws {
    #expect(throws: TextFrontEndError.noKnownToken(minimumCount: 2)) {
      try fitted(["one two", "three"]) { $0.minimumCount = 2 }
    }
    #expect(throws: TextFrontEndError.self) { try fitted { $0.vocabularyLimit = 2 } }
    #expect(throws: TextFrontEndError.self) {
      try fitted { $0.vocabularyLimit = Vocabulary.mostTokens + 1 }
    }
  }
}
