/// Hierarchical clustering by the mean similarity between groups.
enum AverageLinkage {
  /// Two groups become one, each named by one of its places.
  struct Merge: Equatable {
    let first, second: Int
    let similarity: Double
  }

  /// The merges of the whole tree, the most alike first.
  ///
  /// By chains of nearest neighbours (Murtagh 1983): each step follows the most alike until two are each
  /// other's. Takes time and memory with the square of the places.
  ///
  /// - Parameter order: a permutation of the places, which decides among equal similarities.
  static func merges(_ similarities: Similarities, order: [Int]) -> [Merge] {
    let count = order.count
    var matrix = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0..<count {
        matrix[row * count + column] = Double(
          similarities.values[order[row] * count + order[column]])
      }
    }
    var sizes = [Double](repeating: 1, count: count)
    var isActive = [Bool](repeating: true, count: count)
    var merges: [Merge] = []
    var chain: [Int] = []
    while merges.count < count - 1 {
      if chain.isEmpty { chain = [isActive.firstIndex(of: true) ?? 0] }
      let last = chain[chain.count - 1]
      let previous = chain.count > 1 ? chain[chain.count - 2] : nil
      // The one before wins among equals, or the chain would never end.
      var best = previous
      var likeness = previous.map { matrix[last * count + $0] } ?? -1
      for other in 0..<count where isActive[other] && other != last {
        let candidate = matrix[last * count + other]
        if candidate > likeness { (best, likeness) = (other, candidate) }
      }
      guard let best else { break }
      guard best == previous else {
        chain.append(best)
        continue
      }
      chain.removeLast(2)
      merges.append(Merge(first: order[best], second: order[last], similarity: likeness))
      let size = sizes[best] + sizes[last]
      for other in 0..<count where isActive[other] && other != best && other != last {
        let mean =
          (sizes[best] * matrix[best * count + other] + sizes[last] * matrix[last * count + other])
          / size
        matrix[best * count + other] = mean
        matrix[other * count + best] = mean
      }
      sizes[best] = size
      isActive[last] = false
    }
    // Chains find merges out of order; those of one tree never rise on the way up.
    return merges.enumerated()
      .sorted { ($1.element.similarity, $0.offset) < ($0.element.similarity, $1.offset) }
      .map(\.element)
  }
}
