import ConvKitCore
import Testing

@testable import ConvKitText

@Suite struct CanonicalFormTests {
  /// Every line of Unicode's own test: columns source; NFC; NFD; NFKC; NFKD.
  @Test(UnicodeData.has("NormalizationTest.txt.bz2")) func agreesWithUnicodesTest() throws {
    var tested = 0
    for line in try UnicodeData.lines("NormalizationTest.txt.bz2") where !line.hasPrefix("@") {
      let columns = line.split(separator: ";").prefix(5).map(UnicodeData.scalars)
      tested += 1
      for (form, columnsThatGiveIt) in [(1, 0...2), (3, 3...4)] {
        for column in columnsThatGiveIt {
          #expect(CanonicalComposition.composed(columns[column]) == columns[form], "\(line)")
        }
      }
      for (form, columnsThatGiveIt) in [(2, 0...2), (4, 3...4)] {
        for column in columnsThatGiveIt {
          #expect(CanonicalComposition.decomposed(columns[column]) == columns[form], "\(line)")
        }
      }
    }
    #expect(tested > 18_000)
  }

  @Test func theLastPlaneIsNotTakenForMarks() {
    // 0x100300 has the digits of the grave accent, U+0300, behind a one.
    #expect(CanonicalComposition.composed([0x41, 0x100300]) == [0x41, 0x100300])
    #expect(CanonicalComposition.composed([0x41, 0x300]) == [0xC0])
    #expect(CanonicalComposition.composed([0x100041, 0x300]) == [0x100041, 0x300])
  }

  @Test func composingTwiceIsComposingOnce() {
    var stream = RandomStream(seed: 3, purpose: .tests)
    for _ in 0..<2000 {
      let scalars = RandomText.text(upTo: 20, from: &stream).unicodeScalars.map(\.value)
      let once = CanonicalComposition.composed(scalars)
      #expect(CanonicalComposition.composed(once) == once)
      #expect(
        CanonicalComposition.decomposed(once) == CanonicalComposition.decomposed(scalars))
    }
  }

  @Test(UnicodeData.has("CaseFolding.txt")) func foldingAgreesWithUnicodesFile() throws {
    var expected: [UInt32: [UInt32]] = [:]
    for line in try UnicodeData.lines("CaseFolding.txt") {
      let fields = line.split(separator: ";").map { $0.filter { $0 != " " } }
      guard fields[1] == "C" || fields[1] == "F", let scalar = UInt32(fields[0], radix: 16) else {
        continue
      }
      expected[scalar] = UnicodeData.scalars(line.split(separator: ";")[2])
    }
    #expect(expected.count == 1530)
    let wrong = (UInt32(0)..<0x110000).filter { scalar in
      var folded: [UInt32] = []
      CaseFolding.append(scalar, to: &folded)
      return folded != expected[scalar] ?? [scalar]
    }
    #expect(wrong == [])
  }
}
