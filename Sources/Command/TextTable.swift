/// Columns of text under headings, as wide as their contents need.
struct TextTable {
  enum Alignment {
    case left, right
  }

  private let alignments: [Alignment]
  private var rows: [[String]]
  /// The row above which a line is drawn, beside the first.
  private var ruled: Set<Int> = [1]

  init(_ columns: [(heading: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.heading)]
  }

  /// - Precondition: as many cells as there are columns.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == alignments.count, "\(cells.count) of \(alignments.count) cells")
    rows.append(cells)
  }

  /// The next row stands below a line.
  mutating func addRule() { ruled.insert(rows.count) }

  /// The table, every line ended.
  var text: String {
    let widths = alignments.indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    var lines: [String] = []
    for (number, row) in rows.enumerated() {
      if ruled.contains(number) { lines.append(rule) }
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line +=
          (column > 0 ? "  " : "") + (alignments[column] == .left ? cell + space : space + cell)
      }
      while line.last == " " { line.removeLast() }
      lines.append(line)
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
