import ConvKitCore

/// The division of examples into those that are learned from and those that validate.
public struct Split: Sendable, Equatable {
  public let training: [DataSet.Example]
  public let validation: [DataSet.Example]

  /// The share kept for validation where nothing else is said.
  public static let defaultShare = 0.2

  /// Divides the training part of a data set; a validation part that it already has replaces the
  /// share, and no example of a given part is moved.
  ///
  /// - Throws: `SplitError`.
  public init(_ dataSet: DataSet, share: Double = defaultShare, seed: UInt64) throws {
    guard dataSet.validation.isEmpty else {
      self.init(training: dataSet.training, validation: dataSet.validation)
      return
    }
    try self.init(stratified: dataSet.training, share: share, seed: seed)
  }

  /// Keeps a share of every label, and what belongs together on one side.
  ///
  /// A function of the names, the labels, the groups, the fingerprints and the seed alone: the order
  /// of `examples` plays no part. Both sides keep that order.
  ///
  /// Examples that share a group or a fingerprint, also by way of others, are a *unit*, which is never
  /// cut. Of n examples of a label, share × n are wanted, rounded to the nearest (a half upwards), but
  /// at least one and never all. A unit belongs to the label that most of its examples have, the first
  /// on ties. Label by label, the label's units are gone through in the order of random keys, and a
  /// unit is kept where that brings the numbers of kept examples nearer to the wanted ones (by the sum
  /// of the distances over all labels) and leaves an example of each of its labels to learn from.
  /// When nothing of the label is kept then, that of its units is kept which comes nearest, if one
  /// leaves such examples.
  ///
  /// So of examples without groups and repeats just the wanted numbers are kept, of others the number
  /// that whole units come nearest to on the way. A label whose examples are all in one unit is not
  /// divided, and a share of 0 keeps nothing.
  ///
  /// - Parameter share: at least 0 and below 1.
  /// - Throws: `SplitError`.
  /// - Precondition: the examples' names differ.
  public init(stratified examples: [DataSet.Example], share: Double, seed: UInt64) throws {
    let kept = try Self.kept(of: examples, share: share, seed: seed, for: .split)
    self.init(
      training: examples.indices.filter { !kept.contains($0) }.map { examples[$0] },
      validation: examples.indices.filter(kept.contains).map { examples[$0] })
  }

  private init(training: [DataSet.Example], validation: [DataSet.Example]) {
    self.training = training
    self.validation = validation
  }

  /// The names of the records that become the test part: a share of the training part, chosen by the
  /// rule of `init(stratified:share:seed:)`, independently of what that chooses by the same seed.
  ///
  /// The order of `records` plays no part. Records of other parts are not looked at.
  ///
  /// - Parameter share: at least 0 and below 1.
  /// - Throws: `SplitError`.
  public static func testShare(
    of records: [DataSet.Record], share: Double, seed: UInt64
  ) throws -> Set<String> {
    let records = records.filter { $0.part == .training }
    let labels = Set(records.map(\.label)).sorted(by: FileName.precedes)
    let numbers = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
    let examples = records.compactMap { record in
      numbers[record.label].map {
        DataSet.Example(
          name: record.name, item: record.item, label: $0, group: record.group,
          fingerprint: record.fingerprint)
      }
    }
    let kept = try kept(of: examples, share: share, seed: seed, for: .testShare)
    return Set(kept.map { examples[$0].name })
  }

  /// The indices of the examples that are kept apart.
  private static func kept(
    of examples: [DataSet.Example], share: Double, seed: UInt64,
    for purpose: RandomStream.Purpose
  ) throws -> Set<Int> {
    guard share >= 0, share < 1 else { throw SplitError.share(share) }
    guard share > 0 else { return [] }
    var choice = Choice(
      counts: Dictionary(examples.map { ($0.label, 1) }, uniquingKeysWith: +), share: share)
    let units = Dictionary(grouping: ExampleUnit.units(of: examples), by: \.label)
    for (label, units) in units.sorted(by: { $0.key < $1.key }) {
      // A key for each in the order of the first names; the earlier name where two keys are equal.
      var stream = RandomStream(seed: seed, purpose: purpose, item: label)
      let keyed = units.enumerated().map { (key: stream.next(), rank: $0.offset, unit: $0.element) }
      let ordered = keyed.sorted { ($0.key, $0.rank) < ($1.key, $1.rank) }.map(\.unit)
      for unit in ordered where choice.leavesEnough(without: unit) && choice.gain(of: unit) > 0 {
        choice.keep(unit)
      }
      if choice.hasNothing(of: label) {
        var best: (unit: ExampleUnit, gain: Int)?
        for unit in ordered where choice.leavesEnough(without: unit) {
          let gain = choice.gain(of: unit)
          if best.map({ gain > $0.gain }) ?? true { best = (unit, gain) }
        }
        if let best { choice.keep(best.unit) }
      }
    }
    return choice.members
  }

  /// What is kept so far, beside what is wanted, by label.
  private struct Choice {
    private(set) var members: Set<Int> = []
    private let counts: [Int: Int]
    private let wanted: [Int: Int]
    private var kept: [Int: Int] = [:]

    init(counts: [Int: Int], share: Double) {
      self.counts = counts
      wanted = counts.mapValues { count in
        count > 1 ? min(max(Int((share * Double(count)).rounded()), 1), count - 1) : 0
      }
    }

    func hasNothing(of label: Int) -> Bool { kept[label] == nil }

    /// Whether an example of each of its labels stays to be learned from when the unit is kept.
    func leavesEnough(without unit: ExampleUnit) -> Bool {
      unit.counts.allSatisfy { label, count in
        kept[label, default: 0] + count < counts[label, default: 0]
      }
    }

    /// By how much keeping the unit brings the numbers nearer to the wanted ones.
    func gain(of unit: ExampleUnit) -> Int {
      unit.counts.reduce(0) { gain, part in
        let missing = wanted[part.key, default: 0] - kept[part.key, default: 0]
        return gain + abs(missing) - abs(missing - part.value)
      }
    }

    mutating func keep(_ unit: ExampleUnit) {
      members.formUnion(unit.members)
      for (label, count) in unit.counts { kept[label, default: 0] += count }
    }
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
      \(share) is no share of examples to keep for validation or testing; at least 0 (none) and less \
      than 1 was expected, as 0.2 for a fifth.
      """
    }
  }
}
