import Testing

@testable import ConvKitDrawing

/// Where the plotted area begins below a title, beside numbers of at most five letters: counted from
/// the picture of a chirp.
private let (areaRow, areaColumn) = (70, 86)

private func plot(
  _ values: [Float], _ columns: Int, _ rows: Int, x: PlotAxis = .linear("seconds", 0...2),
  y: PlotAxis = .linear("hertz", 0...4000), map: ColourMap? = nil, title: String = "clip"
) -> GridPlot {
  GridPlot(
    title: title, x: x, y: y, values: values, columns: columns, rows: rows, unit: "dB", map: map)
}

/// The first rows (or columns) of the runs of ink along a line of pixels.
private func runs(of line: [SIMD4<UInt8>]) -> [Int] {
  line.indices.filter { line[$0] == PlotFrame.ink && ($0 == 0 || line[$0 - 1] != PlotFrame.ink) }
}

@Suite struct GridPlotTests {
  @Test func everyValueIsARectangleAndTheLowestRowIsBelow() {
    let values: [Float] = [-80, -60, -40, -20, 0, .nan]
    let map = ColourMap.sequential(-80...0)
    let picture = plot(values, 2, 3, map: map).picture()
    // 960 / 2 and 520 / 3 pixels.
    for column in 0..<960 {
      for row in 0..<519 {
        let value = values[column / 480 * 3 + (2 - row / 173)]
        if picture[areaRow + row, areaColumn + column] != map.colour(of: value) {
          Issue.record("row \(row), column \(column)")
          return
        }
      }
    }
    #expect(picture[areaRow - 1, areaColumn] == PlotFrame.ink)
    #expect(picture[areaRow + 519, areaColumn + 959] == PlotFrame.ink)
  }

  @Test func marksLieWhereTheirValuesLie() {
    // One band: 520 pixels are 4000 hertz, and 960 are 2 seconds. A mark is two pixels thick.
    let picture = plot([0], 1, 1).picture()
    let upright = (0..<picture.height).map { picture[$0, areaColumn - 5] }
    #expect(runs(of: upright) == (0...8).map { areaRow + $0 * 65 - 1 })
    // Beside them are the lowest numbers of the upright axes.
    let across = (-2...962).map { picture[areaRow + 520 + 4, areaColumn + $0] }
    #expect(runs(of: across) == (0...4).map { 2 + $0 * 240 - 1 })
  }

  @Test func edgesHalfACellFurtherOutMoveTheMarks() {
    // 129 bands from 0 to 4000 hertz, 31.25 apart: 4 pixels each, 0 in the middle of the lowest.
    let values = [Float](repeating: 0, count: 129)
    let picture = plot(values, 1, 129, y: .linear("hertz", -15.625...4015.625)).picture()
    let upright = (0..<picture.height).map { picture[$0, areaColumn - 5] }
    #expect(runs(of: upright) == (0...8).map { areaRow + 2 + $0 * 64 - 1 })
  }

  @Test func theColourBarRunsFromTheLowerToTheUpperEnd() {
    let map = ColourMap.sequential(-80...0)
    let picture = plot([-80], 1, 1, map: map).picture()
    let column = areaColumn + 960 + 24
    for (row, value) in [(0, Float(0)), (130, -20), (260, -40), (390, -60), (519, -80)] {
      let (shown, right) = (picture[areaRow + row, column + 5], map.colour(of: value))
      // The middle of a pixel is half a pixel from the value: less than two levels of a colour.
      for part in 0..<3 {
        #expect(Int(shown[part]).distance(to: Int(right[part])).magnitude <= 2, "\(value)")
      }
    }
    let marks = (0..<picture.height).map { picture[$0, column + 24 + 4] }
    #expect(runs(of: marks) == (0...8).map { areaRow + $0 * 65 - 1 })
  }

  @Test(arguments: [
    (1, 1, 960, 520), (101, 64, 909, 512), (998, 513, 960, 513), (960, 520, 960, 520),
    (961, 521, 960, 520), (481, 261, 481, 261), (1, 5000, 960, 520), (5000, 1, 960, 520),
    (100_000, 2, 960, 520),
  ])
  func theAreaIsReadable(columns: Int, rows: Int, width: Int, height: Int) {
    let values = [Float](repeating: -3, count: columns * rows)
    let map = ColourMap.sequential(-80...0)
    let picture = plot(values, columns, rows, map: map).picture()
    let colour = map.colour(of: -3)
    let across = (0..<(areaColumn + width + 1)).count { picture[areaRow + 9, $0] == colour }
    let up = (0..<picture.height).count { picture[$0, areaColumn + 9] == colour }
    #expect((across, up) == (width, height))
  }

  @Test func aClickOfOneFrameAmongAHundredThousandIsSeen() {
    var values = [Float](repeating: -80, count: 200_000)
    values[2 * 61_234] = -10
    values[2 * 61_234 + 1] = -20
    let map = ColourMap.sequential(-80...0)
    let picture = plot(values, 100_000, 2, map: map).picture()
    let column = areaColumn + 61_234 * 960 / 100_000
    for (row, value) in [(areaRow, Float(-20)), (areaRow + 519, -10)] {
      for place in areaColumn..<(areaColumn + 960) {
        #expect(picture[row, place] == map.colour(of: place == column ? value : -80))
      }
    }
  }

  @Test func withoutAMapTheFiniteValuesSpanIt() {
    #expect(plot([-70, .nan, -.infinity, 3], 2, 2).map == .sequential(-70...3))
    #expect(plot([.nan, .infinity], 1, 2).map == .sequential(0...1))
    #expect(plot([], 0, 0).map == .sequential(0...1))
  }

  @Test(arguments: [Float(-80), 0, 1e-30, 1e9, Float.greatestFiniteMagnitude / 2])
  func equalValuesAreDark(value: Float) {
    let map = plot([value, value], 2, 1).map
    #expect(map.range.lowerBound == value && map.range.upperBound > value)
    #expect(map.colour(of: value) == map.colour(of: -.infinity))
  }

  @Test func valuesThatAreNoNumbersHaveAPictureToo() {
    let values: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude]
    let plot = plot(values, 4, 1)
    let picture = plot.picture()
    for (place, value) in values.enumerated() {
      #expect(picture[areaRow, areaColumn + 240 * place] == plot.map.colour(of: value))
    }
    #expect(picture[areaRow, areaColumn] == ColourMap.notANumber)
  }

  @Test(arguments: [(0, 0), (0, 64), (64, 0)])
  func aGridWithoutValuesSaysSo(columns: Int, rows: Int) {
    let picture = plot([], columns, rows, x: .linear("seconds", 0...0)).picture()
    let area = (areaRow..<(areaRow + 260)).flatMap { row in
      (areaColumn..<(areaColumn + 960)).map { picture[row, $0] }
    }
    // The pixels of the words "no values", four for each of the font's.
    let words = "no values".reduce(0) {
      $0 + Font.glyph(of: $1).reduce(0) { $0 + $1.nonzeroBitCount }
    }
    #expect(area.count { $0 == PlotFrame.ink } == words * 4)
    #expect(area.count { $0 == .white } == area.count - words * 4)
  }

  @Test func theTitleIsOneLineAndIsCut() {
    let short = plot([0], 1, 1).picture()
    let long = plot([0], 1, 1, title: String(repeating: "M", count: 500)).picture()
    #expect(long.width == short.width && long.height == short.height)
    // Nothing is in the margin of 12 pixels.
    for row in 0..<30 {
      #expect((long.width - 12..<long.width).allSatisfy { long[row, $0] == .white })
    }
    let none = plot([0], 1, 1, title: "").picture()
    #expect(none.height == short.height - 28)
  }
}

@Suite struct PooledGridTests {
  @Test func neighboursThatShareAPixelGiveItTheirLargest() {
    let grid = PooledGrid(
      plot([1, 2, 3, 4, 5, 6, 0, -1, .nan, 7, -.infinity, -.infinity], 4, 3), mostColumns: 2,
      mostRows: 2)
    #expect(grid.columns == 2 && grid.rows == 2)
    // Rows 0 and 1 share a pixel, and columns 0 and 1, 2 and 3.
    #expect(grid.values[..<2] == [5, 6])
    #expect(grid.values[2] == 7 && grid.values[3].isNaN)
    let silent = PooledGrid(
      plot([Float](repeating: -.infinity, count: 4), 4, 1), mostColumns: 2, mostRows: 2)
    #expect(silent.values == [-.infinity, -.infinity])
  }

  @Test(arguments: [1, 2, 7, 959, 960, 961, 1919, 1921, 100_000])
  func everyColumnHasAPixelAndEveryPixelAColumn(count: Int) {
    let fewer = min(count, 960)
    let places = (0..<count).map { PooledGrid.place(of: $0, among: count, fewer: fewer) }
    #expect(places == places.sorted() && Set(places) == Set(0..<fewer))
    let shares = Dictionary(places.map { ($0, 1) }, uniquingKeysWith: +).values
    #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1)
  }
}

@Suite struct PlotAxisTests {
  private func places(_ axis: PlotAxis, most: Int = 6) -> [Double] {
    axis.marks(most: most).map(\.place)
  }

  @Test func linearMarksAreInside() {
    let axis = PlotAxis.linear("seconds", 0.3...1.3)
    #expect(axis.marks(most: 5).map(\.text) == ["0.4", "0.6", "0.8", "1.0", "1.2"])
    for (place, right) in zip(places(axis, most: 5), [0.1, 0.3, 0.5, 0.7, 0.9]) {
      #expect((place - right).magnitude < 1e-12)
    }
    // Marks on both ends, which no Double holds exactly.
    #expect(PlotAxis.linear("", 0.1...0.7).marks(most: 6).map(\.text).count == 7)
  }

  @Test func anAxisWithoutLengthOrOfNoNumbersHasNoMarks() {
    for range in [0...0, 3...3, -Double.infinity...0, 0...Double.greatestFiniteMagnitude] {
      #expect(PlotAxis.linear("", range).marks(most: 6) == [])
    }
  }

  @Test func warpedMarksLieBetweenTheMiddles() {
    // Four cells; their middles are at 1/8, 3/8, 5/8 and 7/8 of the axis.
    let axis = PlotAxis.warped(
      "hertz", centres: [100, 200, 400, 800],
      marked: [-1, 50, 62.5, 100, 150, 400, 600, 800, 1000, 1001])
    #expect(places(axis) == [0, 0.03125, 0.125, 0.25, 0.625, 0.75, 0.875, 1])
    #expect(
      axis.marks(most: 1).map(\.text) == ["50", "62.5", "100", "150", "400", "600", "800", "1000"])
    #expect(
      PlotAxis.warped("", centres: [-2, 0], marked: [-2]).marks(most: 6).map(\.text) == ["−2"])
  }

  @Test func oneCellAndNone() {
    #expect(places(.warped("", centres: [7], marked: [6, 7, 8])) == [0.5])
    #expect(places(.warped("", centres: [], marked: [6, 7, 8])) == [])
  }

  @Test func textsNeverTouch() {
    let centres = (0..<64).map { Double($0 * $0) }
    let axis = PlotAxis.warped("", centres: centres, marked: (0...4000).map(Double.init))
    let marks = PlotFrame.marksUp(axis, height: 512)
    #expect(marks.count > 20)
    #expect(zip(marks, marks.dropFirst()).allSatisfy { ($1.place - $0.place) * 512 >= 16 })
    // Across, the texts of four letters and a space: no two marks are nearer than that.
    let frame = PlotFrame(title: "", x: axis, y: axis, height: 512, width: 640, right: 60)
    let line = (0..<frame.picture.width).map { frame.picture[frame.row + 512 + 4, $0] }
    let columns = runs(of: line)
    #expect(columns.count > 8)
    #expect(zip(columns, columns.dropFirst()).allSatisfy { $1 - $0 >= 24 })
  }
}
