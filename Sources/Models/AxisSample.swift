import ConvKitCore
import ConvKitTables

/// What is looked at along one axis of many inputs: for every position the values of the same examples, at
/// the same places on the other axes, of the same channels.
struct AxisSample {
  /// The positions that are judged: all, or as many as may be from the middle of a long axis.
  private let run: Range<Int>
  /// Positions of the axis; values between two neighbours; values of a whole example without the axis.
  let extent: Int
  private let inner, others: Int
  private let valuesPerExample: Int
  private let axis: Int
  private let seed: UInt64
  /// [position][value]
  private var values: [[Float]]

  /// - Parameters:
  ///   - shape: [position…, channel].
  ///   - examples: how many there will be at most.
  init(axis: Int, of shape: [Int], examples: Int, seed: UInt64) {
    self.axis = axis
    self.seed = seed
    extent = shape[axis]
    inner = shape[(axis + 1)...].reduce(1, *)
    others = shape[..<axis].reduce(1, *) * inner
    let count = min(extent, AxisCheck.mostPositions)
    run = (extent - count) / 2..<(extent - count) / 2 + count
    valuesPerExample = min(others, max(1, AxisCheck.mostValues / max(1, examples)))
    values = Array(repeating: [], count: count)
  }

  /// Adds the values of an example: one of each of as many equal shares of the others.
  mutating func add(_ input: Tensor<Float>, example: Int) {
    var random = RandomStream(seed: seed, purpose: .axisCheck, epoch: axis + 1, item: example)
    for share in 0..<valuesPerExample {
      let shares = share * others / valuesPerExample..<(share + 1) * others / valuesPerExample
      let other = Int.random(in: shares, using: &random)
      let start = other / inner * extent * inner + other % inner
      for (place, position) in run.enumerated() {
        values[place].append(input.elements[start + position * inner])
      }
    }
  }

  /// The positions as places. One that is the same everywhere, or the same as an earlier one (as where a
  /// picture was stretched), says nothing.
  func sequence(_ name: String) -> ColumnSequence {
    var seen: [[Float]: String] = [:]
    let places = zip(run, values).map { position, own in
      let ownName = "\(name) \(position + 1)"
      let role: ColumnSequence.Place.Role
      if own.allSatisfy({ $0 == own[0] }) {
        role = .constant
      } else if let earlier = seen[own] {
        role = .repeats(earlier)
      } else {
        role = .used
        seen[own] = ownName
      }
      return ColumnSequence.Place(name: ownName, components: [own], role: role)
    }
    return ColumnSequence(places: places, rowCount: values.first?.count ?? 0)
  }
}
