/// How the values of a volume lie, by channel.
struct VolumeLevels {
  let lowest, highest: [Float]
  let mean, deviation: [Double]

  init(of volume: Volume) {
    let channels = volume.channels
    var lowest = [Float](repeating: .infinity, count: channels)
    var highest = [Float](repeating: -.infinity, count: channels)
    var sums = [Double](repeating: 0, count: channels)
    var squares = sums
    let count = Double(volume.values.count / channels)
    // Squares of what is left of the first value: of values that lie close together far from 0 nothing is
    // lost.
    let first = volume.values.prefix(channels).map(Double.init)
    var channel = 0
    for value in volume.values {
      lowest[channel] = min(lowest[channel], value)
      highest[channel] = max(highest[channel], value)
      let rest = Double(value) - first[channel]
      sums[channel] += rest
      squares[channel] += rest * rest
      channel = channel + 1 == channels ? 0 : channel + 1
    }
    self.lowest = lowest
    self.highest = highest
    mean = zip(first, sums).map { $0 + $1 / count }
    deviation = zip(sums, squares).map { sum, square in
      max(0, square / count - (sum / count) * (sum / count)).squareRoot()
    }
  }

  /// The share of the voxels that lie below the lower and above the upper percentile.
  static let outside = 0.005

  /// At most so many voxels tell the percentiles of a channel, evenly spread: with 2¹⁶ of them 328 lie
  /// below the lower one, which is then known to within about 18, a share of 0.03 %.
  private static let sampled = 1 << 16

  /// What `outside` of the voxels lie below, and above, by channel; the lowest and the highest value where
  /// these are the same, as in a volume that is nearly empty.
  func percentiles(of volume: Volume) -> [ClosedRange<Float>] {
    let count = volume.values.count / volume.channels
    let taken = min(count, Self.sampled)
    return (0..<volume.channels).map { channel in
      let sample = (0..<taken).map { index in
        volume.values[index * count / taken * volume.channels + channel]
      }.sorted()
      let cut = Int(Double(taken - 1) * Self.outside)
      let (low, high) = (sample[cut], sample[taken - 1 - cut])
      if low < high { return low...high }
      // Without a number there is neither a lowest nor a highest.
      return lowest[channel] < highest[channel] ? lowest[channel]...highest[channel] : low...low
    }
  }
}
