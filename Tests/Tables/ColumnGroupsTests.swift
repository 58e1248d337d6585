import ConvKitCore
import ConvKitTraining
import Testing

@testable import ConvKitTables

@Suite struct ColumnGroupsTests {
  private static let similarities = RankSimilarity.matrix(
    of: RankSimilarityTests.goldenTable, rows: Array(0..<25))

  /// One less the heights of scipy.cluster.hierarchy.linkage(1 − similarity, "average").
  @Test func linkageAgreesWithSciPy() {
    let merges = AverageLinkage.merges(Self.similarities, order: Array(0..<7))
    let golden = [0.837538, 0.8006869, 0.4300334, 0.2166004, 0.1261845, 0.0732943]
    #expect(merges.count == golden.count)
    for (merge, golden) in zip(merges, golden) { #expect(abs(merge.similarity - golden) < 1e-6) }
  }

  /// Groups as fcluster(tree, 4, "maxclust") has them.
  @Test func cutsAgreeWithSciPy() {
    let cuts = ColumnGroups.cuts(of: Self.similarities, seed: 0)
    // Of seven columns a mean of 2, 4 and 8 makes 4, 2 and 1 groups.
    #expect(cuts.map(\.count) == [4, 2, 1])
    #expect(cuts.first?.members == [[0, 3, 6], [1], [2], [4, 5]])
  }

  /// Groups are the same sets whatever the order of the columns.
  @Test(arguments: 1...20) func theOrderDoesNotMatter(number: Int) {
    let order = shuffled(
      count: 7, using: RandomStream(seed: 5, purpose: .tests, item: number))
    let other = Similarities(
      names: order.map { Self.similarities.names[$0] },
      values: order.flatMap { row in
        order.map { Self.similarities.values[row * 7 + $0] }
      })
    func names(_ similarities: Similarities) -> [Set<Set<String>>] {
      ColumnGroups.cuts(of: similarities, seed: UInt64(number)).map { cut in
        Set(cut.members.map { Set($0.map { similarities.names[Int($0)] }) })
      }
    }
    #expect(names(other) == names(Self.similarities))
  }

  @Test func shufflingStaysInsideGroups() {
    let groups = ColumnGroups(members: [[0, 2, 5], [1], [3, 4]])
    var seen: Set<[Int32]> = []
    for number in 0..<200 {
      var random = RandomStream(seed: 1, purpose: .tests, item: number)
      let order = groups.shuffled(using: &random)
      for group in groups.members {
        #expect(Set(group.map { order[Int($0)] }) == Set(group))
      }
      seen.insert(order)
    }
    // All 3! · 1 · 2! orders occur.
    #expect(seen.count == 12 && groups.orders == 12)
    #expect(ColumnGroups(members: [Array(0..<1000)]).orders == 1 << 32)
  }

  @Test func fewColumnsHaveNoCut() {
    #expect(ColumnGroups.cuts(of: Similarities(names: ["a"], values: [1]), seed: 0).isEmpty)
    let two = ColumnGroups.cuts(
      of: Similarities(names: ["a", "b"], values: [1, 0.5, 0.5, 1]), seed: 0)
    #expect(two.map(\.members) == [[[0, 1]]])
  }
}
