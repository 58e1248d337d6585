import ConvKitDrawing
import ConvKitFiles

/// What was decided when a table was prepared, for whoever reads the result.
public struct TableNotes: Codable, Sendable, Equatable {
  /// How the label was chosen, or why there is none.
  public struct Label: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable {
      /// The last column, as nothing else was said.
      case last
      /// A column that was named.
      case named
      /// A column of numbers that was named, cut into parts.
      case quarters
      /// No label was asked for.
      case none
      /// No label, for the last column holds numbers with many different values.
      case manyNumbers
      /// No label, for the last column holds texts that hardly repeat.
      case manyTexts
    }

    public let kind: Kind
    /// The label, or the last column that is none.
    public let column: String?
    /// How many different values that column has.
    public let different: Int?
    /// The rows in which it has one, where texts hardly repeat.
    public let rows: Int?
    /// Of the labels.
    public let names: [String]

    init(
      kind: Kind, column: String? = nil, different: Int? = nil, rows: Int? = nil,
      names: [String] = []
    ) {
      self.kind = kind
      self.column = column
      self.different = different
      self.rows = rows
      self.names = names
    }
  }

  /// A column that has the same values as an earlier one.
  public struct Repeat: Codable, Sendable, Equatable {
    public let column: String
    public let of: String
  }

  /// A column that has no value in some rows.
  public struct Missing: Codable, Sendable, Equatable {
    public let column: String
    public let rows: Int
  }

  /// A column of texts that repeat.
  public struct Category: Codable, Sendable, Equatable {
    public let column: String
    /// The different texts.
    public let levels: Int
    /// Those that are told apart; the others count as one.
    public let kept: Int
  }

  public let label: Label
  /// Rows that are left out.
  public let rowsWithoutLabel: Int
  /// Rows and columns that are left; identifiers are not.
  public let rows: Int
  public let columns: Int
  /// Columns that only number or name the rows, and are set aside.
  public let identifiers: [String]
  /// Columns of whole numbers that are all different and stay, for so many are measurements.
  public let distinctIntegers: Int
  public let constants: [String]
  public let repeats: [Repeat]
  public let missing: [Missing]
  public let categories: [Category]
}

extension TableNotes {
  /// All of it in words, a sentence or two for each thing.
  public var sentences: [String] {
    var sentences = [labelSentence]
    if rowsWithoutLabel > 0 {
      sentences.append(
        rowsWithoutLabel == 1
          ? "1 row without a label is left out."
          : "\(NumberText.grouped(rowsWithoutLabel)) rows without a label are left out.")
    }
    if !identifiers.isEmpty {
      let one = identifiers.count == 1
      sentences.append(
        """
        \(one ? "One column is" : "\(identifiers.count) columns are") set aside, for all \
        \(one ? "its" : "their") values are different and only tell the rows apart: \
        \(Self.list(identifiers)).
        """)
    }
    if distinctIntegers > 0 {
      sentences.append(
        """
        \(NumberText.count(distinctIntegers, "column")) of whole numbers \
        \(distinctIntegers == 1 ? "has" : "have") no value twice; they count as measurements and not as \
        identifiers.
        """)
    }
    if !constants.isEmpty {
      let one = constants.count == 1
      sentences.append(
        """
        \(NumberText.count(constants.count, "column")) \(one ? "has" : "have") the same value in every \
        row and \(one ? "is" : "are") left out of the statistics: \(Self.list(constants)).
        """)
    }
    if !repeats.isEmpty {
      let one = repeats.count == 1
      sentences.append(
        """
        \(NumberText.count(repeats.count, "column")) \(one ? "repeats" : "repeat") an earlier one and \
        \(one ? "is" : "are") left out of the statistics: \
        \(Self.list(repeats.map { "\($0.column) (as \($0.of))" })).
        """)
    }
    if !missing.isEmpty {
      sentences.append(
        """
        \(NumberText.count(missing.count, "column")) \(missing.count == 1 ? "lacks" : "lack") values in \
        some rows: \(Self.list(missing.map { "\($0.column) (\(NumberText.grouped($0.rows)))" })).
        """)
    }
    if !categories.isEmpty {
      let one = categories.count == 1
      let names = categories.map { category in
        category.kept == category.levels
          ? "\(category.column) (\(NumberText.grouped(category.levels)))"
          : """
          \(category.column) (\(NumberText.grouped(category.levels)), of which all but the \
          \(category.kept) most frequent count as one)
          """
      }
      sentences.append(
        """
        \(NumberText.count(categories.count, "column")) \(one ? "holds" : "hold") texts, so many different \
        ones: \(Self.list(names)).
        """)
    }
    return sentences
  }

  private var labelSentence: String {
    let column = "“\(FileName.excerpt(label.column ?? ""))”"
    let different = NumberText.grouped(label.different ?? 0)
    return switch label.kind {
    case .last: "The label is the last column, \(column), with \(different) values."
    case .named: "The label is \(column), with \(different) values."
    case .quarters:
      """
      The label is \(column), numbers cut into \(label.names.count) parts of about the same size: \
      \(Self.list(label.names)).
      """
    case .none: "There is no label, as was asked for: the columns are judged alone."
    case .manyNumbers:
      """
      The last column, \(column), holds numbers with \(different) different values and is no label: the \
      table is judged without one. --label names a label, and cuts such numbers into four parts.
      """
    case .manyTexts:
      """
      The last column, \(column), holds \(different) different texts in \
      \(NumberText.grouped(label.rows ?? 0)) rows and is no label: the table is judged without one. \
      --label names a label.
      """
    }
  }

  /// At most ten, for a table may have very many columns.
  private static func list(_ names: [String]) -> String {
    FileName.printable(list: names, most: 10)
  }
}
