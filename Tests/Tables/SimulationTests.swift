import ConvKitCore
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

  /// Neighbours that are not alike, and yet the network needs their order: one of two short motifs somewhere
  /// in noise.
  @Test func theNetworkAloneCanDecide() throws {
    let motifs: [[Float]] = [[3, -3, 3, -3], [3, 3, -3, -3]]
    var random = RandomStream(seed: 0, purpose: .simulatedTables, epoch: 99)
    var labels: [Int] = []
    let rows = (0..<200).map { _ in
      var values = (0..<36).map { _ in 0.5 * random.normal() }
      labels.append(random.place(below: 2))
      let start = random.place(below: 33)
      for (offset, value) in motifs[labels[labels.count - 1]].enumerated() {
        values[start + offset] += value
      }
      return values
    }
    let table = RankSimilarityTests.sequence(
      (0..<36).map { column in rows.map { $0[column] } }, labels: labels, names: ["0", "1"])
    let found = try SuitabilityCheck().judge(table).suitability
    #expect(found.neighbours?.holds == false && found.verdict == .suits)
    #expect(found.order?.isClear == true && found.groupedOrder?.isClear == true)
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
