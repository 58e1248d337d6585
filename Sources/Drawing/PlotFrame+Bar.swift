/// The bar that tells which value has which colour.
extension PlotFrame {
  /// The bar's width in pixels, and the letters that fit to the right of it, as of "-120.5".
  private static let (barWidth, barLetters) = (24, 6)

  /// The pixels to the right of an area that the bar takes.
  static let roomForBar = 2 * gap + barWidth + gap + barLetters * letterWidth

  /// The colours of a map from its lower end at the bottom to its upper end at the top.
  mutating func drawBar(_ map: ColourMap, unit: String) {
    let column = column + width + 2 * Self.gap
    let (low, high) = (Double(map.range.lowerBound), Double(map.range.upperBound))
    for row in 0..<height {
      let share = (Double(height - row) - 0.5) / Double(height)
      picture.fill(
        row: self.row + row, column: column, height: 1, width: Self.barWidth,
        with: map.colour(of: Float(low + share * (high - low))))
    }
    picture.outline(
      row: row - 1, column: column - 1, height: height + 2, width: Self.barWidth + 2, with: Self.ink
    )
    drawRight(.linear(unit, low...high), column: column + Self.barWidth + 1, titleColumn: column)
  }
}
