/// Which places are neighbours in a layout: pairs of used places, by their numbers among these.
struct NeighbourPairs: Sendable {
  private(set) var first: [Int32] = []
  private(set) var second: [Int32] = []

  var count: Int { first.count }

  /// Neighbours along the axes of a shape; those next to a place that is not used are none.
  ///
  /// - Parameters:
  ///   - number: of each place of the shape its number among the used ones; nil where it is not used.
  ///   - axes: those along which they are neighbours.
  init(_ shape: [Int], axes: Range<Int>, number: [Int?]) {
    for axis in axes {
      let step = shape[(axis + 1)...].reduce(1, *)
      for place in number.indices where place / step % shape[axis] + 1 < shape[axis] {
        guard let a = number[place], let b = number[place + step] else { continue }
        first.append(Int32(a))
        second.append(Int32(b))
      }
    }
  }

  /// The sum of the similarities of all pairs, with the place numbered `order[n]` put where place n was.
  func sum(_ similarities: Similarities, _ order: [Int32]) -> Double {
    let width = similarities.names.count
    var sum = 0.0
    for pair in first.indices {
      let (a, b) = (Int(order[Int(first[pair])]), Int(order[Int(second[pair])]))
      sum += Double(similarities.values[a * width + b])
    }
    return sum
  }
}
