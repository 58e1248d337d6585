import ConvKitCore
import ConvKitTraining

/// A table divided for training and testing: divisions by chance, each into folds, every one of which is
/// tested on what the others teach.
struct TableFolds: Sendable {
  /// Folds of a division, and divisions. A full check trains a network 40 times on each of the six; with
  /// five folds it would take longer by two thirds.
  static let folds = 3
  static let divisions = 2

  /// Rows that are learned from and rows that are tested on.
  struct Fold: Sendable {
    let training, test: [Row]
    /// The share of rows tested on to rows learned from.
    var ratio: Double { Double(test.count) / Double(training.count) }
    let division: Int
  }

  struct Row: Sendable {
    /// By position, in the order of the table; gaps are filled, and every position has mean 0 and deviation
    /// 1 over the fold's training rows. Places that are not used are 0: a repeat that stays where it is would
    /// give the order of the table away, for only there its column stands beside it.
    let values: [Float]
    let label: Int
    /// Its number among the rows that are judged.
    let number: Int
  }

  /// The folds of every division, one after the other.
  let all: [Fold]

  /// - Parameter rows: those of the sequence that are judged; every label of theirs has at least as many as
  ///   there are folds.
  init(_ sequence: ColumnSequence, rows: [Int], seed: UInt64) {
    let columns = sequence.places.flatMap { place in
      place.role == .used
        ? place.components
        : place.components.map { [Float](repeating: 0, count: $0.count) }
    }
    var all: [Fold] = []
    for division in 0..<Self.divisions {
      let folds = Self.division(sequence, rows, seed: seed, number: division)
      for fold in 0..<Self.folds {
        let training = rows.indices.filter { folds[$0] != fold }
        let test = rows.indices.filter { folds[$0] == fold }
        let scales = columns.map { column in PositionScale(training.map { column[rows[$0]] }) }
        func scaled(_ numbers: [Int]) -> [Row] {
          numbers.map { number in
            Row(
              values: zip(columns, scales).map { $1.value($0[rows[number]]) },
              label: sequence.labels[rows[number]], number: number)
          }
        }
        all.append(Fold(training: scaled(training), test: scaled(test), division: division))
      }
    }
    self.all = all
  }

  /// The fold of each row: the rows of a label are dealt out in turn, in an order by chance.
  private static func division(
    _ sequence: ColumnSequence, _ rows: [Int], seed: UInt64, number: Int
  ) -> [Int] {
    let order = shuffled(
      count: rows.count,
      using: RandomStream(seed: seed, purpose: .tableRows, epoch: 1, item: number))
    var fold = [Int](repeating: 0, count: rows.count)
    // Where one label ends the next goes on, so that folds are of one size to within a row.
    var next = 0
    for label in sequence.labelNames.indices {
      for place in order where sequence.labels[rows[place]] == label {
        fold[place] = next % folds
        next += 1
      }
    }
    return fold
  }
}

/// How the values of a position are filled and scaled.
struct PositionScale: Sendable {
  private let median: Float
  /// Values beyond are taken for these: a few odd ones would drown all others.
  private let range: ClosedRange<Float>
  private let mean, factor: Double

  /// The share of the values below the range, and above it.
  private static let cut = 0.02

  /// - Parameter values: those that are learned from, NaN where missing.
  init(_ values: [Float]) {
    let present = values.filter { !$0.isNaN }.sorted()
    let median = RankSimilarity.median(ofSorted: present) ?? 0
    self.median = median
    let outside = Int(Double(present.count) * Self.cut)
    var range = median...median
    if let low = present.dropFirst(outside).first, let high = present.dropLast(outside).last {
      range = low...high
      // A column that is nearly always the same says all by its odd values.
      if low == high, let low = present.first, let high = present.last { range = low...high }
    }
    self.range = range
    let filled = values.map { Double(Self.value($0, median, range)) }
    let count = Double(max(1, values.count))
    let mean = filled.reduce(0) { $0 + $1 / count }
    let variance = filled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
    self.mean = mean
    // Of values that are all the same no difference is worth anything.
    factor = range.lowerBound < range.upperBound ? 1 / variance.squareRoot() : 0
  }

  private static func value(
    _ value: Float, _ median: Float, _ range: ClosedRange<Float>
  ) -> Float {
    value.isNaN ? median : min(max(value, range.lowerBound), range.upperBound)
  }

  func value(_ value: Float) -> Float {
    Float((Double(Self.value(value, median, range)) - mean) * factor)
  }
}
