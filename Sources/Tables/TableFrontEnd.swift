import ConvKitCore
import ConvKitFiles

/// The way from a row of a table to a network's input [position, channel], or [row, column, channel] of a
/// picture, with one channel.
///
/// A column of numbers is one position, a category as many as it has levels, each 1 or 0. What is missing
/// counts as the median of the training rows, and every position has their mean 0 and their deviation 1.
public struct TableFrontEnd: FrontEnd {
  /// A column that is learned from.
  public struct Column: Sendable, Equatable {
    public let source: TableColumn
    public let content: Content

    public init(source: TableColumn, content: Content) {
      self.source = source
      self.content = content
    }
  }

  public enum Content: Sendable, Equatable {
    case numbers(Scale)
    /// A position for each of the levels, and where it is open, one more for all others.
    case category(levels: [String], isOpen: Bool, scales: [Scale])
  }

  /// How the values of a position in the training rows lie.
  public struct Scale: Sendable, Equatable {
    /// Of those that are there, the lower of two in the middle.
    public let median: Double
    /// Of all, the missing ones being the median.
    public let mean, deviation: Double

    public init(median: Double = 0, mean: Double = 0, deviation: Double = 1) {
      self.median = median
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// The most positions of a category: of more levels the 63 most frequent have their own. As many as the
  /// check looks at.
  public static let mostOfCategory = 64

  /// The most positions: as many as a line of a table has fields at most.
  public static let mostPositions = SeparatedText.mostFields

  public let columns: [Column]

  /// Positions, or rows and columns of a picture.
  public let shape: [Int]

  /// What tells the labels of a table's rows; nil where the rows came from a program.
  public let label: TableLabel?

  /// Whether the training table named its columns.
  public let hasHeader: Bool

  /// - Parameter shape: nil for one row of all positions.
  /// - Throws: `TableFrontEndError.setting` for no column or too many positions, a shape that does not hold
  ///   just these, a picture of categories, levels that are too many or not all different, and numbers
  ///   that cannot be.
  public init(
    columns: [Column], shape: [Int]? = nil, label: TableLabel? = nil, hasHeader: Bool = true
  ) throws {
    let positions = columns.reduce(0) { $0 + $1.positionCount }
    let shape = shape ?? [positions]
    self.columns = columns
    self.shape = shape
    self.label = label
    self.hasHeader = hasHeader
    func check(_ holds: Bool, _ name: String, _ found: String, _ expected: String) throws {
      guard holds else {
        throw TableFrontEndError.setting(name: name, found: found, expected: expected)
      }
    }
    try check(
      1...Self.mostPositions ~= positions, "columns", "\(positions) positions",
      "1 to \(Self.mostPositions) positions")
    // The product of two sides that are not too large stays within an Int.
    try check(
      1...2 ~= shape.count && shape.allSatisfy { 1...Self.mostPositions ~= $0 }
        && shape.reduce(1, *) == positions, "shape", "\(shape)",
      "\(positions), or rows and columns whose product that is")
    for column in columns { try column.check(check) }
    try check(
      shape.count == 1 || columns.allSatisfy(\.isNumbers), "shape", "\(shape)",
      "one row where there are categories")
    let cuts = label?.cuts ?? []
    try check(
      cuts.count <= TableLabel.mostCuts && cuts.allSatisfy(\.isFinite)
        && zip(cuts, cuts.dropFirst()).allSatisfy(<), "cuts", "\(cuts)",
      "at most \(TableLabel.mostCuts) rising numbers")
    for place in columns.map(\.source.place) + (label.map { [$0.source.place] } ?? []) {
      try check(
        0..<SeparatedText.mostFields ~= place, "place", "\(place)",
        "a place from 0 below \(SeparatedText.mostFields)")
    }
  }

  public var inputShape: InputShape {
    InputShape(extent: shape, content: .values(channels: 1))
  }

  /// One input, for a row with a cell for every column.
  ///
  /// - Throws: `TableFrontEndError.notARow`, `.cellCount`, `.notANumber`.
  public func inputs(of item: Item) throws -> [PlacedInput] {
    guard case .row(let cells) = item else { throw TableFrontEndError.notARow }
    guard cells.count == columns.count else {
      throw TableFrontEndError.cellCount(found: cells.count, expected: columns.count)
    }
    var values: [Float] = []
    values.reserveCapacity(shape.reduce(1, *))
    for (column, cell) in zip(columns, cells) { try column.append(cell, to: &values) }
    return [PlacedInput(.values(Tensor(shape: shape + [1], elements: values)))]
  }
}

extension TableFrontEnd.Scale {
  /// How many deviations from the mean a value counts as at most. Of 2²⁴ rows, the most that are read, none
  /// lies further away (√(n − 1) deviations), so that only new rows are ever cut.
  static let farthest = Double(DataSet.mostExamples).squareRoot()

  /// A value as the network sees it. What is not a number counts as missing.
  func standardised(_ value: Double) -> Float {
    let value = value.isNaN ? median : value
    // The difference of halves is finite, and so is what is divided and then cut off.
    let distance = (value / 2 - mean / 2) / deviation * 2
    return Float(min(max(distance, -Self.farthest), Self.farthest))
  }
}

extension TableFrontEnd.Column {
  var isNumbers: Bool { if case .numbers = content { true } else { false } }

  public var positionCount: Int {
    switch content {
    case .numbers: 1
    case .category(let levels, let isOpen, _): levels.count + (isOpen ? 1 : 0)
    }
  }

  fileprivate func append(_ cell: TableCell, to values: inout [Float]) throws {
    switch content {
    case .numbers(let scale):
      switch cell {
      case .number(let number): values.append(scale.standardised(number))
      case .missing: values.append(scale.standardised(scale.median))
      case .text(let text):
        throw TableFrontEndError.notANumber(column: source.name, found: text)
      }
    case .category(let levels, let isOpen, let scales):
      let level = cell.level
      let place = level.flatMap { levels.firstIndex(of: $0) ?? (isOpen ? levels.count : nil) }
      for (position, scale) in scales.enumerated() {
        let value = level == nil ? scale.median : position == place ? 1 : 0
        values.append(scale.standardised(value))
      }
    }
  }

  fileprivate func check(
    _ check: (_ holds: Bool, _ name: String, _ found: String, _ expected: String) throws -> Void
  ) throws {
    let scales: [TableFrontEnd.Scale]
    switch content {
    case .numbers(let scale): scales = [scale]
    case .category(let levels, _, let all):
      scales = all
      try check(
        positionCount <= TableFrontEnd.mostOfCategory, "levels", "\(levels.count)",
        "at most \(TableFrontEnd.mostOfCategory), the one for all others among them")
      try check(
        Set(levels).count == levels.count, "levels", FileName.printable(list: levels),
        "all different")
      try check(
        positionCount > 0, "levels", "none", "at least one, or open for others")
      try check(
        all.count == positionCount, "mean", "\(all.count) numbers",
        "one number for each of \(positionCount) positions")
    }
    for scale in scales {
      try check(scale.median.isFinite, "median", "\(scale.median)", "a finite number")
      try check(scale.mean.isFinite, "mean", "\(scale.mean)", "a finite number")
      try check(
        scale.deviation > 0 && scale.deviation.isNormal, "deviation", "\(scale.deviation)",
        "a number above zero")
    }
  }
}

extension TableCell {
  /// The level of a category that the cell names; nil where it is missing. A number is written as short as it
  /// can be.
  var level: String? {
    switch self {
    case .text(let text): text
    case .missing: nil
    case .number(let number): number.isNaN ? nil : FieldValue.shortest(number)
    }
  }

  /// What a field of a file says; nil where it is not UTF-8.
  init?(field: ArraySlice<UInt8>) {
    let field = ColumnBuilder.trimmed(field)
    switch FieldValue(field) {
    case .missing: self = .missing
    case .number(let number): self = .number(number)
    case .text:
      guard let text = String(validating: field, as: UTF8.self) else { return nil }
      self = .text(text)
    }
  }
}

/// Why rows and a front end for them do not go together.
public enum TableFrontEndError: ReportableError, Equatable {
  /// A file, a text or an array where a row was expected.
  case notARow
  /// A row of another length than the model's columns.
  case cellCount(found: Int, expected: Int)
  /// A text in a column of numbers.
  case notANumber(column: String, found: String)
  /// A setting that cannot be.
  case setting(name: String, found: String, expected: String)
  /// There is no row to fit the settings to.
  case nothingReadable
  /// Labels were asked for of rows whose training said of no column that it tells them.
  case noLabelColumn
  /// A picture of columns that does not hold just these.
  case otherShape(shape: [Int], columns: Int)
  /// A picture of columns, one of which is a category.
  case pictureOfCategories(column: String)

  public var category: ErrorCategory {
    switch self {
    case .notARow, .noLabelColumn, .otherShape, .pictureOfCategories: .wrongCall
    case .cellCount, .notANumber, .setting, .nothingReadable: .badData
    }
  }

  public var description: String {
    switch self {
    case .notARow:
      "something that is no row was given to a model of tables; give it a row of a table"
    case .cellCount(let found, let expected):
      """
      a row of \(found) \(found == 1 ? "cell" : "cells") was given to a model of \(expected); give a cell \
      for every column
      """
    case .notANumber(let column, let found):
      """
      the column “\(FileName.excerpt(column))” holds “\(FileName.excerpt(found))” where the model learned \
      from numbers; write a number, or leave the cell empty
      """
    case .setting(let name, let found, let expected):
      "the table setting \(name) is \(found); it must be \(expected)"
    case .nothingReadable:
      "there are no rows to fit the table settings to; give at least one"
    case .noLabelColumn:
      "the model does not know which column tells the labels; train it on a table file"
    case .otherShape(let shape, let columns):
      """
      a picture of \(shape.map(String.init).joined(separator: "×")) does not hold just the \(columns) \
      columns that are learned from; give --shape rows and columns whose product is \(columns)
      """
    case .pictureOfCategories(let column):
      """
      the column “\(FileName.excerpt(column))” holds texts, and only numbers make a picture; leave out \
      --shape, or that column
      """
    }
  }
}
