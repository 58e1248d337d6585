extension WorkedExample {
  /// A value cut, not rounded, to two places: 0.7777… reads 0.77.
  ///
  /// Half a unit of the fifth place is added first, so that a rounding error decides no digit:
  /// 0.99999994 reads 1.00.
  static func cut(_ value: some BinaryFloatingPoint) -> String {
    let hundredths = Int(((Double(value).magnitude + 0.5e-5) * 100).rounded(.down))
    return decimal(hundredths, places: 2, isNegative: value < 0)
  }

  /// A value rounded to four places.
  static func rounded(_ value: some BinaryFloatingPoint) -> String {
    let units = Int((Double(value).magnitude * 1e4).rounded())
    return decimal(units, places: 4, isNegative: value < 0)
  }

  /// The same with a sign in front of a positive value too.
  static func signed(_ value: some BinaryFloatingPoint) -> String {
    let text = rounded(value)
    return value > 0 && text != rounded(0.0) ? "+" + text : text
  }

  private static func decimal(_ units: Int, places: Int, isNegative: Bool) -> String {
    let digits = String(units)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = isNegative && units > 0 ? "-" : ""
    return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
  }

  /// The numbers 1 and −1 of a picture or of a part of it, row by row.
  static func whole(_ rows: [[Float]]) -> [String] {
    rows.map { $0.map { rightAligned(String(Int($0)), 2) }.joined(separator: " ") }
  }

  /// The values of a map, cut to two places, row by row.
  static func table(_ rows: [[Float]]) -> [String] {
    rows.map { $0.map { rightAligned(cut($0), 5) }.joined(separator: " ") }
  }

  static func rightAligned(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  static func leftAligned(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Blocks of lines next to one another, each under its title.
  static func sideBySide(_ blocks: [(title: String, lines: [String])]) -> String {
    let columns = blocks.map { [$0.title] + $0.lines }
    let widths = columns.map { $0.map(\.count).max() ?? 0 }
    return (0..<(columns.map(\.count).max() ?? 0)).map { row in
      let cells = zip(columns, widths).map { column, width in
        leftAligned(row < column.count ? column[row] : "", width)
      }
      let line = "    " + cells.joined(separator: "    ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// The maps of the three features, three next to one another where they are small, or two and one.
  static func tables(_ maps: [[[Float]]]) -> String {
    let blocks = zip(featureNames, maps).map { (title: $0, lines: table($1)) }
    guard maps[0].count > 4 else { return sideBySide(blocks) }
    return sideBySide(Array(blocks[..<2])) + "\n\n" + sideBySide(Array(blocks[2...]))
  }
}
