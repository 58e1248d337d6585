/// Planes of something that has more axes than a picture, side by side, each between its two axes, with one
/// scale of colours for all.
///
/// Every value is a pixel: whoever makes the planes decides how large they are.
public struct PlanesPlot: Sendable, Equatable {
  /// Values between two axes; column 0 is on the left, row 0 at the bottom.
  public struct Plane: Sendable, Equatable {
    public let x, y: PlotAxis
    /// [column, row].
    public let values: [Float]
    public let columns, rows: Int

    /// - Precondition: `values.count` is `columns * rows`.
    public init(x: PlotAxis, y: PlotAxis, values: [Float], columns: Int, rows: Int) {
      precondition(
        columns >= 0 && rows >= 0 && values.count == columns * rows,
        "a plane of \(columns) columns of \(rows) values, received \(values.count)")
      self.x = x
      self.y = y
      self.values = values
      self.columns = columns
      self.rows = rows
    }
  }

  /// A line above the first plane, such as a file's name; cut where it is too long, left out when empty.
  public var title: String
  public let planes: [Plane]
  /// The colours, and with them the range of the colour bar, which stands beside the last plane.
  public let map: ColourMap

  public init(title: String, planes: [Plane], map: ColourMap) {
    self.title = title
    self.planes = planes
    self.map = map
  }

  /// The plot in pixels. Planes stand on one line; the name of an axis is cut where its plane is narrow.
  public func picture() -> Picture {
    let height = planes.map(\.rows).max() ?? 0
    let pictures = planes.enumerated().map { number, plane in
      let isLast = number == planes.count - 1
      // The others leave the line of the title free, so that all stand alike.
      var frame = PlotFrame(
        title: title.isEmpty ? "" : number == 0 ? title : " ", x: plane.x, y: plane.y,
        height: plane.rows, width: plane.columns,
        right: isLast ? PlotFrame.roomForBar : 2 * PlotFrame.gap)
      for column in 0..<plane.columns {
        for row in 0..<plane.rows {
          frame.picture.fill(
            row: frame.row + plane.rows - 1 - row, column: frame.column + column, height: 1,
            width: 1,
            with: map.colour(of: plane.values[column * plane.rows + row]))
        }
      }
      if isLast { frame.drawBar(map, unit: "") }
      return (picture: frame.picture, above: height - plane.rows)
    }
    var whole = Picture(
      width: pictures.reduce(0) { $0 + $1.picture.width },
      height: pictures.map { $0.picture.height + $0.above }.max() ?? 0)
    var column = 0
    for (picture, above) in pictures {
      whole.draw(picture, row: above, column: column)
      column += picture.width
    }
    return whole
  }
}
