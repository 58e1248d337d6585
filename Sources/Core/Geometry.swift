/// Where the windows of a layer stand over its input: the one place that knows the arithmetic of
/// size, stride, dilation and padding, for any number of axes.
///
/// Everything below it works on the lists of offsets that plans make of it.
public struct Geometry: Equatable, Sendable {
  /// One spatial axis. Tap t of window o lies at input position o·stride − low + t·dilation.
  public struct Axis: Equatable, Sendable {
    /// Input positions.
    public let extent: Int
    /// Taps of a window.
    public let size: Int
    public let stride: Int
    public let dilation: Int
    /// Positions of padding before the first input position.
    public let low: Int
    /// Windows, so positions of the output.
    public let positions: Int

    /// Positions after the last input position that the windows reach.
    package var high: Int {
      max(0, (positions - 1) * stride - low + (size - 1) * dilation - (extent - 1))
    }

    /// The taps of window `position` that lie inside the input.
    package func tapsInside(_ position: Int) -> Range<Int> {
      let start = position * stride - low
      let first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
      let end = (extent - start + dilation - 1) / dilation
      return min(first, size)..<max(min(first, size), min(size, end))
    }
  }

  public let axes: [Axis]

  public var inputExtent: [Int] { axes.map(\.extent) }
  public var outputExtent: [Int] { axes.map(\.positions) }

  /// Taps of a whole window.
  public var tapCount: Int { axes.reduce(1) { $0 * $1.size } }

  /// Calls `body` with every combination of one index an axis, the last axis fastest.
  package static func forEach(in counts: [Int], _ body: ([Int]) throws -> Void) rethrows {
    guard counts.allSatisfy({ $0 > 0 }) else { return }
    var index = Array(repeating: 0, count: counts.count)
    while true {
      try body(index)
      var axis = counts.count - 1
      while axis >= 0, index[axis] == counts[axis] - 1 {
        index[axis] = 0
        axis -= 1
      }
      guard axis >= 0 else { return }
      index[axis] += 1
    }
  }
}
