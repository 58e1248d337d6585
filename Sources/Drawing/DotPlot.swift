/// Single values along an axis in rows, one dot each, with one value pointed out: a result beside those
/// of chance. As a picture in SVG.
///
/// Dots that would lie on one another are stacked. The same plot gives the same text.
public struct DotPlot: Sendable, Equatable {
  /// A row of dots under its name. What is no finite number is left out.
  public struct Row: Sendable, Equatable {
    public var name: String
    public var values: [Double]

    public init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// A value that all rows are compared with, as an upright line through them.
  public struct Mark: Sendable, Equatable {
    public var value: Double
    public var text: String

    public init(_ value: Double, _ text: String) {
      self.value = value
      self.text = text
    }
  }

  public var title: String
  /// What the values are.
  public var axis: String
  public var rows: [Row]
  public var mark: Mark?

  public init(title: String, axis: String, rows: [Row], mark: Mark? = nil) {
    self.title = title
    self.axis = axis
    self.rows = rows
    self.mark = mark
  }
}

extension DotPlot {
  private static let (radius, margin) = (3.5, 18.0)
  /// From the top of a row to its first dot: a line of text.
  private static let nameHeight = 24.0
  /// Higher stacks are cut: nobody counts more dots.
  private static let mostLevels = 40

  /// - Parameter width: in pixels; smaller than 200 counts as that. The height is what the dots need.
  public func svg(width: Int = 640) -> String {
    let width = max(200, width)
    let (left, right) = (Self.margin, Double(width) - Self.margin)
    let finite = rows.map { row in row.values.filter(Self.canHold).sorted() }
    let marked = mark.flatMap { Self.canHold($0.value) ? $0 : nil }
    let ticks = AxisTicks.linear(
      finite.flatMap(\.self) + (marked.map { [$0.value] } ?? []), most: max(2, width / 90))
    func place(_ value: Double) -> Double {
      let range = ticks.range
      return left + (right - left) * (value - range.lowerBound)
        / (range.upperBound - range.lowerBound)
    }

    var parts = ""
    let top = marked == nil ? 34.0 : 54.0
    var row = top
    for (index, values) in finite.enumerated() {
      let levels = Self.levels(of: values.map(place))
      let height = Self.nameHeight + Double((levels.max() ?? 0) + 1) * 2 * Self.radius
      parts += """
        <text x="\(number(left))" y="\(number(row + 15))">\(Markup.escaped(rows[index].name))</text>

        """
      for (value, level) in zip(values, levels) {
        let middle = row + height - (2 * Double(level) + 1) * Self.radius
        parts += """
          <circle cx="\(number(place(value)))" cy="\(number(middle))" r="\(number(Self.radius))" \
          fill="#0072b2" fill-opacity="0.75"/>

          """
      }
      row += height + 8
    }
    let lines = ticks.ticks.map { tick in
      let column = number(place(tick.value))
      return """
        <line x1="\(column)" y1="\(number(top))" x2="\(column)" y2="\(number(row))" stroke="#e4e4e4"/>
        <text x="\(column)" y="\(number(row + 16))" text-anchor="middle">\(tick.text)</text>

        """
    }.joined()
    let height = Int((row + 46).rounded(.up))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img" font-family="sans-serif" font-size="12" fill="#222">
      <title>\(Markup.escaped(title))</title>
      <rect width="\(width)" height="\(height)" fill="#fff"/>
      <text x="12" y="22" font-size="15" font-weight="bold">\(Markup.escaped(title))</text>
      \(lines)\(parts)<line x1="\(number(left))" y1="\(number(row))" x2="\(number(right))" \
      y2="\(number(row))" stroke="#555"/>
      \(marked.map { markParts($0, at: place($0.value), from: top, to: row, width: width) } ?? "")\
      <text x="\(number((left + right) / 2))" y="\(number(row + 36))" \
      text-anchor="middle">\(Markup.escaped(axis))</text>
      </svg>

      """
  }

  private func markParts(
    _ mark: Mark, at place: Double, from top: Double, to bottom: Double, width: Int
  ) -> String {
    // On the side of the line that has more room.
    let isLeft = place > Double(width) / 2
    return """
      <line x1="\(number(place))" y1="\(number(top - 14))" x2="\(number(place))" \
      y2="\(number(bottom))" stroke="#d55e00" stroke-width="2"/>
      <text x="\(number(place + (isLeft ? -6 : 6)))" y="\(number(top - 5))" fill="#a34700" \
      font-weight="bold" text-anchor="\(isLeft ? "end" : "start")">\(Markup.escaped(mark.text))</text>

      """
  }

  /// How high each dot is stacked, from 0, where two on one level are a dot's width apart.
  ///
  /// - Parameter places: rising.
  static func levels(of places: [Double]) -> [Int] {
    var last: [Double] = []
    return places.map { place in
      let free = last.firstIndex { place - $0 >= 2 * radius } ?? last.count
      let level = min(free, mostLevels - 1)
      if level == last.count { last.append(place) } else { last[level] = place }
      return level
    }
  }

  private static func canHold(_ value: Double) -> Bool { AxisTicks.canHold(value, on: .linear) }

  private func number(_ value: Double) -> String { fixedPoint(value, places: 2) }
}
