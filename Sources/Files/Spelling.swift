/// What somebody may have meant.
package enum Spelling {
  /// The name that differs least from a misspelt one, by letters added, left out or exchanged for
  /// others; capitals do not count. nil when none is near: at most two such differences, and fewer
  /// than half of the letters. The first of several equally near ones.
  package static func nearest(to name: String, among names: [String]) -> String? {
    // Longer ones are no words that somebody mistyped, and cost the product of both lengths.
    let longest = 64
    let written = Array(name.lowercased())
    guard written.count <= longest else { return nil }
    let near = names.filter { $0.utf8.count <= 4 * longest }.map { known in
      (known, distance(written, Array(known.lowercased().prefix(longest + 3))))
    }.filter { $0.1 <= 2 && $0.1 * 2 < written.count }
    return near.min { $0.1 < $1.1 }?.0
  }

  /// A question for whoever may have meant another name, with a space behind it; empty where no name is
  /// near.
  static func question(for name: String, among names: [String]) -> String {
    nearest(to: name, among: names).map { "Did you mean “\(FileName.excerpt($0))”? " } ?? ""
  }

  /// The distance of Levenshtein (1966).
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let exchanged = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(exchanged, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
