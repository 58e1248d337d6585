/// A grid of values as colours between two axes, with a colour bar and a title: a spectrogram, or
/// the map of features by position of a network in one dimension.
///
/// Column 0 is on the left, row 0 at the bottom, as an axis of time and one of frequency have it.
public struct GridPlot: Sendable, Equatable {
  /// A line above the picture, such as a file's name; cut where it is too long, left out when empty.
  public var title: String
  /// The axis below, along which the columns lie.
  public let x: PlotAxis
  /// The axis on the left, along which the rows lie.
  public let y: PlotAxis
  /// [column, row]: the values of the leftmost column come first, its lowest row foremost.
  public let values: [Float]
  public let columns, rows: Int
  /// The colours, and with them the range of the colour bar.
  public var map: ColourMap
  /// What a value is counted in, written above the colour bar, as "dB".
  public var unit: String

  /// - Parameters:
  ///   - values: [column, row].
  ///   - map: the colours; without one, a sequential map from the smallest to the largest finite
  ///     value. What is louder than the map's upper end, or quieter than its lower, has the colour
  ///     of that end.
  /// - Precondition: `values.count` is `columns * rows`, and a warped axis is for as many cells.
  public init(
    title: String, x: PlotAxis, y: PlotAxis, values: [Float], columns: Int, rows: Int,
    unit: String, map: ColourMap? = nil
  ) {
    precondition(
      columns >= 0 && rows >= 0 && values.count == columns * rows,
      "a plot of \(columns) columns of \(rows) values, received \(values.count)")
    precondition(
      (x.cells ?? columns) == columns && (y.cells ?? rows) == rows,
      """
      axes for \(x.cells ?? columns) columns and \(y.cells ?? rows) rows, \
      received \(columns) and \(rows)
      """)
    self.title = title
    self.x = x
    self.y = y
    self.values = values
    self.columns = columns
    self.rows = rows
    self.unit = unit
    self.map = map ?? .sequential(Self.range(of: values))
  }

  /// From the smallest to the largest finite value. Where all are the same they are the lower end, so
  /// that silence is dark.
  private static func range(of values: [Float]) -> ClosedRange<Float> {
    var (low, high) = (Float.infinity, -Float.infinity)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return 0...1 }
    if low < high { return low...high }
    // One more would be the same number where Floats are further apart.
    return low...min(low + max(1, low.magnitude / 2), .greatestFiniteMagnitude)
  }
}

/// A grid with no more columns and rows than a picture has pixels for them.
///
/// Neighbours that share a pixel give it the largest of their values, so that a click of one frame
/// among thousands does not vanish as it would in a mean or between the frames of a sample; a NaN
/// counts as the largest of all, for it has to be seen.
struct PooledGrid {
  /// [column, row].
  let values: [Float]
  let columns, rows: Int

  init(_ plot: GridPlot, mostColumns: Int, mostRows: Int) {
    let (columns, rows) = (min(plot.columns, mostColumns), min(plot.rows, mostRows))
    var values = [Float](repeating: -.infinity, count: columns * rows)
    // Which of the fewer rows each row belongs to.
    let places = (0..<plot.rows).map { Self.place(of: $0, among: plot.rows, fewer: rows) }
    for column in 0..<plot.columns {
      let first = Self.place(of: column, among: plot.columns, fewer: columns) * rows
      for row in 0..<plot.rows {
        let value = plot.values[column * plot.rows + row]
        let largest = values[first + places[row]]
        if !largest.isNaN && !(value <= largest) { values[first + places[row]] = value }
      }
    }
    self.values = values
    self.columns = columns
    self.rows = rows
  }

  /// Equal shares, as far as whole numbers allow; everything has its own place when `fewer` is `count`.
  static func place(of index: Int, among count: Int, fewer: Int) -> Int { index * fewer / count }
}
