/// The voxels along one axis of a volume that make up each voxel of another grid.
///
/// What lies beside the volume has a weight of its own; all weights of a new voxel have the sum 1.
struct AxisWeights: Equatable {
  /// By new voxel: the first old voxel that counts, and where its weight stands; as many follow as there
  /// are up to the place of the next.
  private(set) var first: [Int] = []
  private(set) var places: [Int] = [0]
  private(set) var weights: [Double] = []
  /// By new voxel: how much of it lies beside the volume.
  private(set) var beside: [Double] = []

  /// How many old voxels there are.
  let old: Int

  var count: Int { first.count }

  /// Whether the grids are the same.
  var isIdentity: Bool {
    count == old && first == Array(0..<old) && weights.allSatisfy { $0 == 1 }
      && beside.allSatisfy { $0 == 0 }
  }

  /// A grid of `new` voxels in the middle of one of `old`, each `step` old voxels from the next.
  ///
  /// By area a new voxel is the average over what it covers; where it covers less than an old voxel, and
  /// always by `linear`, it has the values of the two nearest old ones by their nearness, and up to the edge
  /// the volume goes on as it is in its outermost voxels.
  init(old: Int, new: Int, step: Double, by resampling: VolumeResampling) {
    self.old = old
    for index in 0..<new {
      // The middle of the new voxel, in old voxels from the edge of the first.
      let middle = Double(old) / 2 + (Double(index) + 0.5 - Double(new) / 2) * step
      if resampling == .area && step > 1 {
        append(covering: middle - step / 2, middle + step / 2)
      } else {
        append(at: middle)
      }
    }
  }

  private mutating func append(covering low: Double, _ high: Double) {
    let (inside, end) = (max(low, 0), min(high, Double(old)))
    guard end > inside else { return append([], from: 0) }
    let (start, last) = (Int(inside), min(Int(end.rounded(.up)), old) - 1)
    append(
      (start...max(start, last)).map { voxel in
        let (from, to) = (max(inside, Double(voxel)), min(end, Double(voxel + 1)))
        return max(0, to - from) / (high - low)
      }, from: start)
  }

  private mutating func append(at middle: Double) {
    guard middle >= 0, middle <= Double(old) else { return append([], from: 0) }
    let place = min(max(middle - 0.5, 0), Double(old - 1))
    let start = Int(place)
    let share = place - Double(start)
    append(share == 0 ? [1] : [1 - share, share], from: start)
  }

  private mutating func append(_ new: [Double], from start: Int) {
    first.append(start)
    weights += new
    places.append(weights.count)
    let rest = 1 - new.reduce(0, +)
    // What is left by rounding is no place beside the volume.
    beside.append(rest < 1e-9 ? 0 : rest)
  }
}

/// How a volume gets another grid.
public enum VolumeResampling: String, Codable, Sendable, CaseIterable {
  /// Along an axis that shrinks, the average over what a new voxel covers; along one that grows, as
  /// `linear`. Nothing of the volume is lost between the new voxels.
  case area
  /// The two nearest voxels along each axis by their nearness, whatever the sizes: trilinear.
  case linear
}

extension Volume {
  /// The volume on another grid, [first axis, second, third, channel].
  ///
  /// Sums of Double in a fixed order, each rounded to Float: the same bits on every machine. The axis that
  /// leaves least to hold goes first. Takes memory for what is in between and for a line of
  /// sums, and time for each value that there was, is in between, or is new.
  ///
  /// - Parameter background: what lies beside the volume, by channel.
  /// - Precondition: weights of this volume's extent for each axis.
  func resampled(by weights: [AxisWeights], background: [Float]) -> [Float] {
    var values = values
    var extent = [self.extent.x, self.extent.y, self.extent.z]
    precondition(
      weights.map(\.old) == extent, "weights for \(weights.map(\.old)) voxels of \(extent)")
    let order = (0..<3).sorted {
      (weights[$0].count * extent[$1], $0) < (weights[$1].count * extent[$0], $1)
    }
    for axis in order where !weights[axis].isIdentity {
      values = Self.resampled(
        values, outer: extent[..<axis].reduce(1, *),
        inner: extent[(axis + 1)...].reduce(channels, *), by: weights[axis], background: background)
      extent[axis] = weights[axis].count
    }
    return values
  }

  /// One axis of values [outer, axis, inner].
  private static func resampled(
    _ values: [Float], outer: Int, inner: Int, by weights: AxisWeights, background: [Float]
  ) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(outer * weights.count * inner)
    var sum = [Double](repeating: 0, count: inner)
    for place in 0..<outer {
      for index in 0..<weights.count {
        let beside = weights.beside[index]
        var channel = 0
        for position in 0..<inner {
          sum[position] = beside * Double(background[channel])
          channel = channel + 1 == background.count ? 0 : channel + 1
        }
        var start = (place * weights.old + weights.first[index]) * inner
        for weight in weights.weights[weights.places[index]..<weights.places[index + 1]] {
          for position in 0..<inner { sum[position] += weight * Double(values[start + position]) }
          start += inner
        }
        for position in 0..<inner { result.append(Float(sum[position])) }
      }
    }
    return result
  }
}
