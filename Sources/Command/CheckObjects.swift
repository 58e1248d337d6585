import ConvKit

/// Every figure of a check of a table, for `--json`. Questions that were not asked are missing.
struct CheckedTableObject: Encodable {
  private struct Groups: Encodable {
    let cuts: [GroupEvidence.Cut]
    let permutations: Int
    /// Orders inside the smallest groups, where these are too few for B to be asked.
    let tooFewOrders: Int?
    /// The largest of the cuts.
    let pValue: Double
    let holds: Bool
  }

  private struct Order: Encodable {
    let loss: Double
    let permutedLosses: [Double]
    let planned, asGood: Int
    /// Where all orders that were planned were tried.
    let pValue: Double?
    /// Where not: what p can become at the least.
    let pValueAtLeast: Double?
    let isEarly, isClear: Bool

    init(_ found: OrderEvidence) {
      loss = found.loss
      permutedLosses = found.permutedLosses
      planned = found.planned
      asGood = found.asGood
      pValue = found.isEarly ? nil : found.pValue
      pValueAtLeast = found.isEarly ? found.pValue : nil
      isEarly = found.isEarly
      isClear = found.isClear
    }
  }

  private struct Rivals: Encodable {
    let loss: Double
    let rivals: [Rival]
    let holds: Bool
  }

  private struct Rival: Encodable {
    let name: String
    let loss, difference, error: Double
    let isMatched: Bool
  }

  private let verdict: Suitability.Verdict
  private let rows, columns, labels: Int
  /// Of the whole table; and columns that were judged, those that are not used among them.
  private let rowsFound, columnsFound, columnsJudged: Int
  private let seed: UInt64
  private let quick: Bool
  private let neighbours: NeighbourObject?
  private let groups: Groups?
  private let learning: LearningEvidence?
  private let order, groupedOrder: Order?
  private let rivals: Rivals?
  private let reasons: [String]
  /// What was decided while the table was prepared.
  private let table: TableNotes

  init(_ found: Suitability, table: TableNotes, seed: UInt64, isQuick: Bool) {
    verdict = found.verdict
    rows = found.rows
    columns = found.columns
    rowsFound = found.rowsFound
    columnsFound = found.shapeFound.reduce(1, *)
    columnsJudged = found.shape.reduce(1, *)
    labels = found.labels
    self.seed = seed
    quick = isQuick
    neighbours = found.neighbours.map(NeighbourObject.init)
    groups = found.groups.map {
      Groups(
        cuts: $0.cuts, permutations: $0.permutations, tooFewOrders: $0.tooFewOrders,
        pValue: $0.pValue, holds: $0.holds)
    }
    learning = found.learning
    order = found.order.map(Order.init)
    groupedOrder = found.groupedOrder.map(Order.init)
    rivals = found.rivals.map { found in
      Rivals(
        loss: found.loss,
        rivals: found.rivals.map {
          Rival(
            name: $0.name, loss: $0.loss, difference: $0.difference, error: $0.error,
            isMatched: $0.isMatched)
        }, holds: found.holds)
    }
    reasons = found.reasons
    self.table = table
  }
}

/// Every figure of a check along axes, for `--json`.
struct CheckedAxesObject: Encodable {
  private struct Axis: Encodable {
    let name: String
    let extent, extentFound, positions, values: Int
    /// Missing where nobody can tell.
    let neighbours: NeighbourObject?
  }

  private let verdict: Suitability.Verdict
  private let kind: DataKind
  /// Those that were judged, and those that there are.
  private let examples, examplesFound: Int
  private let seed: UInt64
  private let axes: [Axis]
  private let leftOut: [LeftOut]
  private let reasons: [String]

  init(_ found: AxisSuitability, seed: UInt64) {
    verdict = found.verdict
    kind = found.kind
    examples = found.examples
    examplesFound = found.examplesFound
    self.seed = seed
    axes = found.axes.map {
      Axis(
        name: $0.name, extent: $0.extent, extentFound: $0.extentFound, positions: $0.positions,
        values: $0.values,
        neighbours: $0.neighbours.map(NeighbourObject.init))
    }
    leftOut = found.leftOut
    reasons = found.reasons
  }
}

/// Question A, for `--json`.
struct NeighbourObject: Encodable {
  let shape: [Int]
  let isSearched, isPicture: Bool
  let similarity, permutedSimilarity, effect: Double
  let permutations, asAlike: Int
  let pValue: Double
  let holds: Bool

  init(_ found: NeighbourEvidence) {
    shape = found.shape
    isSearched = found.isSearched
    isPicture = found.isPicture
    similarity = found.similarity
    permutedSimilarity = found.permutedSimilarity
    effect = found.effect
    permutations = found.permutations
    asAlike = found.asAlike
    pValue = found.pValue
    holds = found.holds
  }
}
