/// What the check found: the verdict, and the figures that it rests on.
public struct Suitability: Sendable, Equatable {
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    /// The order of the columns carries something that a convolutional network uses, and none that
    /// ignores it does better.
    case suits
    /// There is an order, and without labels nobody knows whether it tells anything about them.
    case maySuit = "may suit"
    case doesNotSuit = "does not suit"
    case cannotTell = "cannot tell"
  }

  public let verdict: Verdict

  /// Rows that were judged; those of a longer table are drawn by chance.
  public let rows: Int
  /// Columns that are neither constant nor repeated.
  public let columns: Int
  /// What the columns that were judged were laid out as, those that are not used among them: their number,
  /// or rows and columns of a picture.
  public let shape: [Int]
  /// Rows and layout of the whole table, of which a part is judged where it is large.
  public let rowsFound: Int
  public let shapeFound: [Int]
  /// Different labels; 0 without them.
  public let labels: Int

  /// Question A: are neighbouring columns more alike than two picked at random? nil with fewer than two
  /// columns.
  public let neighbours: NeighbourEvidence?
  /// Question B: does that survive when columns come in groups? nil where A is.
  public let groups: GroupEvidence?
  /// Whether the labels can be learnt from the columns at all; nil where nothing was trained.
  public let learning: LearningEvidence?
  /// Question D: is the convolutional network as good as what ignores the order?
  public let rivals: RivalEvidence?
  /// Question C: is it better on this order than on random ones? nil where the verdict was clear before.
  public let order: OrderEvidence?
  /// The same against orders shuffled only inside B's groups; nil where the rule did not need it.
  public let groupedOrder: OrderEvidence?

  /// Why the verdict is what it is, and what to do, in sentences.
  public let reasons: [String]

  /// - Parameters:
  ///   - shape: nil for a row of the columns that are used.
  ///   - rowsFound: nil where all were judged; so is `shapeFound`.
  package init(
    verdict: Verdict, rows: Int, columns: Int, shape: [Int]? = nil, rowsFound: Int? = nil,
    shapeFound: [Int]? = nil, labels: Int, neighbours: NeighbourEvidence?,
    groups: GroupEvidence?, learning: LearningEvidence? = nil, rivals: RivalEvidence? = nil,
    order: OrderEvidence? = nil, groupedOrder: OrderEvidence? = nil, reasons: [String]
  ) {
    self.verdict = verdict
    self.rows = rows
    self.columns = columns
    self.shape = shape ?? [columns]
    self.rowsFound = rowsFound ?? rows
    self.shapeFound = shapeFound ?? self.shape
    self.labels = labels
    self.neighbours = neighbours
    self.groups = groups
    self.learning = learning
    self.rivals = rivals
    self.order = order
    self.groupedOrder = groupedOrder
    self.reasons = reasons
  }
}

/// Question A: the mean |Spearman| of neighbouring columns beside that of permuted columns.
public struct NeighbourEvidence: Codable, Sendable, Equatable {
  /// What the columns were laid out as: their number, or rows and columns of a picture.
  public let shape: [Int]
  /// Whether the shape was searched for, in each permutation too, and not given.
  public let isSearched: Bool
  /// Whether a shape of two axes is a picture beyond doubt: it was given, or columns its width apart are more
  /// alike than those one less and one more apart. A smooth series has a best width too, and is none.
  public let isPicture: Bool
  /// The mean of all pairs of neighbours.
  public let similarity: Double
  /// The mean of the permutations' means.
  public let permutedSimilarity: Double
  public let permutations: Int
  /// Permutations whose neighbours are at least as alike.
  public let asAlike: Int
  public let holds: Bool

  /// By how much neighbours are more alike than columns picked at random.
  public var effect: Double { similarity - permutedSimilarity }
  /// The chance of so many under exchangeable columns: (b+1)/(m+1) (Phipson and Smyth 2010).
  public var pValue: Double { Double(asAlike + 1) / Double(permutations + 1) }
}

/// Question B: question A with orders permuted only inside groups of columns that are alike.
public struct GroupEvidence: Codable, Sendable, Equatable {
  /// One way to divide the columns.
  public struct Cut: Codable, Sendable, Equatable {
    /// How many groups there are.
    public let groups: Int
    /// Permutations inside the groups whose neighbours are at least as alike.
    public let asAlike: Int
    public let pValue: Double
  }

  public let cuts: [Cut]
  public let permutations: Int
  /// Orders inside the smallest groups, where these are too few for B to be asked.
  public let tooFewOrders: Int?
  public let holds: Bool

  /// The largest of the cuts.
  public var pValue: Double { cuts.map(\.pValue).max() ?? 1 }
}

/// Whether some model does better than one that does not look at the columns.
public struct LearningEvidence: Codable, Sendable, Equatable {
  /// The model that does best.
  public let best: String
  /// The mean probability that it gives to the labels of rows which it has not learned from.
  public let probability: Double
  /// The same with permuted labels.
  public let chance: Double
  /// Of permuted labels, with the same choice of the best in each.
  public let pValue: Double
  public let holds: Bool
}

/// Question D: the convolutional network beside models that ignore the order.
public struct RivalEvidence: Codable, Sendable, Equatable {
  public struct Rival: Codable, Sendable, Equatable {
    /// "logistic regression" or "dense network".
    public let name: String
    /// The mean log-loss over folds and seeds.
    public let loss: Double
    /// By how much the convolutional network's loss is higher.
    public let difference: Double
    /// The corrected standard error of that (Nadeau and Bengio 2003).
    public let error: Double

    /// Whether the convolutional network is not worse by more than one error.
    public var isMatched: Bool { difference <= error }
  }

  /// The convolutional network's mean log-loss.
  public let loss: Double
  public let rivals: [Rival]

  public var holds: Bool { rivals.allSatisfy(\.isMatched) }
}

/// Question C: the convolutional network's log-loss on the order of the table and on others.
public struct OrderEvidence: Codable, Sendable, Equatable {
  /// The mean over folds and seeds on the order of the table.
  public let loss: Double
  /// The same on other orders: as many as it took to decide, at most `planned`.
  public let permutedLosses: [Double]
  public let planned: Int

  /// Orders on which the network does at least as well.
  public var asGood: Int { permutedLosses.count { $0 <= loss } }
  /// Whether the answer was certain before all were tried.
  public var isEarly: Bool { permutedLosses.count < planned }
  /// The chance of so few under exchangeable columns; of an early answer the least that it can become.
  public var pValue: Double { Double(asGood + 1) / Double(planned + 1) }
  /// Whether the order of the table beats every other.
  public var isClear: Bool { !isEarly && asGood == 0 }
}

/// |Spearman| of every two places that are used.
public struct Similarities: Sendable, Equatable {
  /// The names of the places, in their order.
  public let names: [String]
  /// [place, place], 1 on the diagonal.
  public let values: [Float]

  public init(names: [String], values: [Float]) {
    precondition(values.count == names.count * names.count, "a matrix of \(names.count) places")
    self.names = names
    self.values = values
  }
}
