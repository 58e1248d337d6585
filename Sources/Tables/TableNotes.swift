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

  /// A column of which most values are numbers, and which counts as texts for the others.
  public struct Mixed: Codable, Sendable, Equatable {
    /// What the others are.
    public enum Kind: String, Codable, Sendable {
      /// Words, or what else is no number.
      case texts
      /// Numbers such as `1,5`.
      case decimalCommas
      /// Numbers such as `1_000` and `1,000`.
      case thousands
    }

    public let column: String
    /// The most frequent of the others, and what it is.
    public let text: String
    public let kind: Kind
    /// Rows with a value, and those of them in which it is a number.
    public let rows, numbers: Int
  }

  public let label: Label
  /// A column that is called as labels are, where it was not named and the last one was looked at.
  public let likelyLabel: String?
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
  /// Columns without any value.
  public let empty: [String]
  public let repeats: [Repeat]
  public let missing: [Missing]
  public let categories: [Category]
  /// Columns that may have been meant as numbers, also such as are set aside.
  public let mixed: [Mixed]
  /// The first row, where it seems to be the names of the columns and was said to be none.
  public let likelyNames: [String]?
}
