import ConvKitFiles

extension TableFrontEnd {
  /// The settings of a front end that are not read off the training rows.
  public struct Choices: Sendable {
    /// What the cells of a row are, in their order; nil for columns by their numbers alone.
    public var columns: [TableColumn]?
    /// Rows and columns of a picture; nil for one row of all positions.
    public var shape: [Int]?
    public var label: TableLabel?
    /// Whether the table names its columns.
    public var hasHeader = true

    public init() {}
  }

  /// A front end with the settings that suit the training rows.
  ///
  /// A column is a category where a training row has a text there. Its levels are ordered bytewise; where
  /// there are more than 64, the 63 most frequent have positions of their own and the rest share one.
  /// Items that are no rows of as many cells as there are columns are passed over: whoever goes through all
  /// items names and counts them.
  ///
  /// - Throws: `TableFrontEndError`.
  public static func fitted(to items: [Item], choices: Choices = Choices()) throws -> TableFrontEnd
  {
    var rows: [[TableCell]] = []
    rows.reserveCapacity(items.count)
    var width = choices.columns?.count
    for item in items {
      guard case .row(let cells) = item, cells.count == width ?? cells.count else { continue }
      width = cells.count
      rows.append(cells)
    }
    guard let width, !rows.isEmpty else { throw TableFrontEndError.nothingReadable }
    let sources = choices.columns ?? numbered(width)
    let columns = sources.indices.map { place in
      Column(source: sources[place], content: Content(fittedTo: rows.lazy.map { $0[place] }))
    }
    if let shape = choices.shape {
      if shape.count > 1, let column = columns.first(where: { !$0.isNumbers }) {
        throw TableFrontEndError.pictureOfCategories(column: column.source.name)
      }
      // No side of one that fits is larger, and so no product beyond an Int.
      guard 1...2 ~= shape.count, shape.allSatisfy({ 1...columns.count ~= $0 }),
        shape.reduce(1, *) == columns.count
      else {
        throw TableFrontEndError.otherShape(shape: shape, columns: columns.count)
      }
    }
    return try TableFrontEnd(
      columns: columns, shape: choices.shape, label: choices.label, hasHeader: choices.hasHeader)
  }

  /// A front end that takes every row that a fitted one takes.
  ///
  /// - Throws: `TableFrontEndError`.
  package static func decoding(_ items: [Item], _ choices: Choices) throws -> TableFrontEnd {
    let width = items.lazy.compactMap { if case .row(let cells) = $0 { cells.count } else { nil } }
      .first
    let sources = choices.columns ?? numbered(max(1, width ?? 1))
    return try TableFrontEnd(
      columns: sources.map {
        Column(source: $0, content: .category(levels: [], isOpen: true, scales: [Scale()]))
      })
  }

  private static func numbered(_ count: Int) -> [TableColumn] {
    (0..<count).map { TableColumn(name: "column \($0 + 1)", place: $0) }
  }
}

extension TableFrontEnd.Content {
  fileprivate init(fittedTo cells: some Sequence<TableCell>) {
    let isCategory = cells.contains { if case .text = $0 { true } else { false } }
    self = isCategory ? .category(of: cells.map(\.level)) : .numbers(of: cells)
  }

  private static func numbers(of cells: some Sequence<TableCell>) -> Self {
    var present: [Double] = []
    var missing = 0
    for cell in cells {
      if case .number(let value) = cell, value.isFinite {
        present.append(value)
      } else {
        missing += 1
      }
    }
    return .numbers(TableFrontEnd.Scale(of: present, missing: missing))
  }

  private static func category(of cells: [String?]) -> Self {
    var counts: [String: Int] = [:]
    for level in cells.lazy.compactMap(\.self) { counts[level, default: 0] += 1 }
    let isOpen = counts.count > TableFrontEnd.mostOfCategory
    let frequent = counts.sorted {
      $0.value == $1.value ? FileName.precedes($0.key, $1.key) : $0.value > $1.value
    }.prefix(TableFrontEnd.mostOfCategory - (isOpen ? 1 : 0))
    let levels = frequent.map(\.key).sorted(by: FileName.precedes)
    let present = counts.values.reduce(0, +)
    let others = present - frequent.reduce(0) { $0 + $1.value }
    let ones = levels.map { counts[$0] ?? 0 } + (isOpen ? [others] : [])
    return .category(
      levels: levels, isOpen: isOpen,
      scales: ones.map {
        TableFrontEnd.Scale(ones: $0, of: present, missing: cells.count - present)
      })
  }
}

extension TableFrontEnd.Scale {
  /// Of values that are there; 0 where there are none.
  init(of present: [Double], missing: Int) {
    let sorted = present.sorted()
    guard let lowest = sorted.first, let highest = sorted.last else {
      self.init()
      return
    }
    let median = sorted[(sorted.count - 1) / 2]
    guard lowest < highest else {
      self.init(median: median, mean: median)
      return
    }
    // As shares of the largest magnitude, whose sums and squares are finite.
    let unit = max(-lowest, highest)
    let count = Double(sorted.count + missing)
    let middle = median / unit
    let mean = (sorted.reduce(0) { $0 + $1 / unit } + middle * Double(missing)) / count
    func square(_ value: Double) -> Double { (value - mean) * (value - mean) }
    let squares = sorted.reduce(0) { $0 + square($1 / unit) } + square(middle) * Double(missing)
    let deviation = (squares / count).squareRoot() * unit
    self.init(
      median: median, mean: min(max(mean * unit, lowest), highest),
      // What differs by less than numbers can tell apart is alike.
      deviation: deviation.isNormal ? deviation : 1)
  }

  /// Of a position that is 1 in so many rows of those where it is known, and 0 in the others.
  fileprivate init(ones: Int, of present: Int, missing: Int) {
    let isUsual = 2 * ones > present
    let mean = Double(ones + (isUsual ? missing : 0)) / Double(max(1, present + missing))
    let deviation = (mean * (1 - mean)).squareRoot()
    self.init(median: isUsual ? 1 : 0, mean: mean, deviation: deviation > 0 ? deviation : 1)
  }
}
