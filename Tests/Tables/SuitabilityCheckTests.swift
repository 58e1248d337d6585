import ConvKitCore
import ConvKitWorkloads
import Testing

@testable import ConvKitTables

@Suite struct SuitabilityCheckTests {
  private func found(
    _ sequence: ColumnSequence, quick: Bool = false, threads: Int? = nil
  ) throws -> Suitability {
    var check = SuitabilityCheck()
    check.isQuick = quick
    check.threads = threads
    return try check.judge(sequence).suitability
  }

  private func columns(_ count: Int, of kind: SimulatedTable.Kind, rows: Int = 200)
    -> ColumnSequence
  {
    let table = SimulatedTable(kind, number: 0)
    return RankSimilarityTests.sequence(
      (0..<count).map { column in table.rows.prefix(rows).map { $0[column] } },
      labels: Array(table.labels.prefix(rows)), names: ["0", "1"])
  }

  @Test func fewColumnsCannotBeTold() throws {
    let four = try found(columns(4, of: .motif))
    #expect(four.verdict == .cannotTell)
    #expect(four.neighbours != nil && four.groups != nil && four.learning == nil)
    #expect(four.reasons[0].hasPrefix("Four columns have only 12 neighbour orders, too few"))
    let two = try found(columns(2, of: .motif))
    #expect(two.reasons[0].hasPrefix("Two columns are neighbours in either order"))
    #expect(try found(columns(1, of: .motif)).reasons[0].hasPrefix("One column has no order"))
  }

  @Test func fewRowsCannotBeTold() throws {
    let found = try found(columns(36, of: .motif, rows: 29))
    #expect(found.verdict == .cannotTell && found.neighbours != nil)
    #expect(found.reasons == ["29 rows are too few: at least 30 are needed."])
  }

  @Test func labelsOfChanceCannotBeTold() throws {
    let table = columns(36, of: .independent)
    var random = RandomStream(seed: 0, purpose: .tests, item: 77)
    let found = try found(
      RankSimilarityTests.sequence(
        table.places.map { $0.components[0] },
        labels: (0..<200).map { _ in random.uniform() < 0.5 ? 0 : 1 }, names: ["0", "1"]))
    #expect(found.verdict == .cannotTell)
    #expect(found.learning?.holds == false && found.order == nil)
    #expect(found.reasons[0].hasPrefix("None of the models learned the labels"))
  }

  @Test func rareLabelsLeaveTooFewRows() throws {
    let table = columns(36, of: .independent, rows: 31)
    let found = try found(
      RankSimilarityTests.sequence(
        table.places.map { $0.components[0] },
        labels: (0..<31).map { $0 < 29 ? 0 : 1 }, names: ["0", "1"]))
    #expect(found.verdict == .cannotTell)
    #expect(
      found.reasons[0].hasPrefix("Too few rows have a label that occurs 3 times or more (29)"))
    // Enough rows, and all of one label.
    let one = try self.found(
      RankSimilarityTests.sequence(
        columns(36, of: .independent, rows: 60).places.map { $0.components[0] },
        labels: (0..<60).map { $0 < 59 ? 0 : 1 }, names: ["0", "1"]))
    #expect(one.reasons[0].hasPrefix("Only one label occurs 3 times or more"))
  }

  @Test func withoutLabelsTheOrderIsSeenOrNot() throws {
    func bare(_ kind: SimulatedTable.Kind) -> ColumnSequence {
      RankSimilarityTests.sequence(columns(36, of: kind).places.map { $0.components[0] })
    }
    let seen = try found(bare(.peak))
    #expect(seen.verdict == .maySuit && seen.labels == 0)
    #expect(seen.reasons[1] == "Whether it tells anything, only labels would decide.")
    let blocks = try found(bare(.topicBlocks))
    #expect(blocks.verdict == .doesNotSuit)
    #expect(blocks.reasons[0] == "No clear order is seen.")
    #expect(
      blocks.reasons[1].hasPrefix(
        "B failed: inside groups of like columns the order is not clear (largest p = "))
    #expect(blocks.reasons.count == 3)
  }

  @Test func fewOrdersInsideGroupsCannotBeTold() throws {
    let table = RankSimilarityTests.sequence(
      Array(columns(36, of: .peak).places.map { $0.components[0] }[14..<22]))
    let found = try found(table)
    #expect(found.verdict == .cannotTell && found.neighbours?.holds == true)
    #expect(found.reasons[0].contains("inside the smallest groups there are only"))
  }

  @Test func theQuickCheckTrainsNothing() throws {
    let found = try found(columns(36, of: .peak), quick: true)
    #expect(found.verdict == .maySuit && found.learning == nil && found.labels == 2)
    #expect(found.reasons[1].contains("--quick"))
    // A and B may fail where a network uses the order.
    let none = try self.found(columns(36, of: .independent), quick: true)
    #expect(
      none.reasons[0] == "No clear order is seen." && none.reasons[1].hasPrefix("A failed: ")
        && none.reasons[2].hasPrefix("The full check, without --quick, also asks"))
  }

  /// A rival that is better, with its figures; the same on any number of threads.
  @Test func theAnswerDoesNotDependOnThreads() throws {
    let table = columns(36, of: .independent)
    let one = try found(table, threads: 1)
    #expect(one == (try found(table, threads: 3)))
    #expect(one.verdict == .doesNotSuit && one.rivals?.holds == false && one.order == nil)
    #expect(one.reasons[0].hasPrefix("D failed: a logistic regression, which ignores the order"))
  }

  /// The rule of C stops at the same order on any number of threads.
  @Test func anEarlyStopDoesNotDependOnThreads() throws {
    let table = SimulatedTable(.countsByMean, number: 1).sequence
    let one = try found(table, threads: 1)
    #expect(one == (try found(table, threads: 3)))
    #expect(one.groupedOrder?.asGood == 1 && one.groupedOrder?.isEarly == true)
    #expect(one.order == nil && one.verdict == .doesNotSuit)
  }

  @Test func progressNeverPassesItsEnd() throws {
    var last = 0
    _ = try SuitabilityCheck().judge(SimulatedTable(.countsByMean, number: 1).sequence) { event in
      guard case .trained(let count, let most) = event else { return }
      #expect(count == last + 1 && count <= most)
      last = count
    }
    #expect(last >= FoldTrials.trainingsPerOrder * 4)
  }

  @Test func whatReportThrowsStopsTheCheck() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try SuitabilityCheck().judge(columns(36, of: .independent)) { _ in throw Stop() }
    }
  }

  /// Constants stand where they are and harm nothing.
  @Test func constantsKeepTheirPlaces() throws {
    let table = SimulatedTable(.peak, number: 0).sequence
    var places = table.places
    let constant = ColumnSequence.Place(
      name: "constant", components: [[Float](repeating: 1, count: 200)], role: .constant)
    places.insert(constant, at: 0)
    places.append(constant)
    let found = try found(
      ColumnSequence(places: places, rowCount: 200), quick: true)
    #expect(found.verdict == .maySuit && found.columns == 36)
  }

  @Test func nothingToJudge() throws {
    let constant = ColumnSequence.Place(
      name: "constant", components: [[1, 1]], role: .constant)
    let found = try found(ColumnSequence(places: [constant], rowCount: 2))
    #expect(found.verdict == .cannotTell && found.neighbours == nil)
    #expect(found.reasons == ["No column says anything: at least 8 are needed."])
  }
}
