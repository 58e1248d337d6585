import ConvKitCore
import ConvKitTraining

/// One run of the check: the questions in turn, and the rule that makes a verdict of their answers.
struct Judgement {
  let check: SuitabilityCheck
  let sample: JudgedSample
  /// Columns that are used.
  let columns: Int
  let neighbours: NeighbourEvidence?
  let groups: GroupEvidence?
  /// The groups of B's cut that is hardest to pass; nil where they have too few orders.
  private let hardestGroups: ColumnGroups?
  private(set) var learning: LearningEvidence?
  private(set) var rivals: RivalEvidence?
  private(set) var order: OrderEvidence?
  private(set) var groupedOrder: OrderEvidence?
  private(set) var outcome = Outcome.noOrderSeen

  /// What decided.
  enum Outcome {
    /// By C and D alone, or by A and B as well.
    case suits(isByNetworkAlone: Bool)
    /// By A and B, without labels.
    case orderSeen, noOrderSeen
    case doesNotSuit(Failure)
    case cannotTell(Doubt)
  }

  /// The question that failed.
  enum Failure {
    case rivals, order, groupedOrder
  }

  /// What keeps it from being told.
  enum Doubt {
    case fewRows, fewColumns, fewLabelledRows, fewGroupedOrders, nothingLearnt
  }

  init(
    _ check: SuitabilityCheck, _ sample: JudgedSample, _ similarities: Similarities,
    isLabelled: Bool, report: (SuitabilityCheck.Event) throws -> Void
  ) throws {
    self.check = check
    self.sample = sample
    columns = similarities.names.count
    if columns >= 2 {
      let test = NeighbourTest(sample.sequence, similarities, isSearched: true, seed: check.seed)
      let cuts = ColumnGroups.cuts(of: similarities, seed: check.seed)
      neighbours = test.neighbours()
      let found = test.groups(cuts)
      groups = found
      // Of cuts with few orders the finest that C can draw its own from.
      hardestGroups =
        found.tooFewOrders == nil
        ? zip(cuts, found.cuts).max { $0.1.pValue < $1.1.pValue }?.0
        : cuts.first { $0.orders > SuitabilityCheck.otherOrders }
    } else {
      (neighbours, groups, hardestGroups) = (nil, nil, nil)
    }
    outcome = try decided(isLabelled: isLabelled, report)
  }

  private var hasOrder: Bool { neighbours?.holds == true && groups?.holds == true }

  private mutating func decided(
    isLabelled: Bool, _ report: (SuitabilityCheck.Event) throws -> Void
  ) throws -> Outcome {
    if columns < SuitabilityCheck.fewestColumns { return .cannotTell(.fewColumns) }
    if sample.rows.count < SuitabilityCheck.fewestRows { return .cannotTell(.fewRows) }
    guard isLabelled, !check.isQuick else {
      if neighbours?.holds == true, groups?.tooFewOrders != nil {
        return .cannotTell(.fewGroupedOrders)
      }
      return hasOrder ? .orderSeen : .noOrderSeen
    }
    let (sequence, rows) = sample.learnable
    guard rows.count >= SuitabilityCheck.fewestRows, sequence.labelNames.count >= 2 else {
      return .cannotTell(.fewLabelledRows)
    }
    let workers = try Workers(count: check.threads ?? Workers.availableCount)
    let trials = FoldTrials(sequence, rows: rows, seed: check.seed)
    let atMost =
      FoldTrials.trainingsPerOrder * (3 + (hasOrder ? 1 : 2) * SuitabilityCheck.otherOrders)
    var done = 0
    func trained() throws {
      done += 1
      try report(.trained(done, atMost: atMost))
    }
    let models = [trials.convolutional, .logisticRegression, .dense]
    var outcomes: [(name: String, outcome: FoldTrials.Outcome)] = []
    try trials.run(
      models.map { FoldTrials.Trial(model: $0) }, by: workers, trained: trained
    ) {
      outcomes.append((models[outcomes.count].name, $0))
      return true
    }
    let learning = LearningTest.evidence(
      outcomes, labels: rows.map { sequence.labels[$0] }, seed: check.seed)
    self.learning = learning
    let network = outcomes[0].outcome
    let rivals = RivalTest.evidence(
      of: network, rivals: Array(outcomes.dropFirst()), ratio: trials.ratio)
    self.rivals = rivals
    guard learning.holds else { return .cannotTell(.nothingLearnt) }
    guard rivals.holds else { return .doesNotSuit(.rivals) }

    func evidence(allowed: Int, _ orders: (Int) -> [Int32]) throws -> OrderEvidence {
      try Self.evidence(
        of: network.loss, against: (0..<SuitabilityCheck.otherOrders).map(orders),
        allowed: allowed, trials, workers, trained)
    }
    // With A and B one of the 39 may be as good; without them none, and none of 39 inside groups.
    let allowed = hasOrder ? 1 : 0
    let (columns, seed) = (columns, check.seed)
    if !hasOrder {
      guard let groups = hardestGroups else { return .cannotTell(.fewGroupedOrders) }
      let given = (0..<Int32(columns)).map { $0 }
      let grouped = try evidence(allowed: allowed) { number in
        var random = RandomStream(
          seed: seed, purpose: .columnOrder, epoch: Self.groupedOrders, item: number)
        var order = given
        // Few orders have that of the table among them often, which would beat nothing.
        while order == given { order = groups.shuffled(using: &random) }
        return order
      }
      groupedOrder = grouped
      guard grouped.asGood == 0 else { return .doesNotSuit(.groupedOrder) }
    }
    let free = try evidence(allowed: allowed) { number in
      shuffled(
        count: columns,
        using: RandomStream(seed: seed, purpose: .columnOrder, epoch: Self.freeOrders, item: number)
      ).map(Int32.init)
    }
    order = free
    guard free.asGood <= allowed else { return .doesNotSuit(.order) }
    return .suits(isByNetworkAlone: !hasOrder)
  }

  /// What the random orders of C are for; those of A and B have smaller numbers.
  private static let (freeOrders, groupedOrders) = (2000, 2001)

  /// Tries other orders until more of them are as good as are allowed, or all are tried. As what follows
  /// cannot change the answer then, stopping early leaves the level of the test as it is.
  private static func evidence(
    of loss: Double, against orders: [[Int32]], allowed: Int, _ trials: FoldTrials,
    _ workers: Workers, _ trained: () throws -> Void
  ) throws -> OrderEvidence {
    var losses: [Double] = []
    try trials.run(
      orders.map { FoldTrials.Trial(model: trials.convolutional, order: $0) }, by: workers,
      trained: trained
    ) { outcome in
      losses.append(outcome.loss)
      return losses.count { $0 <= loss } <= allowed
    }
    return OrderEvidence(loss: loss, permutedLosses: losses, planned: orders.count)
  }
}
