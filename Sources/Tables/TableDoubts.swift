/// What looks as if a table were meant otherwise than it is read.
extension Table {
  /// What labels are usually called, in small letters.
  private static let labelNames: Set = ["label", "class", "target"]
  /// A coordinate is called so too.
  private static let ambiguousName = "y"

  /// The one column that is called as labels are, where the last was looked at and is called otherwise.
  func likelyLabel(_ note: TableNotes.Label) -> String? {
    let names: Set<String>
    switch note.kind {
    case .last: names = Self.labelNames
    case .manyNumbers, .manyTexts: names = Self.labelNames.union([Self.ambiguousName])
    case .named, .quarters, .none: return nil
    }
    func isCalledLabel(_ name: String) -> Bool { names.contains(name.lowercased()) }
    let named = columns.map(\.name).filter(isCalledLabel)
    return named.count == 1 && named.first != columns.last?.name ? named.first : nil
  }

  /// The first row, where it holds nothing but texts and at least half of the columns nothing but numbers
  /// below it; else nil.
  var likelyNames: [String]? {
    guard rowCount > 1 else { return nil }
    var names: [String] = []
    var numbered = 0
    for column in columns {
      guard case .texts(let codes, let levels) = column.content, codes[0] >= 0,
        !isNumber(levels[Int(codes[0])])
      else { return nil }
      names.append(levels[Int(codes[0])])
      let below = levels.indices.filter { $0 != Int(codes[0]) }
      let isOnce = codes.dropFirst().allSatisfy { $0 != codes[0] }
      if isOnce, !below.isEmpty, below.allSatisfy({ isNumber(levels[$0]) }) { numbered += 1 }
    }
    return 2 * numbered >= columns.count ? names : nil
  }
}

extension TableNotes.Mixed {
  /// The least share of numbers in a column that was likely meant to be numbers: where one value in five
  /// is something else, texts may well be meant.
  private static let leastShare = 0.8

  /// nil for a column of numbers, and for one that is mostly texts.
  init?(_ column: Table.Column) {
    guard case .texts(let codes, let levels) = column.content else { return nil }
    var counts = [Int](repeating: 0, count: levels.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    let rows = counts.reduce(0, +)
    var (numbers, spelled) = (0, 0)
    var other: (level: Int, kind: Kind)?
    for (level, count) in counts.enumerated() where count > 0 {
      if isNumber(levels[level]) {
        numbers += count
        continue
      }
      let kind = Kind(levels[level])
      if kind != .texts { spelled += count }
      // Of those that are as frequent the first to occur.
      if other.map({ count > counts[$0.level] }) ?? true { other = (level, kind) }
    }
    guard let other, Double(numbers + spelled) >= Self.leastShare * Double(rows) else { return nil }
    self.init(
      column: column.name, text: levels[other.level], kind: other.kind, rows: rows,
      numbers: numbers)
  }
}

extension TableNotes.Mixed.Kind {
  /// Reads a text that is no number to `FieldValue`.
  ///
  /// Groups of three digits behind the first, which begins with no zero, are thousands; a comma before other
  /// digits is a decimal one.
  init(_ text: String) {
    self = .texts
    var bytes = Array(text.utf8)[...]
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      bytes.removeFirst()
    }
    // Longer ones are none that somebody writes, and a column may have very many long texts.
    guard bytes.count <= 32, let first = bytes.first,
      first == UInt8(ascii: ",") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= first
    else { return }
    let separators = Set(bytes).subtracting(UInt8(ascii: "0")...UInt8(ascii: "9"))
    let comma = UInt8(ascii: ",")
    for separator in [
      comma, UInt8(ascii: "_"), UInt8(ascii: " "), UInt8(ascii: "'"), UInt8(ascii: "."),
    ] {
      // At most the decimal point or comma besides.
      let decimal = separator == UInt8(ascii: ".") ? comma : UInt8(ascii: ".")
      guard separators.contains(separator), separators.isSubset(of: [separator, decimal]) else {
        continue
      }
      let parts = bytes.split(separator: decimal, maxSplits: 1, omittingEmptySubsequences: false)
      let groups = parts[0].split(separator: separator, omittingEmptySubsequences: false)
      let isWhole = parts.count == 1 || parts[1].allSatisfy { $0 != separator && $0 != decimal }
      if isWhole, groups.count > 1, 1...3 ~= groups[0].count, first != UInt8(ascii: "0"),
        groups.dropFirst().allSatisfy({ $0.count == 3 })
      {
        self = .thousands
        return
      }
    }
    let parts = bytes.split(separator: comma, omittingEmptySubsequences: false)
    if separators == [comma], parts.count == 2, parts.contains(where: { !$0.isEmpty }) {
      self = .decimalCommas
    }
  }
}

private func isNumber(_ text: String) -> Bool {
  if case .number = FieldValue(Array(text.utf8)[...]) { true } else { false }
}
