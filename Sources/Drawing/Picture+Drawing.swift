// What a picture can be drawn on with. Everything outside of the picture is cut off, so no drawing
// can fail; a colour replaces what was there, alpha included.

extension Picture {
  /// Fills a rectangle; its upper left corner is at (`row`, `column`).
  package mutating func fill(
    row: Int, column: Int, height: Int, width: Int, with colour: SIMD4<UInt8>
  ) {
    let columns = max(0, column)..<max(0, column, min(self.width, column + width))
    for row in max(0, row)..<max(0, row, min(self.height, row + height)) {
      for column in columns { pixels[row * self.width + column] = colour }
    }
  }

  /// Draws the outline of a rectangle, one pixel wide and inside of it.
  package mutating func outline(
    row: Int, column: Int, height: Int, width: Int, with colour: SIMD4<UInt8>
  ) {
    fill(row: row, column: column, height: 1, width: width, with: colour)
    fill(row: row + height - 1, column: column, height: 1, width: width, with: colour)
    fill(row: row, column: column, height: height, width: 1, with: colour)
    fill(row: row, column: column + width - 1, height: height, width: 1, with: colour)
  }

  /// Copies another picture, its upper left corner to (`row`, `column`), each of its pixels
  /// `magnification` pixels wide and high.
  package mutating func draw(
    _ picture: Picture, row: Int, column: Int, magnification: Int = 1
  ) {
    precondition(magnification > 0, "a magnification of \(magnification)")
    for sourceRow in 0..<picture.height {
      for sourceColumn in 0..<picture.width {
        fill(
          row: row + sourceRow * magnification, column: column + sourceColumn * magnification,
          height: magnification, width: magnification, with: picture[sourceRow, sourceColumn])
      }
    }
  }

  /// Writes one line of text, the upper left corner of its first letter at (`row`, `column`).
  ///
  /// A letter takes `Font.width` × `Font.height` pixels, times `magnification`. What is not printable
  /// ASCII appears as a hollow box.
  package mutating func write(
    _ text: String, row: Int, column: Int, colour: SIMD4<UInt8> = .black, magnification: Int = 1
  ) {
    precondition(magnification > 0, "a magnification of \(magnification)")
    for (place, character) in text.enumerated() {
      let left = column + place * Font.width * magnification
      for (glyphRow, bits) in Font.glyph(of: character).enumerated() {
        for glyphColumn in 0..<Font.width where bits >> UInt8(glyphColumn) & 1 == 1 {
          fill(
            row: row + glyphRow * magnification, column: left + glyphColumn * magnification,
            height: magnification, width: magnification, with: colour)
        }
      }
    }
  }
}
