import Testing

@testable import ConvKitText

/// The generated tables against the files they were made from, scalar by scalar.
@Suite struct ScalarTraitsTests {
  private static let scalars: Range<UInt32> = 0..<0x110000

  /// The scalars of a file with a value.
  private func scalars(of name: String, where isMeant: ([String]) -> Bool) throws -> Set<UInt32> {
    Set(try UnicodeData.properties(name).filter { isMeant($0.1) }.flatMap { Array($0.scalars) })
  }

  private func expect(_ expected: Set<UInt32>, _ trait: (ScalarTraits) -> Bool) {
    #expect(!expected.isEmpty)
    let wrong = Self.scalars.filter { trait(ScalarTraits(of: $0)) != expected.contains($0) }
    #expect(wrong == [])
  }

  @Test(UnicodeData.has("auxiliary/WordBreakProperty.txt")) func wordBreaks() throws {
    let names: [ScalarTraits.WordBreak: String] = [
      .carriageReturn: "CR", .lineFeed: "LF", .newline: "Newline", .extend: "Extend",
      .zeroWidthJoiner: "ZWJ", .format: "Format", .regionalIndicator: "Regional_Indicator",
      .katakana: "Katakana", .hebrewLetter: "Hebrew_Letter", .letter: "ALetter",
      .singleQuote: "Single_Quote", .doubleQuote: "Double_Quote",
      .middleOfNumberOrLetters: "MidNumLet", .middleOfLetters: "MidLetter",
      .middleOfNumber: "MidNum", .numeric: "Numeric", .extendNumberOrLetters: "ExtendNumLet",
      .space: "WSegSpace",
    ]
    #expect(names.count == ScalarTraits.WordBreak.allCases.count - 1)
    var expected: [UInt32: String] = [:]
    for (scalars, value) in try UnicodeData.properties("auxiliary/WordBreakProperty.txt") {
      for scalar in scalars { expected[scalar] = value[0] }
    }
    let wrong = Self.scalars.filter { scalar in
      names[ScalarTraits(of: scalar).wordBreak] != expected[scalar]
    }
    #expect(wrong == [])
  }

  @Test(UnicodeData.has("emoji/emoji-data.txt")) func pictographs() throws {
    expect(
      try scalars(of: "emoji/emoji-data.txt", where: { $0 == ["Extended_Pictographic"] }),
      \.isPictographic)
  }

  @Test(
    UnicodeData.has(
      "extracted/DerivedGeneralCategory.txt", "PropList.txt", "DerivedCoreProperties.txt",
      "auxiliary/WordBreakProperty.txt"))
  func categories() throws {
    let categories = "extracted/DerivedGeneralCategory.txt"
    let punctuation = try scalars(of: categories, where: { $0[0].hasPrefix("P") })
    let controls = try scalars(of: categories, where: { $0 == ["Cc"] })
    let spaces = try scalars(of: "PropList.txt", where: { $0 == ["White_Space"] })
    let ignorable = try scalars(
      of: "DerivedCoreProperties.txt", where: { $0 == ["Default_Ignorable_Code_Point"] })
    expect(punctuation, \.isPunctuation)
    let letters = try scalars(of: categories, where: { $0[0].hasPrefix("L") })
    let words = try scalars(of: "auxiliary/WordBreakProperty.txt", where: { _ in true })
    expect(letters.subtracting(words), \.isUnspaced)
    expect(controls.union(spaces).union(ignorable), \.isBlank)
  }

  /// The marks that say whether a token needs to be changed are what decides between the fast and the
  /// slow way, so they are held to the slow way.
  @Test func unmarkedScalarsStayAsTheyAre() {
    let wrong = Self.scalars.filter { scalar in
      if 0xD800...0xDFFF ~= scalar { return false }
      let traits = ScalarTraits(of: scalar)
      let folded = folded([scalar])
      if traits.folds != (folded != [scalar]) { return true }
      if traits.composes { return false }
      if CanonicalComposition.composed([scalar]) != [scalar] { return true }
      let apart = CanonicalComposition.decomposed([scalar])
      return !traits.folds && self.folded(apart) != apart
    }
    #expect(wrong == [])
  }

  private func folded(_ scalars: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    for scalar in scalars { CaseFolding.append(scalar, to: &result) }
    return result
  }
}
