import ConvKitCore
import ConvKitTables

/// A made table of 200 rows whose label can, or cannot, be told without the order of its columns.
package struct SimulatedTable: Sendable {
  /// The first nine have no order that matters, the last three have.
  package enum Kind: String, CaseIterable, Sendable {
    case independent = "independent columns"
    case equalCorrelation = "equal correlation"
    case factors = "factor model in random order"
    case heavyTails = "heavy tails"
    case sortedByVariance = "sorted by variance"
    case countsByMean = "counts sorted by mean"
    case oneHotBlocks = "one-hot blocks"
    case topicBlocks = "topic blocks"
    case derivedPairs = "derived pairs"
    case motif = "AR(1) with a shifted motif"
    case peak = "spectra with a moving peak"
    case bars = "bars in flattened 8×8 pictures"

    /// Whether the order of the columns tells something about the label.
    package var hasOrder: Bool {
      switch self {
      case .motif, .peak, .bars: true
      default: false
      }
    }
  }

  /// Values by row, one for each column.
  package private(set) var rows: [[Float]] = []
  /// 0 or 1 by row.
  package private(set) var labels: [Int] = []

  package static let rowCount = 200
  /// Of every kind but pictures, which have 64.
  package static let columnCount = 36

  /// - Parameter number: which of the tables of its kind.
  package init(_ kind: Kind, number: Int) {
    let place = Kind.allCases.firstIndex(of: kind) ?? 0
    var random = RandomStream(seed: 0, purpose: .simulatedTables, epoch: place, item: number)
    let make = SimulatedRows.maker(of: kind, &random)
    for _ in 0..<Self.rowCount {
      let (values, label) = make(&random)
      rows.append(values)
      labels.append(label)
    }
  }

  /// The table as it is judged.
  package var sequence: ColumnSequence {
    let columns = rows.first?.indices ?? 0..<0
    return ColumnSequence(
      places: columns.map { column in
        ColumnSequence.Place(
          name: "column \(column + 1)", components: [rows.map { $0[column] }])
      }, rowCount: rows.count, labels: labels, labelNames: ["0", "1"])
  }
}

extension RandomStream.Purpose {
  /// The epoch tells the kind, the item counts the tables.
  package static let simulatedTables = Self(code: 11)
}
