import ConvKitCore

extension LinePlot {
  /// The plot as an SVG file, or as a part of an HTML page.
  ///
  /// - Parameters:
  ///   - width: in pixels, as `height`; smaller than 200 × 150 counts as that.
  public func svg(width: Int = 640, height: Int = 360) -> String {
    let drawing = LinePlotDrawing(self, width: max(200, width), height: max(150, height))
    return drawing.svg
  }
}

/// A plot on its way into SVG: what lies where.
private struct LinePlotDrawing {
  private let plot: LinePlot
  private let width, height: Int
  private let x, y: AxisTicks
  private let legend: Legend
  private let left, right, top, bottom: Double

  /// Okabe and Ito 2008, "Color universal design", dark ones first; each with dashes of its own.
  private static let strokes = [
    ("#0072b2", ""), ("#d55e00", "7 4"), ("#009e73", "2 3"), ("#cc79a7", "9 3 2 3"),
    ("#e69f00", "12 4"), ("#56b4e9", "4 2 1 2 1 2"),
  ]
  /// Up to so many points each is drawn as a dot.
  private static let mostDots = 40

  init(_ plot: LinePlot, width: Int, height: Int) {
    self.plot = plot
    self.width = width
    self.height = height
    let points = plot.series.flatMap(\.points).filter { Self.holds($0, plot) }
    var across = points.map(\.x)
    if let mark = plot.mark, AxisTicks.canHold(mark.x, on: plot.x.scale) { across.append(mark.x) }
    x = Self.ticks(across, plot.x, most: max(2, width / 80))
    y = Self.ticks(points.map(\.y), plot.y, most: max(2, height / 50))
    // A single curve is what the titles say.
    legend = Legend(
      plot.series.count > 1 ? plot.series.map(\.name) : [], width: Double(width - 24))
    // A digit is about 7 pixels wide at a size of 12.
    left = Double(34 + 7 * (y.ticks.map(\.text.count).max() ?? 0))
    right = Double(width) - 18
    top = Double(40 + 20 * legend.lines)
    bottom = Double(height) - 46
  }

  private static func ticks(_ values: [Double], _ axis: LinePlot.Axis, most: Int) -> AxisTicks {
    switch axis.scale {
    case .linear: .linear(values, most: most, isWhole: axis.isWhole)
    case .logarithmic: .logarithmic(values, most: most)
    }
  }

  private static func holds(_ point: LinePlot.Point, _ plot: LinePlot) -> Bool {
    AxisTicks.canHold(point.x, on: plot.x.scale) && AxisTicks.canHold(point.y, on: plot.y.scale)
  }

  var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
    viewBox="0 0 \(width) \(height)" role="img" font-family="sans-serif" font-size="12" fill="#222">
    <title>\(Markup.escaped(plot.title))</title>
    <rect width="\(width)" height="\(height)" fill="#fff"/>
    <text x="12" y="22" font-size="15" font-weight="bold">\(Markup.escaped(plot.title))</text>
    \(legendParts)\(axes)\(markParts)\(curves)</svg>

    """
  }

  // Positions

  private func column(_ value: Double) -> Double {
    left + (right - left) * share(of: value, in: x.range, plot.x.scale)
  }

  private func row(_ value: Double) -> Double {
    bottom - (bottom - top) * share(of: value, in: y.range, plot.y.scale)
  }

  private func share(
    of value: Double, in range: ClosedRange<Double>, _ scale: LinePlot.Scale
  ) -> Double {
    switch scale {
    case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      (Elementary.log(value) - Elementary.log(range.lowerBound))
        / (Elementary.log(range.upperBound) - Elementary.log(range.lowerBound))
    }
  }

  // Parts

  private var axes: String {
    var text = ""
    for tick in y.ticks {
      let place = number(row(tick.value))
      text += """
        <line x1="\(number(left))" y1="\(place)" x2="\(number(right))" y2="\(place)" \
        stroke="#ddd"/>
        <text x="\(number(left - 7))" y="\(number(row(tick.value) + 4))" \
        text-anchor="end">\(tick.text)</text>

        """
    }
    for tick in x.ticks {
      let place = number(column(tick.value))
      text += """
        <line x1="\(place)" y1="\(number(top))" x2="\(place)" y2="\(number(bottom))" \
        stroke="#eee"/>
        <text x="\(place)" y="\(number(bottom + 17))" text-anchor="middle">\(tick.text)</text>

        """
    }
    let middle = number((top + bottom) / 2)
    return text + """
      <path d="M\(number(left)) \(number(top))V\(number(bottom))H\(number(right))" fill="none" \
      stroke="#555"/>
      <text x="\(number((left + right) / 2))" y="\(number(bottom + 36))" \
      text-anchor="middle">\(Markup.escaped(plot.x.title))</text>
      <text x="16" y="\(middle)" text-anchor="middle" \
      transform="rotate(-90 16 \(middle))">\(Markup.escaped(plot.y.title))</text>

      """
  }

  private var legendParts: String {
    zip(plot.series.indices, legend.places).map { index, place in
      let y = Double(40 + 20 * place.line)
      return """
        <line x1="\(number(place.left))" y1="\(number(y))" x2="\(number(place.left + 28))" \
        y2="\(number(y))" \(stroke(index))/>
        <text x="\(number(place.left + 34))" \
        y="\(number(y + 4))">\(Markup.escaped(plot.series[index].name))</text>

        """
    }.joined()
  }

  private var markParts: String {
    guard let mark = plot.mark, AxisTicks.canHold(mark.x, on: plot.x.scale) else { return "" }
    let place = column(mark.x)
    // On the side of the line that has more room.
    let isLeft = place > (left + right) / 2
    return """
      <line x1="\(number(place))" y1="\(number(top))" x2="\(number(place))" y2="\(number(bottom))" \
      stroke="#555" stroke-dasharray="3 3"/>
      <text x="\(number(place + (isLeft ? -6 : 6)))" y="\(number(top + 13))" \
      text-anchor="\(isLeft ? "end" : "start")" stroke="#fff" stroke-width="4" \
      paint-order="stroke">\(Markup.escaped(mark.text))</text>

      """
  }

  private var curves: String {
    let parts = plot.series.indices.map(curve).joined()
    guard parts.isEmpty else { return parts }
    return """
      <text x="\(number((left + right) / 2))" y="\(number((top + bottom) / 2))" \
      text-anchor="middle" fill="#555">no values</text>

      """
  }

  private func curve(_ index: Int) -> String {
    let points = plot.series[index].points
    let isDotted = points.count <= Self.mostDots
    var text = ""
    for run in points.split(whereSeparator: { !Self.holds($0, plot) }) {
      var places = run.map { "\(number(column($0.x))),\(number(row($0.y)))" }
      if isDotted || run.count == 1 {
        for point in run {
          text += """
            <circle cx="\(number(column(point.x)))" cy="\(number(row(point.y)))" r="2.5" \
            fill="\(Self.strokes[index % Self.strokes.count].0)"/>

            """
        }
      }
      // Of thousands of points many fall on one place.
      places = places.enumerated().filter { $0 == 0 || $1 != places[$0 - 1] }.map(\.element)
      if places.count > 1 {
        text += """
          <polyline points="\(places.joined(separator: " "))" fill="none" stroke-linejoin="round" \
          \(stroke(index))/>

          """
      }
    }
    return text
  }

  private func stroke(_ index: Int) -> String {
    let (colour, dashes) = Self.strokes[index % Self.strokes.count]
    return "stroke=\"\(colour)\" stroke-width=\"2\""
      + (dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes)\"")
  }

  private func number(_ value: Double) -> String { fixedPoint(value, places: 2) }
}

/// Where the names of the curves stand: side by side, in as many lines as they need.
private struct Legend {
  private(set) var places: [(left: Double, line: Int)] = []
  private(set) var lines = 0

  init(_ names: [String], width: Double) {
    var left = 12.0
    for name in names {
      // A letter is about 7 pixels wide; 34 for the sample of the line, 20 between two.
      let needed = Double(54 + 7 * name.count)
      if lines == 0 || left + needed > width + 12, left > 12 || lines == 0 {
        lines += 1
        left = 12
      }
      places.append((left, lines - 1))
      left += needed
    }
  }
}
