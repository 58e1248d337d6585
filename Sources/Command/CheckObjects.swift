import ConvKit

/// Every figure of a check of a table, for `--json`. Questions that were not asked are missing.
struct CheckedTableObject: Encodable {
  private struct Groups: Encodable {
    let cuts: [GroupEvidence.Cut]
    let permutations: Int
    let pValue: Double
    let holds: Bool
  }

  private struct Order: Encodable {
    let loss: Double
    let permutedLosses: [Double]
    let planned, asGood: Int
    let pValue: Double
    let isEarly, isClear: Bool

    init(_ found: OrderEvidence) {
      loss = found.loss
      permutedLosses = found.permutedLosses
      planned = found.planned
      asGood = found.asGood
      pValue = found.pValue
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
    labels = found.labels
    self.seed = seed
    quick = isQuick
    neighbours = found.neighbours.map(NeighbourObject.init)
    groups = found.groups.map {
      Groups(
        cuts: $0.cuts, permutations: $0.permutations, pValue: $0.pValue, holds: $0.holds)
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
    let extent, positions, values: Int
    /// Missing where nobody can tell.
    let neighbours: NeighbourObject?
  }

  private let verdict: Suitability.Verdict
  private let kind: DataKind
  private let examples: Int
  private let seed: UInt64
  private let axes: [Axis]
  private let leftOut: [LeftOut]
  private let reasons: [String]

  init(_ found: AxisSuitability, seed: UInt64) {
    verdict = found.verdict
    kind = found.kind
    examples = found.examples
    self.seed = seed
    axes = found.axes.map {
      Axis(
        name: $0.name, extent: $0.extent, positions: $0.positions, values: $0.values,
        neighbours: $0.neighbours.map(NeighbourObject.init))
    }
    leftOut = found.leftOut
    reasons = found.reasons
  }
}

/// Question A, for `--json`.
struct NeighbourObject: Encodable {
  let shape: [Int]
  let isSearched: Bool
  let similarity, permutedSimilarity, effect: Double
  let permutations, asAlike: Int
  let pValue: Double
  let holds: Bool

  init(_ found: NeighbourEvidence) {
    shape = found.shape
    isSearched = found.isSearched
    similarity = found.similarity
    permutedSimilarity = found.permutedSimilarity
    effect = found.effect
    permutations = found.permutations
    asAlike = found.asAlike
    pValue = found.pValue
    holds = found.holds
  }
}
