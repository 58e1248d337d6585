import ConvKitDrawing
import Testing

@testable import ConvKitLetters

private let difficulties = (0..<16).map { Difficulty(rawValue: $0) }

@Suite struct LetterPicturesTests {
  @Test func halfOfEachLetter() {
    let letters = LetterPictures()
    #expect((0..<100).count { letters.picture($0).letter == .x } == 50)
  }

  @Test func aPictureIsAFunctionOfSeedAndIndex() {
    let letters = LetterPictures(seed: 5)
    #expect(letters.picture(77).picture == LetterPictures(seed: 5).picture(77).picture)
    #expect(letters.picture(77).picture != letters.picture(79).picture)
    #expect(letters.picture(77).picture != LetterPictures(seed: 6).picture(77).picture)
  }

  /// A change of any pixel of any picture is a change of every result that was measured with them.
  @Test func thePixelsAreTheRecordedOnes() {
    let pixels = (0..<200).flatMap { LetterPictures(seed: 1).picture($0).picture.pixels }
    #expect(checksum(pixels.map(\.x)) == 15_151_158_136_969_788_217)
  }

  @Test func withoutADifficultyTheLetterStandsInTheMiddle() {
    let letters = LetterPictures(seed: 3, difficulty: [])
    for index in 0..<2 {
      let drawing = letters.drawing(index)
      #expect(drawing.halfWidth == 9 && drawing.radius == 1)
      #expect(drawing.right == 0 && drawing.down == 0 && drawing.turn == Turn(degrees: 0))
      // The same from every side, and dark on white.
      let picture = letters.picture(index).picture
      for row in 0..<28 {
        for column in 0..<28 {
          let pixel = picture[row, column]
          #expect(pixel == picture[column, row] && pixel == picture[27 - row, column])
          #expect(pixel.x == pixel.y && pixel.y == pixel.z && pixel.w == 255)
        }
      }
      #expect(picture[0, 0] == .white && picture.pixels.contains(.black))
    }
  }

  /// The letter, drawn on a larger ground: nothing dark lies outside of the picture.
  @Test(arguments: difficulties, [28, 9, 40])
  func nothingLeavesThePicture(difficulty: Difficulty, size: Int) {
    let letters = LetterPictures(seed: 8, size: size, difficulty: difficulty)
    for index in 0..<100 {
      let drawing = letters.drawing(index)
      let wide = drawing.picture(size: size + 8)
      let small = letters.picture(index).picture
      for row in 0..<size + 8 {
        for column in 0..<size + 8 {
          let isInside = 4..<size + 4 ~= row && 4..<size + 4 ~= column
          let expected = isInside ? small[row - 4, column - 4] : .white
          guard wide[row, column] != expected else { continue }
          Issue.record("picture \(index), row \(row - 4), column \(column - 4)")
          return
        }
      }
    }
  }

  @Test(arguments: [14, 28, 56])
  func rangesAreReachedAndKept(size: Int) {
    let unit = Double(size) / 28
    func drawings(_ difficulty: Difficulty) -> [LetterDrawing] {
      let letters = LetterPictures(seed: 2, size: size, difficulty: difficulty)
      return (0..<4000).map { letters.drawing($0) }
    }
    let moved = drawings(.translation)
    expectRange(moved.map { $0.right / unit }, -4...4, "right")
    expectRange(moved.map { $0.down / unit }, -4...4, "down")
    // With a stroke of 2 even the largest upright letter fits: 11.7 + 1 of 14.
    expectRange(drawings(.scaling).map { $0.halfWidth / unit / 9 }, 0.5...1.3, "scale")
    expectRange(drawings(.weight).map { $0.radius * 2 / unit }, 1...4, "stroke")
    let turned = drawings(.rotation)
    let half = 0.5.squareRoot()
    #expect(turned.allSatisfy { $0.turn.sine.magnitude <= half + 1e-9 && $0.halfWidth == 9 * unit })
    expectRange(turned.map { $0.turn.sine }, -half...half, "sine")
  }

  @Test func difficultiesShareTheirDraws() {
    let all = LetterPictures(seed: 4, difficulty: .all)
    let weight = LetterPictures(seed: 4, difficulty: .weight)
    for index in 0..<50 { #expect(all.drawing(index).radius == weight.drawing(index).radius) }
  }

  @Test func turnsAreExact() {
    for (degrees, sine) in [
      (0.0, 0.0), (30, 0.5), (45, 0.5.squareRoot()), (-45, -0.5.squareRoot()),
    ] {
      let turn = Turn(degrees: degrees)
      #expect(abs(turn.sine - sine) < 1e-11)
      #expect(abs(turn.cosine - (1 - sine * sine).squareRoot()) < 1e-11)
    }
    for degrees in -45...45 {
      let turn = Turn(degrees: Double(degrees))
      #expect(abs(turn.sine * turn.sine + turn.cosine * turn.cosine - 1) < 1e-11)
    }
  }
}
