import ConvKitCore
import ConvKitTraining

/// Places of a sequence divided into groups of such that are alike, found without looking at their order.
package struct ColumnGroups: Sendable, Equatable {
  /// The places of each group, ascending.
  package let members: [[Int32]]

  package var count: Int { members.count }

  package init(members: [[Int32]]) { self.members = members }

  /// How many orders there are inside the groups; 2³² for that many and more.
  package var orders: Int {
    var orders = 1
    for group in members {
      for size in 1...max(1, group.count) { orders = min(1 << 32, orders * size) }
    }
    return orders
  }

  /// An order in which the places of each group are shuffled among themselves.
  package func shuffled(using random: inout RandomStream) -> [Int32] {
    var order = [Int32](repeating: 0, count: members.reduce(0) { $0 + $1.count })
    for group in members {
      var places = group
      for last in stride(from: places.count - 1, to: 0, by: -1) {
        places.swapAt(last, Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high))
      }
      for (target, place) in zip(group, places) { order[Int(target)] = place }
    }
    return order
  }

  /// The mean sizes of the groups of the cuts. The finest is there for pairs, such as a column and one that
  /// is derived from it; were they alone, coarser cuts would let a table of pairs pass.
  static let meanSizes = [2, 4, 8]

  /// Cuts through the tree of average linkage (Sokal and Michener 1958), finest first.
  ///
  /// - Parameter seed: decides among equal similarities, so that the order does not.
  package static func cuts(of similarities: Similarities, seed: UInt64) -> [ColumnGroups] {
    let count = similarities.names.count
    guard count >= 2 else { return [] }
    let merges = AverageLinkage.merges(
      similarities,
      order: ConvKitTraining.shuffled(
        count: count, using: RandomStream(seed: seed, purpose: .columnOrder, epoch: 1000)))
    var sizes: [Int] = []
    for size in meanSizes {
      let groups = (count + size - 1) / size
      if groups < count, !sizes.contains(groups) { sizes.append(groups) }
    }
    return sizes.map { cut(merges, places: count, groups: $0) }
  }

  private static func cut(
    _ merges: [AverageLinkage.Merge], places: Int, groups: Int
  ) -> ColumnGroups {
    var group = Array(0..<places)
    func root(_ place: Int) -> Int {
      var place = place
      while group[place] != place { place = group[place] }
      return place
    }
    for merge in merges.prefix(places - groups) { group[root(merge.second)] = root(merge.first) }
    var members: [Int: [Int32]] = [:]
    for place in 0..<places { members[root(place), default: []].append(Int32(place)) }
    return ColumnGroups(members: members.values.sorted { $0[0] < $1[0] })
  }
}
