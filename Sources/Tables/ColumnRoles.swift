import ConvKitCore

/// Which columns are set aside, and which of the others say nothing of their own.
struct ColumnRoles {
  let identifiers: [String]
  /// Columns that would be identifiers by their numbers and are not.
  let distinctIntegers: Int
  let kept: [Table.Column]
  /// Of the columns that are kept.
  let roles: [ColumnSequence.Place.Role]

  /// More columns of numbers than these do not tell the rows apart: nobody needs so many.
  private static let mostNumbered = 3

  init(of columns: [Table.Column], rowCount: Int, shape: [Int]?) {
    let named = columns.map { Self.areDistinctTexts($0.content) }
    let numbered = columns.map { Self.areDistinctIntegers($0.content) }
    let numberedCount = numbered.count { $0 }
    let withoutNamed = columns.count - named.count { $0 }
    let areMeasured =
      numberedCount > Self.mostNumbered || 2 * numberedCount > columns.count
      || shape.map(Self.product) == withoutNamed
    var identifiers: [String] = []
    var kept: [Table.Column] = []
    for (place, column) in columns.enumerated() {
      if named[place] || numbered[place] && !areMeasured {
        identifiers.append(column.name)
      } else {
        kept.append(column)
      }
    }
    self.identifiers = identifiers
    distinctIntegers = areMeasured ? numberedCount : 0
    self.kept = kept
    var first: [ExactContent: String] = [:]
    roles = kept.map { column in
      if Self.isConstant(column.content) { return .constant }
      let content = ExactContent(column.content)
      if let earlier = first[content] { return .repeats(earlier) }
      first[content] = column.name
      return .used
    }
  }

  /// Requires that a picture has just the columns that are kept, and that they are numbers.
  ///
  /// - Throws: `TableError`.
  func requireFit(_ shape: [Int]) throws {
    let product = Self.product(shape)
    guard product == kept.count else {
      throw TableError.shape(
        shape: shape, needed: product, columns: kept.count, identifiers: identifiers)
    }
    for column in kept {
      guard case .numbers = column.content else {
        throw TableError.shapeOfTexts(shape: shape, column: column.name)
      }
    }
  }

  /// nil where no number holds it.
  private static func product(_ shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
      let (value, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow || extent < 1 { return nil }
      product = value
    }
    return product
  }

  private static func areDistinctTexts(_ content: Table.Content) -> Bool {
    guard case .texts(let codes, let levels) = content else { return false }
    var isPresent = [Bool](repeating: false, count: levels.count)
    var count = 0
    for code in codes where code >= 0 {
      if isPresent[Int(code)] { return false }
      isPresent[Int(code)] = true
      count += 1
    }
    return count >= RowLabels.fewestNamedRows
  }

  private static func areDistinctIntegers(_ content: Table.Content) -> Bool {
    guard case .numbers(let values) = content, values.count >= RowLabels.fewestNamedRows,
      // A gap is no whole number either.
      values.allSatisfy({ $0 == $0.rounded() && $0.isFinite })
    else { return false }
    return Set(values).count == values.count
  }

  private static func isConstant(_ content: Table.Content) -> Bool {
    switch content {
    case .numbers(let values):
      guard let first = values.first(where: { !$0.isNaN }) else { return true }
      return values.allSatisfy { $0 == first || $0.isNaN }
    case .texts(let codes, _):
      guard let first = codes.first(where: { $0 >= 0 }) else { return true }
      return codes.allSatisfy { $0 == first || $0 < 0 }
    }
  }
}

/// The values of a column, equal where those of another are the same in every row.
private struct ExactContent: Hashable {
  private let content: Table.Content

  init(_ content: Table.Content) { self.content = content }

  static func == (one: Self, two: Self) -> Bool {
    switch (one.content, two.content) {
    case (.numbers(let one), .numbers(let two)):
      one.count == two.count && zip(one, two).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    case (.texts(let one, let ones), .texts(let two, let twos)):
      one.count == two.count
        && zip(one, two).allSatisfy { code, other in
          code < 0 || other < 0
            ? code < 0 && other < 0 : ones[Int(code)] == twos[Int(other)]
        }
    default: false
    }
  }

  func hash(into hasher: inout Hasher) {
    switch content {
    case .numbers(let values):
      for value in values { hasher.combine(value.isNaN ? .nan : value) }
    case .texts(let codes, let levels):
      let hashes = levels.map(\.hashValue)
      for code in codes { hasher.combine(code < 0 ? 0 : hashes[Int(code)]) }
    }
  }
}
