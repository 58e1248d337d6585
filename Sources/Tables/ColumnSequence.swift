/// The columns of a table as the check judges them: in their order, each as numbers, beside the labels.
public struct ColumnSequence: Sendable, Equatable {
  /// One column, or one category with all its levels.
  public struct Place: Sendable, Equatable {
    public enum Role: Sendable, Equatable {
      case used
      /// The same value in every row. It keeps its place and says nothing.
      case constant
      /// The same values as an earlier column, by its name. It keeps its place and says nothing more.
      case repeats(String)
    }

    public let name: String
    /// By row, NaN where missing: one list for a column of numbers, one of 0 and 1 for each level of a
    /// category.
    public let components: [[Float]]
    public let role: Role

    public init(name: String, components: [[Float]], role: Role = .used) {
      self.name = name
      self.components = components
      self.role = role
    }
  }

  public let places: [Place]
  public let rowCount: Int

  /// The label of each row, as a place in `labelNames`; empty without labels.
  public let labels: [Int]
  public let labelNames: [String]

  /// What the places are laid out as: as many as there are, or rows and columns of a picture.
  public let shape: [Int]

  /// - Parameter shape: nil for one row of all places.
  /// - Precondition: every component has `rowCount` values, labels are none or `rowCount`, and the shape
  ///   holds just the places, in two axes only where every place is one number.
  public init(
    places: [Place], rowCount: Int, labels: [Int] = [], labelNames: [String] = [],
    shape: [Int]? = nil
  ) {
    let shape = shape ?? [places.count]
    precondition(
      places.allSatisfy { $0.components.allSatisfy { $0.count == rowCount } },
      "columns of other lengths than \(rowCount)")
    precondition(
      [0, rowCount].contains(labels.count), "\(labels.count) labels of \(rowCount) rows")
    precondition(labels.allSatisfy(labelNames.indices.contains), "a label without a name")
    precondition(shape.reduce(1, *) == places.count, "\(places.count) places as \(shape)")
    precondition(
      shape.count == 1 || places.allSatisfy { $0.components.count == 1 },
      "a picture of columns that are no numbers")
    self.places = places
    self.rowCount = rowCount
    self.labels = labels
    self.labelNames = labelNames
    self.shape = shape
  }
}
