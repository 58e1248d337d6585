import ConvKitCore

/// The division of examples into those that are learned from and those that validate.
public struct Split: Sendable, Equatable {
  public let training: [DataSet.Example]
  public let validation: [DataSet.Example]

  /// The share kept for validation where nothing else is said.
  public static let defaultShare = 0.2

  /// Divides the training part of a data set; a validation part that it already has replaces the
  /// share.
  ///
  /// - Throws: `SplitError`.
  public init(_ dataSet: DataSet, share: Double = defaultShare, seed: UInt64) throws {
    guard dataSet.validation.isEmpty else {
      self.init(training: dataSet.training, validation: dataSet.validation)
      return
    }
    try self.init(stratified: dataSet.training, share: share, seed: seed)
  }

  /// Keeps a share of every label.
  ///
  /// A function of the names, the labels and the seed alone: the order of `examples` plays no part.
  /// Of n examples of a label, share × n are kept, rounded to the nearest (a half upwards), but at
  /// least one and never all. A label with a single example is not divided, and a share of 0 keeps
  /// nothing. Both sides keep the order of `examples`.
  ///
  /// - Parameter share: at least 0 and below 1.
  /// - Throws: `SplitError`.
  /// - Precondition: the examples' names differ.
  public init(stratified examples: [DataSet.Example], share: Double, seed: UInt64) throws {
    guard share >= 0, share < 1 else { throw SplitError.share(share) }
    var isKept = Array(repeating: false, count: examples.count)
    for (label, members) in Dictionary(grouping: examples.indices, by: { examples[$0].label }) {
      let count = Self.kept(of: members.count, share: share)
      // A key for each in the order of the names; the smallest keys are kept, the earlier name
      // where two keys are equal.
      var stream = RandomStream(seed: seed, purpose: .split, item: label)
      let keyed = members.sorted { FileName.precedes(examples[$0].name, examples[$1].name) }
        .enumerated().map { (key: stream.next(), rank: $0.offset, index: $0.element) }
      let chosen = keyed.sorted { ($0.key, $0.rank) < ($1.key, $1.rank) }.prefix(count)
      for (_, _, index) in chosen { isKept[index] = true }
    }
    self.init(
      training: zip(examples, isKept).filter { !$0.1 }.map(\.0),
      validation: zip(examples, isKept).filter(\.1).map(\.0))
  }

  private init(training: [DataSet.Example], validation: [DataSet.Example]) {
    self.training = training
    self.validation = validation
  }

  private static func kept(of count: Int, share: Double) -> Int {
    guard share > 0, count > 1 else { return 0 }
    return min(max(Int((share * Double(count)).rounded()), 1), count - 1)
  }
}

/// Why examples cannot be divided.
public enum SplitError: ReportableError, Equatable {
  case share(Double)

  public var category: ErrorCategory { .wrongCall }

  public var description: String {
    switch self {
    case .share(let share):
      """
      \(share) is no share of examples to keep for validation; at least 0 (none) and less than 1 was \
      expected, as 0.2 for a fifth.
      """
    }
  }
}

extension Split {
  /// The names of the examples that become the test part: a share of each label's.
  ///
  /// - Parameter share: above 0 and below 1.
  /// - Throws: `SplitError`.
  static func testShare(
    of records: [DataSet.Record], share: Double, seed: UInt64
  ) throws -> Set<String> {
    let labels = Set(records.map(\.label)).sorted(by: FileName.precedes)
    let numbers = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
    let examples = records.map {
      DataSet.Example(name: $0.name, item: $0.item, label: numbers[$0.label] ?? 0)
    }
    return Set(try Split(stratified: examples, share: share, seed: seed).validation.map(\.name))
  }
}
