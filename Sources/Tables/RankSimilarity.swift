import ConvKitCore

/// How alike columns are by Spearman's rank correlation, whose sign and scale do not matter here.
package enum RankSimilarity {
  /// |Spearman| of every two places that are used; of a category with several levels the mean over them.
  ///
  /// Missing values count as the column's median, so that gaps alone make no columns alike. Takes
  /// rows · components² / 2 multiplications.
  ///
  /// - Parameter rows: the rows that count.
  package static func matrix(of sequence: ColumnSequence, rows: [Int]) -> Similarities {
    let places = sequence.places.filter { $0.role == .used }
    var scores: [[Float]] = []
    var ends = [0]
    for place in places {
      scores += place.components.map { component in rankScores(rows.map { component[$0] }) }
      ends.append(scores.count)
    }
    var values = [Float](repeating: 1, count: places.count * places.count)
    for first in places.indices {
      for second in 0..<first {
        var sum: Float = 0
        for a in ends[first]..<ends[first + 1] {
          for b in ends[second]..<ends[second + 1] { sum += abs(product(scores[a], scores[b])) }
        }
        let pairs = places[first].components.count * places[second].components.count
        let mean = min(1, sum / Float(pairs))
        values[first * places.count + second] = mean
        values[second * places.count + first] = mean
      }
    }
    return Similarities(names: places.map(\.name), values: values)
  }

  /// Ranks, equal values sharing their mean rank, moved and scaled so that their sum is 0 and that of their
  /// squares 1: the product of two columns' scores is Spearman's correlation. All 0 where all values are
  /// equal.
  static func rankScores(_ column: [Float]) -> [Float] {
    let present = column.filter { !$0.isNaN }.sorted()
    guard let median = median(ofSorted: present) else {
      return [Float](repeating: 0, count: column.count)
    }
    let values = column.map { $0.isNaN ? median : $0 }
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
      start = end
    }
    let middle = Double(values.count - 1) / 2
    let squares = ranks.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    guard squares > 0 else { return [Float](repeating: 0, count: column.count) }
    let scale = 1 / squares.squareRoot()
    return ranks.map { Float(($0 - middle) * scale) }
  }

  /// The middle value, or the mean of the middle two; nil without values.
  static func median(ofSorted values: [Float]) -> Float? {
    guard !values.isEmpty else { return nil }
    let (low, high) = (values[(values.count - 1) / 2], values[values.count / 2])
    // Halved before they are added: the sum of the largest two is infinite.
    return low == high ? low : low / 2 + high / 2
  }

  private static func product(_ a: [Float], _ b: [Float]) -> Float {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        // Sixteen sums side by side, always in the same order.
        var sums = SIMD16<Float>()
        var row = 0
        while row + 16 <= a.count {
          let left = UnsafeRawPointer(a.baseAddress! + row).loadUnaligned(as: SIMD16<Float>.self)
          let right = UnsafeRawPointer(b.baseAddress! + row).loadUnaligned(as: SIMD16<Float>.self)
          sums += left * right
          row += 16
        }
        var sum = sums.sum()
        while row < a.count {
          sum += a[row] * b[row]
          row += 1
        }
        return sum
      }
    }
  }
}
