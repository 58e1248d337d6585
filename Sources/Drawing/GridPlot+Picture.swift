extension GridPlot {
  /// The most pixels across: with the axes, about as many as a window on a laptop's screen shows.
  static let mostWidth = 960
  /// The most pixels up: the 513 bands of a spectrum of 1024 samples have one each.
  static let mostHeight = 520

  /// The plot in pixels.
  ///
  /// Every value is a rectangle of whole pixels, as large as keeps the plotted area within 960 × 520.
  /// Where there are more columns or rows than that, those that share a pixel show the largest of
  /// their values. A grid without values has its axes and says so. A NaN has a colour that is in no map.
  ///
  /// Takes time for each value once, and for at most about a million pixels.
  public func picture() -> Picture {
    let grid = PooledGrid(self, mostColumns: Self.mostWidth, mostRows: Self.mostHeight)
    let cellWidth = Self.mostWidth / max(1, grid.columns)
    let cellHeight = Self.mostHeight / max(1, grid.rows)
    let isEmpty = values.isEmpty
    let width = isEmpty ? Self.mostWidth : grid.columns * cellWidth
    let height = isEmpty ? Self.mostHeight / 2 : grid.rows * cellHeight

    var frame = PlotFrame(
      title: title, x: x, y: y, height: height, width: width, right: PlotFrame.roomForBar)
    guard !isEmpty else {
      frame.writeInstead("no values")
      return frame.picture
    }
    for column in 0..<grid.columns {
      for row in 0..<grid.rows {
        frame.picture.fill(
          row: frame.row + height - (row + 1) * cellHeight,
          column: frame.column + column * cellWidth, height: cellHeight, width: cellWidth,
          with: map.colour(of: grid.values[column * grid.rows + row]))
      }
    }
    frame.drawBar(map, unit: unit)
    return frame.picture
  }
}
