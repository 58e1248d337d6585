import ConvKitFiles

/// Which column of a table is the label.
public enum LabelChoice: Sendable, Equatable {
  /// The last one, unless its values hardly repeat: the table has no label then.
  case last
  /// The one of this name. Numbers that hardly repeat are cut into four parts.
  case named(String)
  case none
}

/// The labels of a table's rows.
struct RowLabels {
  /// Of the column; nil where there is no label.
  let place: Int?
  /// By row, in `names`; −1 where the label is missing.
  let labels: [Int]
  let names: [String]
  let note: TableNotes.Label

  /// The most different numbers that are labels as they are.
  static let mostNumbers = 20

  /// Rows from which on texts that are all different name the rows, and are neither labels nor
  /// categories. Fewer are all different by chance.
  static let fewestNamedRows = 10

  /// - Throws: `TableError`.
  init(of table: Table, by choice: LabelChoice) throws {
    let place: Int
    switch choice {
    case .none:
      self.init(nil, note: TableNotes.Label(kind: .none))
      return
    case .last:
      // A table without columns has no label either.
      guard !table.columns.isEmpty else {
        self.init(nil, note: TableNotes.Label(kind: .none))
        return
      }
      place = table.columns.count - 1
    case .named(let name):
      guard let found = table.columns.firstIndex(where: { $0.name == name }) else {
        let names = table.columns.map(\.name)
        throw TableError.noSuchLabel(
          name: name, columns: names,
          near: names.count > Self.mostSearched ? nil : Spelling.nearest(to: name, among: names))
      }
      place = found
    }
    let column = table.columns[place]
    switch column.content {
    case .numbers(let values):
      try self.init(values, of: column.name, at: place, by: choice)
    case .texts(let codes, let levels):
      try self.init(codes, levels, of: column.name, at: place, by: choice)
    }
  }

  /// Names among which a misspelt one is looked for: comparing costs the product of their lengths.
  private static let mostSearched = 10_000

  private init(_ place: Int?, labels: [Int] = [], names: [String] = [], note: TableNotes.Label) {
    self.place = place
    self.labels = labels
    self.names = names
    self.note = note
  }

  private init(
    _ values: [Double], of column: String, at place: Int, by choice: LabelChoice
  ) throws {
    let present = values.filter { !$0.isNaN }.sorted()
    var different: [Double] = []
    for value in present where value != different.last { different.append(value) }
    try Self.requireSeveral(
      different.count, only: different.first.map(FieldValue.shortest), column: column,
      rows: present.count)
    if different.count <= Self.mostNumbers {
      let names = different.map(FieldValue.shortest)
      self.init(
        place, labels: values.map { $0.isNaN ? -1 : Self.part(of: $0, in: different) },
        names: names,
        note: TableNotes.Label(
          kind: choice == .last ? .last : .named, column: column, different: names.count,
          names: names))
    } else if choice == .last {
      self.init(
        nil,
        note: TableNotes.Label(kind: .manyNumbers, column: column, different: different.count))
    } else {
      let cuts = Self.quarters(of: present)
      let names = Self.names(of: cuts)
      self.init(
        place,
        labels: values.map { $0.isNaN ? -1 : Self.part(of: $0, in: cuts) }, names: names,
        note: TableNotes.Label(
          kind: .quarters, column: column, different: different.count, names: names))
    }
  }

  private init(
    _ codes: [Int32], _ levels: [String], of column: String, at place: Int, by choice: LabelChoice
  ) throws {
    var isPresent = [Bool](repeating: false, count: levels.count)
    var rows = 0
    for code in codes where code >= 0 {
      isPresent[Int(code)] = true
      rows += 1
    }
    let order = levels.indices.filter { isPresent[$0] }
      .sorted { FileName.precedes(levels[$0], levels[$1]) }
    try Self.requireSeveral(
      order.count, only: order.first.map { levels[$0] }, column: column, rows: rows)
    let hardlyRepeat =
      order.count == rows && rows >= Self.fewestNamedRows
      || order.count > Self.mostNumbers && 2 * order.count > rows
    if hardlyRepeat {
      guard choice == .last else {
        throw TableError.labelsDoNotRepeat(column: column, different: order.count, rows: rows)
      }
      self.init(
        nil,
        note: TableNotes.Label(
          kind: .manyTexts, column: column, different: order.count, rows: rows))
      return
    }
    var labels = [Int](repeating: -1, count: levels.count)
    for (label, level) in order.enumerated() { labels[level] = label }
    let names = order.map { levels[$0] }
    self.init(
      place, labels: codes.map { $0 < 0 ? -1 : labels[Int($0)] }, names: names,
      note: TableNotes.Label(
        kind: choice == .last ? .last : .named, column: column, different: names.count,
        names: names))
  }

  private static func requireSeveral(
    _ different: Int, only value: String?, column: String, rows: Int
  ) throws {
    guard different > 1 else {
      throw TableError.oneLabel(column: column, value: value, rows: rows)
    }
  }
}

// Cutting numbers into parts.
extension RowLabels {
  /// The largest values of all parts but the last, when sorted numbers are cut into four parts of as equal
  /// sizes as can be.
  ///
  /// Equal numbers are in one part: each cut goes to the nearest place where the value changes, the
  /// first of two that are as near. Where two cuts fall together, there are fewer parts.
  static func quarters(of sorted: [Double]) -> [Double] {
    var cuts: [Double] = []
    for quarter in 1...3 {
      // Between one number and the next.
      let wanted = (sorted.count * quarter + 2) / 4
      let isChange = { (place: Int) in
        0 < place && place < sorted.count && sorted[place - 1] != sorted[place]
      }
      let distance = (0..<sorted.count).first { isChange(wanted - $0) || isChange(wanted + $0) }
      guard let distance else { continue }
      let cut = sorted[(isChange(wanted - distance) ? wanted - distance : wanted + distance) - 1]
      if cut != cuts.last { cuts.append(cut) }
    }
    return cuts
  }

  /// "up to 3.2", "3.2 to 5" and "above 5": each part has the value that it ends with.
  static func names(of cuts: [Double]) -> [String] {
    let bounds = cuts.map(FieldValue.shortest)
    guard let first = bounds.first, let last = bounds.last else { return [] }
    return ["up to \(first)"] + zip(bounds, bounds.dropFirst()).map { "\($0) to \($1)" }
      + ["above \(last)"]
  }

  /// How many bounds a value is above: the first one that it does not exceed, by halving.
  private static func part(of value: Double, in bounds: [Double]) -> Int {
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
