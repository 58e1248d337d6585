/// One bar: what it stands for and how long it is.
public struct Bar: Sendable, Equatable {
  public var label: String
  public var value: Float

  public init(_ label: String, _ value: Float) {
    self.label = label
    self.value = value
  }
}

/// Scores or votes as horizontal bars from a common zero line, each with its label on the left and
/// its value, to `places` decimals, on the right.
///
/// Bars above zero are orange and reach to the right, bars below are blue and reach to the left, as
/// in the diverging colour map. What is not a finite number has its text but no bar.
///
/// - Parameters:
///   - range: the values at the two ends; without it, from the smallest to the largest value and
///     zero. Bars outside are cut off.
///   - length: the pixels between the two ends.
/// - Precondition: `length` is at least 1, `places` 0 to 6, and `range` finite.
public func barChart(
  _ bars: [Bar], range: ClosedRange<Float>? = nil, length: Int = 240, places: Int = 2
) -> Picture {
  precondition(length > 0, "bars \(length) pixels long")
  let gap = 6
  let barHeight = Font.height + 4
  let range = range ?? span(of: bars)
  let texts = bars.map { fixedPoint($0.value, places: places) }
  let labelWidth = Font.width * min(32, bars.map(\.label.count).max() ?? 0)
  let textWidth = Font.width * (texts.map(\.count).max() ?? 0)
  let left = gap + labelWidth + gap

  var picture = Picture(
    width: left + length + gap + textWidth + gap, height: gap + bars.count * (barHeight + gap))
  let zero = left + position(of: 0, in: range, length: length)
  for (place, bar) in bars.enumerated() {
    let row = gap + place * (barHeight + gap)
    picture.write(shortened(bar.label, toWidth: labelWidth), row: row + 2, column: gap)
    picture.fill(row: row, column: left, height: barHeight, width: length, with: .grey(240))
    if bar.value.isFinite {
      let end = left + position(of: bar.value, in: range, length: length)
      picture.fill(
        row: row, column: min(zero, end), height: barHeight, width: abs(end - zero),
        with: bar.value < 0 ? .rgb(49, 130, 189) : .rgb(230, 126, 20))
    }
    picture.write(texts[place], row: row + 2, column: left + length + gap)
  }
  picture.fill(row: 0, column: zero, height: picture.height, width: 1, with: .grey(90))
  return picture
}

/// From the smallest to the largest finite value and zero; 0...1 when all of them are zero.
private func span(of bars: [Bar]) -> ClosedRange<Float> {
  let values = bars.map(\.value).filter(\.isFinite)
  let (lower, upper) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
  return lower < upper ? lower...upper : 0...1
}

/// How many of `length` pixels a value is from the lower end.
private func position(of value: Float, in range: ClosedRange<Float>, length: Int) -> Int {
  let inside = Double(min(max(value, range.lowerBound), range.upperBound))
  let width = Double(range.upperBound) - Double(range.lowerBound)
  guard width > 0 else { return 0 }
  return Int(((inside - Double(range.lowerBound)) / width * Double(length)).rounded())
}

/// A value with a fixed number of decimals, rounded to the nearest, as 0.90 or -12.5.
///
/// What is too large for that many decimals, or not a number, is written as Swift writes it.
package func fixedPoint(
  _ value: some BinaryFloatingPoint & CustomStringConvertible, places: Int
) -> String {
  precondition(0...6 ~= places, "\(places) decimals")
  let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
  let scaled = (Double(value) * scale).rounded()
  guard scaled.magnitude < 1e15 else { return "\(value)" }
  let units = Int(scaled.magnitude)
  let whole = String(units / Int(scale))
  let sign = scaled < 0 ? "-" : ""
  guard places > 0 else { return sign + whole }
  let decimals = String(units % Int(scale))
  return sign + whole + "." + String(repeating: "0", count: places - decimals.count) + decimals
}
