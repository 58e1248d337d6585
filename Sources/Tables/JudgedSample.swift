import ConvKitCore
import ConvKitTraining

/// What is judged of a table: all of it, or of a large one a part that says as much.
struct JudgedSample: Sendable {
  let sequence: ColumnSequence
  /// The rows that are judged, ascending.
  let rows: [Int]
  /// The rows among these whose labels have enough of them to be learnt, and the sequence with just these
  /// labels.
  let learnable: (sequence: ColumnSequence, rows: [Int])
  /// The labels that have too few rows.
  let rareLabels: [String]
  /// The rows and the layout of the whole table.
  let (rowsFound, shapeFound): (Int, [Int])

  /// The most rows, columns, and values of both: with them a full check of a table that suits takes some
  /// minutes on two cores.
  static let (mostRows, mostPositions, mostValues) = (2000, 1024, 1 << 19)

  init(_ whole: ColumnSequence, seed: UInt64) {
    sequence = whole.middle(positions: Self.mostPositions)
    (rowsFound, shapeFound) = (whole.rowCount, whole.shape)
    let positions = sequence.places.reduce(0) { $0 + $1.components.count }
    let most = min(Self.mostRows, Self.mostValues / max(1, positions))
    rows =
      whole.rowCount <= most
      ? Array(0..<whole.rowCount)
      : shuffled(
        count: whole.rowCount, using: RandomStream(seed: seed, purpose: .tableRows)
      ).prefix(most).sorted()
    guard !whole.labels.isEmpty else {
      learnable = (sequence, [])
      rareLabels = []
      return
    }
    var counts = [Int](repeating: 0, count: whole.labelNames.count)
    for row in rows { counts[whole.labels[row]] += 1 }
    let kept = counts.indices.filter { counts[$0] >= TableFolds.folds }
    rareLabels = counts.indices.filter { counts[$0] < TableFolds.folds }.map {
      whole.labelNames[$0]
    }
    var number = [Int](repeating: 0, count: counts.count)
    for (new, old) in kept.enumerated() { number[old] = new }
    learnable = (
      sequence.labelled(
        whole.labels.map { number[$0] },
        names: kept.isEmpty ? [""] : kept.map { whole.labelNames[$0] }),
      rows.filter { counts[whole.labels[$0]] >= TableFolds.folds }
    )
  }
}

extension ColumnSequence {
  func labelled(_ labels: [Int], names: [String]) -> ColumnSequence {
    ColumnSequence(
      places: places, rowCount: rowCount, labels: labels, labelNames: names, shape: shape)
  }

  /// The middle of a sequence or a picture that has more positions than so many.
  func middle(positions most: Int) -> ColumnSequence {
    guard places.reduce(0, { $0 + $1.components.count }) > most else { return self }
    if shape.count == 2 {
      // The rows of a square, or all that there are, and as many columns as then fit.
      let root = Int(Double(most).squareRoot())
      let height = max(min(shape[0], root), min(shape[0], most / shape[1]))
      let width = min(shape[1], most / height)
      let (top, left) = ((shape[0] - height) / 2, (shape[1] - width) / 2)
      let kept = (top..<top + height).flatMap { row in
        (left..<left + width).map { places[row * shape[1] + $0] }
      }
      return ColumnSequence(
        places: Self.withOriginals(kept), rowCount: rowCount, labels: labels,
        labelNames: labelNames, shape: [height, width])
    }
    // From the middle outwards, one place at each end in turn.
    var (start, end) = (places.count / 2, places.count / 2)
    var positions = 0
    while true {
      let next = places.count - end > start ? end : start - 1
      guard places.indices.contains(next) else { break }
      positions += places[next].components.count
      guard positions <= most else { break }
      if next == end { end += 1 } else { start -= 1 }
    }
    return ColumnSequence(
      places: Self.withOriginals(Array(places[start..<end])), rowCount: rowCount, labels: labels,
      labelNames: labelNames)
  }

  /// Places the first of which takes the part of a column that they repeat and that is not among them.
  private static func withOriginals(_ places: [Place]) -> [Place] {
    var originals = Set(places.filter { $0.role == .used }.map(\.name))
    return places.map { place in
      guard case .repeats(let original) = place.role, originals.insert(original).inserted else {
        return place
      }
      return Place(name: place.name, components: place.components)
    }
  }
}
