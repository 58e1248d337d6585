import ConvKitWorkloads
import Testing

@testable import ConvKitTables

/// A smaller run of `convkit-bench simulations`.
@Suite(.serialized) struct SimulationTests {
  private func verdicts(_ kind: SimulatedTable.Kind, tables: Int) throws -> [Suitability.Verdict] {
    try (0..<tables).map {
      try SuitabilityCheck().judge(SimulatedTable(kind, number: $0).sequence).suitability.verdict
    }
  }

  /// Of 100 tables of each kind, `convkit-bench` finds more that are wrong; the first two are not.
  @Test(arguments: SimulatedTable.Kind.allCases.filter { !$0.hasOrder })
  func tablesWithoutAnOrderDoNotSuit(kind: SimulatedTable.Kind) throws {
    #expect(try verdicts(kind, tables: 2) == [.doesNotSuit, .doesNotSuit])
  }

  @Test(arguments: SimulatedTable.Kind.allCases.filter(\.hasOrder))
  func tablesWithAnOrderSuit(kind: SimulatedTable.Kind) throws {
    #expect(try verdicts(kind, tables: 1) == [.suits])
  }

  /// Bars suit by the network alone: their neighbours are hardly alike.
  @Test func theNetworkAloneCanDecide() throws {
    let found = try SuitabilityCheck().judge(SimulatedTable(.bars, number: 0).sequence).suitability
    #expect(found.neighbours?.holds == false)
    #expect(found.order?.isClear == true && found.groupedOrder?.isClear == true)
    #expect(found.reasons.contains { $0.hasPrefix("A failed") })
  }

  @Test func tablesAreMadeAsTheyAreDescribed() {
    for kind in SimulatedTable.Kind.allCases {
      let table = SimulatedTable(kind, number: 3)
      #expect(table.rows.count == 200 && table.labels.count == 200)
      #expect(table.rows.allSatisfy { $0.count == (kind == .bars ? 64 : 36) })
      #expect(table.rows.allSatisfy { $0.allSatisfy(\.isFinite) })
      #expect((60...140).contains(table.labels.reduce(0, +)))
      #expect(table.rows == SimulatedTable(kind, number: 3).rows)
      #expect(table.rows != SimulatedTable(kind, number: 4).rows)
    }
  }
}
