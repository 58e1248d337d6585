import ConvKitCore
import Testing

@testable import ConvKitLetters

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Every figure that the design gives for the worked example, from ConvKit's own network.
@Suite("The worked example")
struct WorkedExampleTests {
  let example: WorkedExample

  init() throws { example = try WorkedExample() }

  @Test func filtering() {
    let falling = example.x.maps[0]
    #expect(example.x.maps.map(\.count) == [7, 7, 7])
    #expect(
      falling[0].map(WorkedExample.cut) == [
        "0.77", "-0.11", "0.11", "0.33", "0.55", "-0.11", "0.33",
      ])
    #expect(
      (0..<7).map { WorkedExample.cut(falling[$0][$0]) } == [
        "0.77", "1.00", "1.00", "0.55", "1.00", "1.00", "0.77",
      ])
    #expect(WorkedExample.cut(falling[3][3]) == "0.55")
  }

  @Test func normalisation() {
    for (map, normalised) in zip(example.x.maps, example.x.normalised) {
      #expect(normalised == map.map { $0.map { max($0, 0) } })
    }
  }

  @Test func pooling() {
    #expect(
      example.x.pooled.map(Self.table) == [
        """
        1.00 0.33 0.55 0.33
        0.33 1.00 0.33 0.55
        0.55 0.33 1.00 0.11
        0.33 0.55 0.11 0.77
        """,
        """
        0.55 0.33 0.55 0.33
        0.33 1.00 0.55 0.11
        0.55 0.55 0.55 0.11
        0.33 0.11 0.11 0.33
        """,
        """
        0.33 0.55 1.00 0.77
        0.55 0.55 1.00 0.33
        1.00 1.00 0.11 0.55
        0.77 0.33 0.55 0.33
        """,
      ])
  }

  @Test func deepStacking() {
    #expect(
      example.x.stacked.map(Self.table) == [
        "1.00 0.55\n0.55 1.00", "1.00 0.55\n0.55 0.55", "0.55 1.00\n1.00 0.55",
      ])
  }

  @Test func votes() {
    for (stages, strong) in [(example.x, [1, 4, 5, 10, 11]), (example.o, [2, 3, 9, 12])] {
      #expect(
        stages.votes.map(WorkedExample.cut)
          == (1...12).map { strong.contains($0) ? "1.00" : "0.55" })
    }
    #expect(example.x.answers.map(WorkedExample.cut) == ["1.00", "0.55"])
    #expect(example.o.answers.map(WorkedExample.cut) == ["0.55", "1.00"])
  }

  @Test func movedLetter() {
    #expect(example.differingPlaces == 26)
    #expect(
      WorkedExample.perfectMatches(example.x) == WorkedExample.perfectMatches(example.movedX))
    #expect(example.movedX.answers[0] > example.movedX.answers[1])
  }

  @Test func error() {
    #expect(example.answersToLearnFrom.map(WorkedExample.cut) == ["0.90", "0.50"])
    #expect(abs(example.error - 0.6) < 1e-5)
  }

  /// Nudges of 0.01; the tolerance of 1e-4 is stated with the figures.
  @Test func slopes() {
    for (slope, expected) in zip(example.slopes, [-0.2, 5.0 / 36, -0.09]) {
      #expect(abs(slope.error - 0.6) < 1e-5)
      #expect(abs(slope.slope - expected) < WorkedExample.Slope.tolerance)
      #expect(abs(slope.gradient - expected) < 1e-6)
      #expect(abs(slope.up - slope.down) < WorkedExample.Slope.tolerance, "no kink here")
    }
    #expect(
      example.slopes.map(\.weight) == [
        .votingWeight(.x, place: 1), .votingWeight(.o, place: 2),
        .featurePixel(feature: 0, row: 1, column: 1),
      ])
  }

  /// Two places of the X's average of five hold the corner on the stroke: −0.04. Two of the O's four
  /// tie between a patch with a stroke in the corner and one without: ±0.05 either way.
  @Test func tiedMaxima() {
    let tied = example.tied
    #expect(abs(tied.up - 0.01) < WorkedExample.Slope.tolerance)
    #expect(abs(tied.down + 0.09) < WorkedExample.Slope.tolerance)
    #expect(abs(tied.gradient + 0.09) < 1e-6)
  }

  /// Every weight's gradient lies between the slopes below and above it, which differ only at kinks.
  @Test func everyGradient() throws {
    let network = try ExampleNetwork(instructionSet: nil)
    let pixels = (0..<27).map {
      WorkedExample.Weight.featurePixel(feature: $0 / 9, row: $0 / 3 % 3, column: $0 % 3)
    }
    let votes = (0..<24).map {
      WorkedExample.Weight.votingWeight(Letter.allCases[$0 / 12], place: $0 % 12 + 1)
    }
    for weight in pixels + votes {
      let slope = try network.slope(by: weight, at: ExampleWeights(votingWeight: 0.9))
      let between = min(slope.up, slope.down)...max(slope.up, slope.down)
      let nearest = min(max(slope.gradient, between.lowerBound), between.upperBound)
      #expect(abs(slope.gradient - nearest) < WorkedExample.Slope.tolerance, "\(slope)")
    }
  }

  @Test func errorFalls() {
    #expect(example.descent.count == 9)
    #expect(abs(example.descent[0].error - 1.2) < 1e-5)
    for (before, after) in zip(example.descent, example.descent.dropFirst()) {
      #expect(after.errorOfX < before.errorOfX)
      #expect(after.errorOfO < before.errorOfO)
    }
  }

  @Test(arguments: [
    (0.5555, "0.55"), (0.99999994, "1.00"), (7.0 / 9, "0.77"), (-1.0 / 9, "-0.11"), (0, "0.00"),
    (-0.001, "0.00"), (12.345, "12.34"),
  ])
  func cutting(_ value: Double, _ text: String) {
    #expect(WorkedExample.cut(value) == text)
  }

  @Test(arguments: [
    (5.0 / 36, "+0.1389"), (-0.2, "-0.2000"), (0.00004, "0.0000"), (-0.00004, "0.0000"),
  ])
  func rounding(_ value: Double, _ text: String) {
    #expect(WorkedExample.signed(value) == text)
  }

  private static func table(_ map: [[Float]]) -> String {
    map.map { $0.map(WorkedExample.cut).joined(separator: " ") }.joined(separator: "\n")
  }
}

/// The printed text, against `Fixtures/walkthrough.txt`. Where a change of it is meant, `convkit xo
/// walkthrough` writes the new one.
@Suite("The walkthrough")
struct WalkthroughTests {
  @Test(arguments: InstructionSet.available)
  func text(_ instructionSet: InstructionSet) throws {
    let expected = try #require(Self.fixture())
    let text = try WorkedExample(instructionSet: instructionSet).walkthrough()
    let pairs = zip(text.split(separator: "\n"), expected.split(separator: "\n"))
    if let (line, expectedLine) = pairs.first(where: { $0 != $1 }) {
      #expect(line == expectedLine, "the first line that differs")
    }
    // No difference of two long texts: the line above says enough.
    let isEqual = text == expected
    #expect(isEqual)
  }

  @Test func width() throws {
    for line in try WorkedExample().walkthrough().split(separator: "\n") {
      #expect(line.count <= 100, "\(line)")
      #expect(line.allSatisfy(\.isASCII) && line.last != " ", "\(line)")
    }
  }

  private static func fixture(_ testFile: String = #filePath) -> String? {
    let folder = testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    guard let file = fopen(folder.joined(separator: "/") + "/Fixtures/walkthrough.txt", "rb") else {
      return nil
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
