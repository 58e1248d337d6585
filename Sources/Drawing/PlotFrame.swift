/// What stands around the area of a plot: a title above it, an axis to the left and one below, and
/// free room to the right. The area itself is left white.
struct PlotFrame {
  /// The letters of 6×8 pixels are too small to read in a picture as wide as a screen.
  static let magnification = 2
  static let letterWidth = Font.width * magnification
  static let letterHeight = Font.height * magnification
  static let ink = SIMD4<UInt8>.grey(40)
  /// Between things that stand side by side.
  static let gap = 12

  /// How far a mark reaches out of the area, and how thick it is.
  private static let (tickLength, tickWidth) = (6, 2)
  /// From the end of a mark to its text: so much that a mark and a minus do not run together.
  private static let textGap = 8
  /// From the name of an upright axis to the area. The topmost number reaches half of itself into it.
  private static let titleGap = letterHeight / 2 + gap / 2
  /// The least room for the texts on the left, in letters: as of "20000", so that most plots
  /// of one page begin at the same column.
  private static let leastLetters = 5
  /// Pixels of an axis for each of its marks; more than that may be free, for marks are round numbers.
  private static let (pixelsAcross, pixelsUp) = (100, 50)

  /// The area's upper left pixel and its sides.
  let row, column, height, width: Int

  /// The picture so far; the area may be drawn into.
  var picture: Picture

  /// - Parameters:
  ///   - height: of the area, in pixels, as `width`.
  ///   - right: the pixels to the right of the area.
  init(title: String, x: PlotAxis, y: PlotAxis, height: Int, width: Int, right: Int) {
    let (gap, letterHeight) = (Self.gap, Self.letterHeight)
    let xMarks = x.marks(most: max(2, width / Self.pixelsAcross))
    let yMarks = Self.marksUp(y, height: height)
    let letters = max(Self.leastLetters, yMarks.map(\.text.count).max() ?? 0)
    let outside = Self.tickLength + Self.textGap
    let hasTitle = !title.isEmpty
    self.height = height
    self.width = width
    // Above the area are the lines of the title and of the names of the upright axes.
    row = gap + (hasTitle ? letterHeight + gap : 0) + letterHeight + Self.titleGap
    column = gap + letters * Self.letterWidth + outside
    picture = Picture(
      width: column + width + right,
      height: row + height + outside + 2 * (letterHeight + gap))

    if hasTitle { write(title, row: gap, column: gap, upTo: picture.width - gap) }
    write(y.title, row: row - Self.titleGap - letterHeight, column: gap, upTo: column + width)
    picture.outline(
      row: row - 1, column: column - 1, height: height + 2, width: width + 2, with: Self.ink)
    drawAcross(xMarks)
    for mark in yMarks {
      drawUp(
        mark, tick: column - 1 - Self.tickLength,
        text: column - outside - mark.text.count * Self.letterWidth)
    }
    let titleWidth = x.title.count * Self.letterWidth
    write(
      x.title, row: picture.height - gap - letterHeight,
      column: max(column, column + (width - titleWidth) / 2), upTo: picture.width)
  }

  /// An upright axis on the right of something that ends before `column`, its title above it.
  mutating func drawRight(_ axis: PlotAxis, column: Int, titleColumn: Int) {
    for mark in Self.marksUp(axis, height: height) {
      drawUp(mark, tick: column, text: column + Self.tickLength + Self.textGap)
    }
    write(
      axis.title, row: row - Self.titleGap - Self.letterHeight, column: titleColumn,
      upTo: picture.width)
  }

  /// A line of text, cut where it would go beyond a column.
  mutating func write(_ text: String, row: Int, column: Int, upTo end: Int) {
    let width = (end - column) / Self.magnification
    picture.write(
      shortened(text, toWidth: max(0, width)), row: row, column: column, colour: Self.ink,
      magnification: Self.magnification)
  }

  /// Words in the middle of the area, where there is nothing to draw.
  mutating func writeInstead(_ text: String) {
    write(
      text, row: row + (height - Self.letterHeight) / 2,
      column: max(column, column + (width - text.count * Self.letterWidth) / 2),
      upTo: column + width)
  }

  /// The marks of an upright axis whose texts do not touch each other.
  static func marksUp(_ axis: PlotAxis, height: Int) -> [PlotAxis.Mark] {
    var kept: [PlotAxis.Mark] = []
    for mark in axis.marks(most: max(2, height / pixelsUp)) {
      if let last = kept.last, (mark.place - last.place) * Double(height) < Double(letterHeight) {
        continue
      }
      kept.append(mark)
    }
    return kept
  }

  private mutating func drawUp(_ mark: PlotAxis.Mark, tick: Int, text: Int) {
    // The lowest value is at the bottom.
    let middle = row + height - Int((mark.place * Double(height)).rounded())
    picture.fill(
      row: middle - Self.tickWidth / 2, column: tick, height: Self.tickWidth,
      width: Self.tickLength, with: Self.ink)
    write(mark.text, row: middle - Self.letterHeight / 2, column: text, upTo: picture.width)
  }

  private mutating func drawAcross(_ marks: [PlotAxis.Mark]) {
    var free = 0
    for mark in marks {
      let middle = column + Int((mark.place * Double(width)).rounded())
      let textWidth = mark.text.count * Self.letterWidth
      let left = min(max(0, middle - textWidth / 2), picture.width - textWidth)
      guard left >= free else { continue }
      free = left + textWidth + Self.letterWidth
      picture.fill(
        row: row + height + 1, column: middle - Self.tickWidth / 2, height: Self.tickLength,
        width: Self.tickWidth, with: Self.ink)
      write(
        mark.text, row: row + height + Self.tickLength + Self.textGap, column: left,
        upTo: picture.width)
    }
  }
}
