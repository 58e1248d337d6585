/// How a map [position…, channel] lies in memory: channels last, with a border of positions around
/// it (its halo) as wide as its readers reach.
///
/// The halo of an input to a convolution holds zeros, so that no inner loop tests for padding.
package struct MapLayout: Equatable, Sendable {
  package let extent: [Int]
  package let channels: Int
  /// Positions of halo before and after, by axis.
  package let low: [Int]
  package let high: [Int]

  /// Floats from one position to the next along each axis.
  package let strides: [Int]
  /// Floats of the whole, halo included.
  package let count: Int
  /// Where position (0, 0, …) starts.
  package let origin: Int

  package init(extent: [Int], channels: Int, low: [Int]? = nil, high: [Int]? = nil) {
    let none = extent.map { _ in 0 }
    self.extent = extent
    self.channels = channels
    self.low = low ?? none
    self.high = high ?? none
    var strides = none
    var step = channels
    var origin = 0
    for axis in extent.indices.reversed() {
      strides[axis] = step
      origin += self.low[axis] * step
      step *= extent[axis] + self.low[axis] + self.high[axis]
    }
    self.strides = strides
    count = step
    self.origin = origin
  }

  /// Values of the map itself, without its halo.
  package var valueCount: Int { extent.reduce(channels, *) }

  package var hasHalo: Bool { valueCount != count }

  /// The offset of the first channel at `position`, which may lie in the halo.
  package func offset(of position: [Int]) -> Int {
    zip(position, strides).reduce(origin) { $0 + $1.0 * $1.1 }
  }

  /// The rows of the map, each contiguous: where each starts, in order of position.
  ///
  /// - Parameter merged: how many of the last axes form one row; they have no halo between them.
  package func rowOffsets(merging merged: Int) -> [Int] {
    let outer = extent.dropLast(merged)
    var offsets: [Int] = []
    Geometry.forEach(in: Array(outer)) { index in
      offsets.append(offset(of: index + Array(repeating: 0, count: extent.count - index.count)))
    }
    return offsets
  }

  /// How many of the last axes are contiguous without a gap: a row always, more where no halo
  /// stands between.
  package var mergeableAxes: Int {
    var merged = min(1, extent.count)
    while merged < extent.count {
      let inner = extent.count - merged
      guard low[inner] == 0, high[inner] == 0 else { break }
      merged += 1
    }
    return merged
  }
}

/// The positions of halo that the readers of a map need; the widest wins.
package struct Halo: Equatable, Sendable {
  package private(set) var low: [Int]
  package private(set) var high: [Int]

  package init(rank: Int) {
    low = Array(repeating: 0, count: rank)
    high = low
  }

  package init(low: [Int], high: [Int]) {
    self.low = low
    self.high = high
  }

  package mutating func widen(to other: Halo) {
    low = zip(low, other.low).map(max)
    high = zip(high, other.high).map(max)
  }
}
