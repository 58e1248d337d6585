/// Where buffers lie in one piece of memory when each is needed for only a part of the time: two that
/// are never needed at once may have the same place.
///
/// The larger a buffer, the earlier it is placed, at the lowest offset that is free for as long as it
/// is needed (greedy by size, Pisarchyk and Lee 2020, arXiv 2001.03288).
package struct MemoryPlan: Equatable {
  package struct Buffer: Equatable {
    /// Floats.
    package var count: Int
    /// The steps at which it is needed.
    package var steps: ClosedRange<Int>

    package init(count: Int, steps: ClosedRange<Int>) {
      self.count = count
      self.steps = steps
    }
  }

  /// By buffer, in floats: each starts on a line of the cache.
  package let offsets: [Int]
  /// Floats of the whole.
  package let count: Int
  /// By buffer: whether another one has some of its place at another time.
  package let isShared: [Bool]

  package init(_ buffers: [Buffer]) {
    let counts = buffers.map { ($0.count + 15) / 16 * 16 }
    let order = buffers.indices.sorted {
      counts[$0] != counts[$1] ? counts[$0] > counts[$1] : $0 < $1
    }
    var offsets = buffers.map { _ in 0 }
    var total = 0
    /// Those that are placed, by offset.
    var placed: [Int] = []
    for index in order where counts[index] > 0 {
      var offset = 0
      for other in placed where buffers[other].steps.overlaps(buffers[index].steps) {
        if offset + counts[index] <= offsets[other] { break }
        offset = max(offset, offsets[other] + counts[other])
      }
      offsets[index] = offset
      total = max(total, offset + counts[index])
      placed.insert(index, at: placed.firstIndex { offsets[$0] > offset } ?? placed.count)
    }
    self.offsets = offsets
    count = total
    isShared = buffers.indices.map { index in
      let place = offsets[index]..<offsets[index] + counts[index]
      return buffers.indices.contains {
        $0 != index && place.overlaps(offsets[$0]..<offsets[$0] + counts[$0])
      }
    }
  }
}
