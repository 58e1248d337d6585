import ConvKitCore
import ConvKitKernels

/// The gradients of a batch put together: the lanes are added up and all gradients looked at in one
/// pass over the flat list of those that learn.
///
/// The update is a second pass. It cannot be part of the first, because nothing may be updated when
/// any gradient is not finite or before the length of all of them is known.
final class GradientSum {
  private struct Part {
    let places: Range<Int>
    /// Whether lanes have summed it; otherwise the sum is there already.
    let isByLane: Bool
  }

  /// The most floats of a part: small enough to be shared out, large enough to be worth it. Squares
  /// are summed part by part, so it decides the last bits of a clipped training.
  private static let longest = 1 << 15

  private let parts: [Part]
  private var squares: [Double]

  init(_ schedule: Schedule) {
    let graph = schedule.graph
    var ranges: [Part] = []
    for (node, way) in zip(graph.nodes, schedule.gradients) where way != .none {
      let isByLane = way == .byLane || way == .fromChosen
      for index in node.parameters {
        var start = graph.parameters[index].offset
        if let last = ranges.last, last.isByLane == isByLane, last.places.upperBound == start {
          start = last.places.lowerBound
          ranges.removeLast()
        }
        ranges.append(Part(places: start..<graph.parameters[index].end, isByLane: isByLane))
      }
    }
    parts = ranges.flatMap { range in
      stride(from: range.places.lowerBound, to: range.places.upperBound, by: Self.longest).map {
        Part(
          places: $0..<min($0 + Self.longest, range.places.upperBound), isByLane: range.isByLane)
      }
    }
    squares = Array(repeating: 0, count: parts.count)
  }

  /// Adds up the lanes, each part of the parameters by whoever is free.
  ///
  /// - Returns: the sum of the squares of all gradients, which is finite just where every gradient is.
  func add(
    lanes: Int, _ memory: RunnerMemory, _ workers: Workers,
    _ kernels: UnsafePointer<convkit_kernels>
  ) -> Double {
    squares.withUnsafeMutableBufferPointer { squares in
      // Each part has its own place, so the threads do not meet.
      workers.run(
        items: parts.count,
        Job(parts: parts, lanes: lanes, memory: memory, kernels: kernels, squares: squares))
    }
    return squares.reduce(0, +)
  }

  private struct Job: WorkerJob {
    let parts: [Part]
    let lanes: Int
    let memory: RunnerMemory
    let kernels: UnsafePointer<convkit_kernels>
    let squares: UnsafeMutableBufferPointer<Double>

    func run(worker: Int, item: Int) {
      let part = parts[item]
      let start = part.places.lowerBound
      squares[item] = kernels.pointee.sum_lanes(
        part.places.count, part.isByLane ? lanes : 0, memory.parameterCount,
        memory.lanes + start, memory.gradients + start)
    }
  }
}
