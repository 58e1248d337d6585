/// Which label was answered for which, as a part of an HTML page.
///
/// A row is a label of the examples, a column a label answered; the share of its row shades a cell,
/// right answers blue and wrong ones orange. Of more than `mostColumns` labels the pairs that are most
/// often mistaken are listed instead, for nobody reads 200 columns.
package struct ConfusionTable {
  private let counts: [[Int]]
  private let labels: [String]

  package static let mostColumns = 40
  static let mostPairs = 30
  /// A longer name at the head of a column is cut; the cells' titles have all of it.
  private static let longestHead = 16

  /// - Parameters:
  ///   - counts: [truth][answer].
  ///   - labels: text, not yet escaped.
  /// - Precondition: `counts` is square, with a row for each label.
  package init(counts: [[Int]], labels: [String]) {
    precondition(
      counts.count == labels.count && counts.allSatisfy { $0.count == labels.count },
      "a row and a column for each of \(labels.count) labels")
    self.counts = counts
    self.labels = labels
  }

  /// What the page's style needs beside its own.
  package static let style = """
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: 0.2em 0.6em; text-align: right; border: 1px solid #ddd; }
    th { font-weight: 600; background: #f4f4f4; }
    th.name, td.name { text-align: left; overflow-wrap: anywhere; }
    .confusion th.name { overflow-wrap: normal; white-space: nowrap; }
    .confusion td { min-width: 1.6em; text-align: center; }
    .confusion td.none { color: #999; }
    .confusion td.total { background: #f4f4f4; }
    .confusion th.head { vertical-align: bottom; text-align: center; padding: 0.6em 0.2em; }
    .confusion th.head span { writing-mode: vertical-rl; transform: rotate(180deg); }
    .wide { overflow-x: auto; }

    """

  package var html: String { labels.count > Self.mostColumns ? list : table }

  private var table: String {
    let head = labels.map { label in
      let short =
        label.count > Self.longestHead ? label.prefix(Self.longestHead - 1) + "…" : label[...]
      return "<th class=\"head\" title=\"\(Markup.escaped(label))\">"
        + "<span>\(Markup.escaped(String(short)))</span></th>"
    }.joined()
    let rows = labels.indices.map { truth in
      let total = counts[truth].reduce(0, +)
      let cells = labels.indices.map { cell(truth, $0, total: total) }.joined()
      return "<tr><th class=\"name\">\(Markup.escaped(labels[truth]))</th>\(cells)"
        + "<td class=\"total\">\(total)</td></tr>"
    }.joined(separator: "\n")
    let given = labels.indices.map { answer in counts.reduce(0) { $0 + $1[answer] } }
    let totals = given.map { "<td class=\"total\">\($0)</td>" }.joined()
    return """
      <p>A row is what the examples are, a column what the answer was.</p>
      <div class="wide"><table class="confusion">
      <tr><th class="name">is \\ answered</th>\(head)<th class="head"><span>all</span></th></tr>
      \(rows)
      <tr><th class="name">all</th>\(totals)<td class="total">\(given.reduce(0, +))</td></tr>
      </table></div>

      """
  }

  private func cell(_ truth: Int, _ answer: Int, total: Int) -> String {
    let count = counts[truth][answer]
    let title =
      "\(Markup.escaped(labels[truth])) answered as \(Markup.escaped(labels[answer])): "
      + "\(count) of \(total)"
    guard count > 0 else { return "<td class=\"none\" title=\"\(title)\">·</td>" }
    // By the root, so that one mistake among a hundred can still be seen.
    let share = (Double(count) / Double(total)).squareRoot()
    let colour = Self.shade(share, isRight: truth == answer)
    let text = truth == answer && share > 0.7 ? ";color:#fff" : ""
    return "<td style=\"background:\(colour)\(text)\" title=\"\(title)\">\(count)</td>"
  }

  /// From white to the full colour.
  private static func shade(_ share: Double, isRight: Bool) -> String {
    let full = isRight ? SIMD3<Double>(0, 90, 150) : SIMD3<Double>(240, 140, 60)
    let white = SIMD3<Double>(repeating: 255)
    let colour = (white + (full - white) * share).rounded(.toNearestOrEven)
    return "rgb(\(Int(colour.x)),\(Int(colour.y)),\(Int(colour.z)))"
  }

  private var list: String {
    var pairs: [(truth: Int, answer: Int, count: Int)] = []
    for (truth, row) in counts.enumerated() {
      for (answer, count) in row.enumerated() where truth != answer && count > 0 {
        pairs.append((truth, answer, count))
      }
    }
    // Equal counts in the order of the labels.
    pairs.sort { ($1.count, $0.truth, $0.answer) < ($0.count, $1.truth, $1.answer) }
    guard !pairs.isEmpty else { return "<p>No label was answered for another.</p>\n" }
    let rows = pairs.prefix(Self.mostPairs).map { pair in
      "<tr><td class=\"name\">\(Markup.escaped(labels[pair.truth]))</td>"
        + "<td class=\"name\">\(Markup.escaped(labels[pair.answer]))</td><td>\(pair.count)</td>"
        + "<td>\(counts[pair.truth].reduce(0, +))</td></tr>"
    }.joined(separator: "\n")
    let shown =
      pairs.count > Self.mostPairs ? "the \(Self.mostPairs) most frequent of \(pairs.count)" : "all"
    return """
      <p>Labels answered for others, \(shown): a matrix of \(labels.count) labels could not be \
      read.</p>
      <table class="pairs">
      <tr><th class="name">is</th><th class="name">answered</th><th>times</th><th>of</th></tr>
      \(rows)
      </table>

      """
  }
}
