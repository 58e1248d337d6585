import ConvKitCore

/// A table as it is judged and learned from: rows with a label, and columns that say something of them.
public struct PreparedTable: Sendable, Equatable {
  /// The columns that are left, without the label and those that only tell the rows apart.
  public let table: Table
  /// The same columns as numbers, and the labels.
  public let sequence: ColumnSequence
  /// What was decided on the way.
  public let notes: TableNotes
}

extension Table {
  /// Chooses the label, leaves rows without one out, sets columns aside that only tell the rows apart, and
  /// makes the others numbers.
  ///
  /// A label is a column with few different values: up to 20 different numbers, or texts that repeat. The
  /// labels are in the order of the numbers or of the bytes of the texts. More numbers are no label where the
  /// column is just the last one; where it was named they are cut into four parts of as equal sizes as can be
  /// with equal numbers in one part.
  ///
  /// Set aside is a column of texts, or of whole numbers without a gap, that are all different in at least
  /// ten rows. Where more than three columns or more than half of them are such numbers, or where just with
  /// them the shape fits, they are measurements (raw samples, say) and stay.
  ///
  /// Texts become one component for each that is different; of more than 64 the 63 most frequent, and one
  /// for all others. Numbers become `Float`, moved and scaled to 0…1 where that could not tell them apart.
  ///
  /// - Parameters:
  ///   - shape: the rows and columns of a picture of all columns that are left; nil for one row.
  ///   - hasHeader: whether the columns were named; where not, names among the rows are noted.
  /// - Throws: `TableError`.
  public func prepared(
    labelledBy choice: LabelChoice = .last, shape: [Int]? = nil, hasHeader: Bool = true
  ) throws -> PreparedTable {
    let labels = try RowLabels(of: self, by: choice)
    let rows =
      labels.place == nil
      ? Array(0..<rowCount) : labels.labels.indices.filter { labels.labels[$0] >= 0 }
    let others = columns.indices.filter { $0 != labels.place }.map {
      columns[$0].selecting(rows, of: rowCount)
    }
    let roles = ColumnRoles(of: others, rowCount: rows.count, shape: shape)
    let likelyNames = hasHeader ? nil : likelyNames
    guard !roles.kept.isEmpty else {
      throw likelyNames.map(TableError.namesAsValues)
        ?? .nothingToJudge(identifiers: roles.identifiers)
    }
    if let shape { try roles.requireFit(shape) }
    let table = Table(columns: roles.kept, rowCount: rows.count)
    let surveys = roles.kept.map(ColumnSurvey.init)
    let numbers = surveys.reduce(0) { $0 + $1.componentCount }
    guard numbers * rows.count <= Self.mostNumbers
    else {
      throw TableError.tooManyNumbers(rows: rows.count, limit: Self.mostNumbers)
    }
    let places = zip(zip(roles.kept, surveys), roles.roles).map { column, role in
      ColumnSequence.Place(
        name: column.0.name, components: column.1.components(of: column.0.content), role: role)
    }
    return PreparedTable(
      table: table,
      sequence: ColumnSequence(
        places: places, rowCount: rows.count,
        labels: labels.place == nil ? [] : rows.map { labels.labels[$0] },
        labelNames: labels.names, shape: shape),
      notes: notes(
        labels, roles, surveys, mixed: others.compactMap(TableNotes.Mixed.init),
        likelyNames: likelyNames, rows: rows.count))
  }

  /// The most numbers that columns become: 2²⁶, which take 256 MiB.
  static let mostNumbers = 1 << 26

  private func notes(
    _ labels: RowLabels, _ roles: ColumnRoles, _ surveys: [ColumnSurvey],
    mixed: [TableNotes.Mixed], likelyNames: [String]?, rows: Int
  ) -> TableNotes {
    let columns = zip(roles.kept, surveys)
    let valued = columns.filter { $1.missing < rows }
    return TableNotes(
      label: labels.note, likelyLabel: likelyLabel(labels.note), rowsWithoutLabel: rowCount - rows,
      rows: rows, columns: roles.kept.count,
      identifiers: roles.identifiers, distinctIntegers: roles.distinctIntegers,
      constants: zip(columns, roles.roles).filter { $1 == .constant && $0.1.missing < rows }
        .map(\.0.0.name),
      empty: columns.filter { $1.missing == rows }.map(\.0.name),
      repeats: zip(roles.kept, roles.roles).compactMap { column, role in
        guard case .repeats(let earlier) = role else { return nil }
        return TableNotes.Repeat(column: column.name, of: earlier)
      },
      missing: valued.filter { $1.missing > 0 }.map {
        TableNotes.Missing(column: $0.name, rows: $1.missing)
      },
      categories: valued.compactMap { column, survey in
        survey.levels.map {
          TableNotes.Category(column: column.name, levels: $0.different, kept: $0.kept.count)
        }
      },
      // Names among the values make every column one of texts; one sentence tells it.
      mixed: likelyNames == nil ? mixed : [], likelyNames: likelyNames)
  }
}

extension Table.Column {
  /// The same with some of the rows, in their order.
  fileprivate func selecting(_ rows: [Int], of count: Int) -> Self {
    if rows.count == count { return self }
    let content: Table.Content =
      switch content {
      case .numbers(let values): .numbers(rows.map { values[$0] })
      case .texts(let codes, let levels): .texts(rows.map { codes[$0] }, levels: levels)
      }
    return Self(name: name, content: content)
  }
}
