import ConvKitDrawing
import Testing

@testable import ConvKitTables

@Suite struct SimilarityPictureTests {
  private static func similarities(_ count: Int, _ value: (Int, Int) -> Float) -> Similarities {
    Similarities(
      names: (0..<count).map { "c\($0)" },
      values: (0..<count * count).map { value($0 / count, $0 % count) })
  }

  @Test func everyPairIsASquareOfItsColour() {
    let picture = Self.similarities(4) { $0 == $1 ? 1 : Float($0 + $1) / 10 }.picture()
    #expect(picture.width == 512 && picture.height == 512)
    for (row, column, value) in [(0, 0, 1), (0, 1, 0.1), (3, 1, 0.4), (2, 3, 0.5)]
      as [(Int, Int, Float)]
    {
      let colour = Similarities.colours.colour(of: value)
      #expect(picture[128 * row, 128 * column] == colour)
      #expect(picture[128 * row + 127, 128 * column + 127] == colour)
    }
  }

  /// Worked out by hand: five places in shares of 2, 2 and 1, whose places are 0.5, 2.5 and 4 on average.
  @Test func sharesOfManyAreAveraged() {
    let matrix = Self.similarities(5) { Float($0 * 10 + $1) }
    #expect(matrix.averaged(to: 3) == [5.5, 7.5, 9, 25.5, 27.5, 29, 40.5, 42.5, 44])
    #expect(matrix.averaged(to: 5) == matrix.values)
  }

  @Test func largeOnesStayWithinThePicture() {
    for count in [1, 2, 257, 512, 513] {
      let picture = Self.similarities(count) { $0 == $1 ? 1 : 0 }.picture()
      #expect(picture.width == picture.height && 256...512 ~= picture.width, "\(count)")
    }
    let checkers = Self.similarities(1024) { ($0 + $1) % 2 == 0 ? 1 : 0 }.picture()
    #expect(checkers.pixels.allSatisfy { $0 == Similarities.colours.colour(of: 0.5) })
    #expect(Similarities(names: [], values: []).picture().pixels.isEmpty)
  }
}
