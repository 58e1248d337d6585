/// How a window (a feature, or the window of a pooling) moves over a map: all the arithmetic of
/// shapes that there is.
///
/// Every list has one number per spatial axis. Along one axis, tap t of the window at output
/// position o lies on input position o·stride + t·dilation − low.
public struct ReferenceWindow: Equatable, Sendable {
  /// The number of taps.
  public var size: [Int]

  /// The distance from one window to the next.
  public var stride: [Int]

  /// The distance from one tap to the next.
  public var dilation: [Int]

  /// How many positions of padding lie before the first position.
  public var low: [Int]

  /// How many positions of padding lie after the last position.
  public var high: [Int]

  /// Whether a last window that does not fit may hang over the edge. For pooling only.
  public var overhang: Bool

  /// What is left out is 1 for stride and dilation, and no padding.
  public init(
    size: [Int], stride: [Int]? = nil, dilation: [Int]? = nil, low: [Int]? = nil,
    high: [Int]? = nil, overhang: Bool = false
  ) {
    let rank = size.count
    self.size = size
    self.stride = stride ?? Array(repeating: 1, count: rank)
    self.dilation = dilation ?? Array(repeating: 1, count: rank)
    self.low = low ?? Array(repeating: 0, count: rank)
    self.high = high ?? Array(repeating: 0, count: rank)
    self.overhang = overhang
    let lists = [self.size, self.stride, self.dilation, self.low, self.high]
    precondition(
      lists.allSatisfy { $0.count == rank }, "a window of rank \(rank) was given \(lists)")
    precondition(
      (self.size + self.stride + self.dilation).allSatisfy { $0 >= 1 }
        && (self.low + self.high).allSatisfy { $0 >= 0 },
      "size, stride and dilation are at least 1, padding at least 0; received \(lists)")
  }

  /// The window with `same` padding: ⌈extent/stride⌉ output positions along every axis, the padding
  /// split evenly, the odd one on the high side.
  public static func same(
    extent: [Int], size: [Int], stride: [Int]? = nil, dilation: [Int]? = nil
  ) -> ReferenceWindow {
    var window = ReferenceWindow(size: size, stride: stride, dilation: dilation)
    for axis in size.indices {
      let output = (extent[axis] + window.stride[axis] - 1) / window.stride[axis]
      let needed = (output - 1) * window.stride[axis] + window.span[axis]
      let padding = max(0, needed - extent[axis])
      window.low[axis] = padding / 2
      window.high[axis] = padding - padding / 2
    }
    return window
  }

  /// The window that covers a whole map at once: that of a global pooling, or of a dense layer.
  public static func whole(_ extent: [Int]) -> ReferenceWindow {
    ReferenceWindow(size: extent)
  }

  /// How many taps there are, over all axes together.
  public var taps: Int { size.reduce(1, *) }

  /// How many positions the window covers along each axis, from its first tap to its last.
  public var span: [Int] {
    zip(size, dilation).map { size, dilation in dilation * (size - 1) + 1 }
  }

  /// The number of output positions along each axis.
  ///
  /// A last window that does not fit is dropped, or, with overhang, kept as long as it starts inside
  /// the low padding and the positions themselves (the rule of PyTorch's `ceil_mode`).
  public func outputExtent(of extent: [Int]) -> [Int] {
    precondition(
      extent.count == size.count, "a window of rank \(size.count) met a map of extent \(extent)")
    return extent.indices.map { axis in
      // How far the first window can move, over the edge included.
      let room =
        extent[axis] + low[axis] + high[axis] - span[axis] + (overhang ? stride[axis] - 1 : 0)
      precondition(
        room >= 0, "the window \(self) does not fit axis \(axis) of a map of extent \(extent)")
      var output = room / stride[axis] + 1
      if overhang, (output - 1) * stride[axis] >= extent[axis] + low[axis] { output -= 1 }
      return output
    }
  }

  /// Every reading of a map: for all output positions in row-major order, all taps in row-major
  /// order (the last axis fastest in both), leaving out the taps that lie on padding.
  ///
  /// Convolution, its two gradients and both poolings are each one loop over this list.
  public func readings(of extent: [Int]) -> [Reading] {
    let outputExtent = outputExtent(of: extent)
    let outputs = outputExtent.reduce(1, *)
    var readings: [Reading] = []
    readings.reserveCapacity(outputs * taps)
    for output in 0..<outputs {
      for tap in 0..<taps {
        // Take both counts apart into a coordinate per axis, innermost first, and put the input's
        // position together from those.
        var (outputRest, tapRest) = (output, tap)
        var (input, positionsPerStep) = (0, 1)
        var isPresent = true
        for axis in extent.indices.reversed() {
          let (o, t) = (outputRest % outputExtent[axis], tapRest % size[axis])
          (outputRest, tapRest) = (outputRest / outputExtent[axis], tapRest / size[axis])
          let coordinate = o * stride[axis] + t * dilation[axis] - low[axis]
          isPresent = isPresent && (0..<extent[axis]).contains(coordinate)
          input += coordinate * positionsPerStep
          positionsPerStep *= extent[axis]
        }
        if isPresent { readings.append(Reading(output: output, tap: tap, input: input)) }
      }
    }
    return readings
  }
}

/// One tap of one window: what stands at `output` reads what stands at `input`, through `tap`.
///
/// All three are counted in row-major order.
public struct Reading: Equatable, Sendable {
  public let output: Int
  public let tap: Int
  public let input: Int
}
