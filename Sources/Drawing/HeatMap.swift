/// A grid of values as a picture: one square of colour for each value, in rows and columns.
///
/// - Parameters:
///   - values: [row, column], row-major.
///   - map: the colours; without one, a diverging map whose ends are the largest magnitude.
///   - magnification: the side of a square in pixels; without one, as large as keeps the longer side
///     of the picture within 128 pixels, at least 1 and at most 24.
/// - Precondition: `values.count` is `height * width`.
public func heatMap(
  values: [Float], height: Int, width: Int, map: ColourMap? = nil, magnification: Int? = nil
) -> Picture {
  precondition(
    height >= 0 && width >= 0 && values.count == height * width,
    "a heat map of \(height)×\(width) values, received \(values.count)")
  let map = map ?? .diverging(limit: largestMagnitude(of: values))
  let magnification = magnification ?? min(24, max(1, 128 / max(1, height, width)))
  let small = Picture(width: width, height: height, pixels: values.map(map.colour(of:)))
  var picture = Picture(width: width * magnification, height: height * magnification)
  picture.draw(small, row: 0, column: 0, magnification: magnification)
  return picture
}

/// The largest finite magnitude, or 0 when there is none: the limit of a diverging map that several
/// heat maps share, so that they can be compared.
public func largestMagnitude(of values: some Sequence<Float>) -> Float {
  values.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
}

/// A picture with a line of text above it.
public struct CaptionedPicture: Sendable, Equatable {
  public var caption: String
  public var picture: Picture

  public init(_ caption: String, _ picture: Picture) {
    self.caption = caption
    self.picture = picture
  }
}

/// Pictures side by side in rows, each framed and under its caption, on white.
///
/// Every cell is as large as the largest picture needs; a caption longer than its cell is cut, which
/// two dots show.
///
/// - Parameter columns: how many stand side by side; without it, as many as make the grid about as
///   wide as high.
/// - Precondition: `columns` is at least 1.
public func captionedGrid(of pictures: [CaptionedPicture], columns: Int? = nil) -> Picture {
  precondition(columns ?? 1 > 0, "a grid of \(columns ?? 0) columns")
  let gap = 6
  let captionHeight = Font.height + 3
  // 10 letters fit above the smallest picture, so that "feature 12" can be read.
  let cellWidth = max(10 * Font.width, pictures.map(\.picture.width).max() ?? 0) + 2
  let cellHeight = captionHeight + (pictures.map(\.picture.height).max() ?? 0) + 2
  let columns = columns ?? squareColumns(pictures.count, cellWidth, cellHeight)
  let usedColumns = max(1, min(columns, pictures.count))
  let rows = (pictures.count + usedColumns - 1) / usedColumns

  var result = Picture(
    width: gap + usedColumns * (cellWidth + gap), height: gap + rows * (cellHeight + gap))
  for (place, cell) in pictures.enumerated() {
    let row = gap + place / usedColumns * (cellHeight + gap)
    let column = gap + place % usedColumns * (cellWidth + gap)
    result.write(shortened(cell.caption, toWidth: cellWidth), row: row, column: column)
    result.outline(
      row: row + captionHeight, column: column, height: cell.picture.height + 2,
      width: cell.picture.width + 2, with: .grey(160))
    result.draw(cell.picture, row: row + captionHeight + 1, column: column + 1)
  }
  return result
}

/// The fewest columns that make a grid of `count` cells at least as wide as high.
private func squareColumns(_ count: Int, _ cellWidth: Int, _ cellHeight: Int) -> Int {
  var columns = 1
  while columns < count
    && columns * cellWidth < (count + columns - 1) / columns * cellHeight
  {
    columns += 1
  }
  return columns
}

/// A text that fits into `width` pixels; when it had to be cut it ends in two dots.
func shortened(_ text: String, toWidth width: Int) -> String {
  let letters = width / Font.width
  return text.count <= letters ? text : String(text.prefix(max(0, letters - 2))) + ".."
}
