import ConvKitKernels

/// A pooling over one extent as lists of offsets, in which no rank is left.
///
/// A window at the edge keeps only the taps that exist: the halo is never looked at, and an average
/// divides by the positions present.
package struct PoolingPlan {
  package var runs: [convkit_pool_run] = []
  package var inStep: Int
  package var outStep: Int
  package var channels: Int
  /// Ordinals of the taps that windows hold, list after list.
  package var taps: [Int32] = []
  /// By ordinal: the distance from the window's first tap.
  package var offsets: [Int] = []
  /// Windows in all.
  package var windowCount: Int

  /// Bytes in which a tap's ordinal, or none, is kept after ReLU.
  package static func indexBytes(taps: Int) -> Int { taps <= 255 ? 1 : 4 }

  /// - Precondition: every window holds a position of the input, as
  ///   `Geometry.checkThatWindowsSeeInput` finds out.
  package init(geometry: Geometry, input: MapLayout, output: MapLayout) {
    self.init(
      geometry: geometry, origin: input.origin, strides: input.strides, output: output)
  }

  /// - Parameters:
  ///   - origin: where input position (0, 0, …) starts.
  ///   - strides: floats from one input position to the next along each axis.
  package init(geometry: Geometry, origin: Int, strides: [Int], output: MapLayout) {
    let axes = geometry.axes
    channels = output.channels
    inStep = (axes.last?.stride ?? 1) * (strides.last ?? channels)
    outStep = channels
    windowCount = geometry.outputExtent.reduce(1, *)
    Geometry.forEach(in: axes.map(\.size)) { tap in
      offsets.append(
        zip(zip(tap, axes), strides).reduce(0) { $0 + $1.0.0 * $1.0.1.dilation * $1.1 })
    }

    let inside = axes.map { axis in (0..<axis.positions).map(axis.tapsInside) }
    var lists: [[Range<Int>]: (first: Int, count: Int)] = [:]
    Geometry.forEach(in: axes.map(\.positions)) { position in
      let ranges = zip(inside, position).map { $0[$1] }
      let list = lists[ranges] ?? appendTaps(ranges, of: axes)
      lists[ranges] = list
      let start = zip(zip(position, axes), strides).reduce(origin) {
        $0 + ($1.0.0 * $1.0.1.stride - $1.0.1.low) * $1.1
      }
      // The output of a global pooling has no position left.
      let out = output.offset(of: Array(position.prefix(output.extent.count)))
      if let last = runs.last, last.first_tap == list.first, last.tap_count == list.count,
        start == last.in + last.count * inStep, out == last.out + last.count * outStep
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(
          convkit_pool_run(
            in: start, out: out, count: 1, first_tap: list.first, tap_count: list.count))
      }
    }
  }

  private mutating func appendTaps(
    _ ranges: [Range<Int>], of axes: [Geometry.Axis]
  ) -> (first: Int, count: Int) {
    let first = taps.count
    Geometry.forEach(in: ranges.map(\.count)) { index in
      var ordinal = 0
      for (axis, position) in index.enumerated() {
        ordinal = ordinal * axes[axis].size + ranges[axis].lowerBound + position
      }
      taps.append(Int32(ordinal))
    }
    return (first, taps.count - first)
  }
}

extension Geometry {
  /// - Throws: `ShapeError` when a window lies wholly in the padding, so that a pooling would have
  ///   nothing to choose from.
  package func checkThatWindowsSeeInput() throws {
    for (number, axis) in axes.enumerated() {
      guard let position = (0..<axis.positions).first(where: { axis.tapsInside($0).isEmpty })
      else { continue }
      throw ShapeError(
        received: "a pooling whose window \(position + 1) along axis \(number + 1) lies wholly in"
          + " the padding",
        needed: "at least one position of the input in every window",
        remedy: "Use less padding, at most half the size, or a smaller dilation.")
    }
  }
}

/// What a pooling makes of the positions in a window.
package enum PoolingKind: Sendable, Equatable {
  case maximum, average
}

/// A pooling bound to one extent and one instruction set.
package struct Pooling {
  private let kernels: UnsafePointer<convkit_kernels>
  private let forwardCall: BoundPool
  private let gradientCall: BoundPool

  /// Indices that `maximum` stores: one for every window and channel.
  package let indexCount: Int

  /// - Parameters:
  ///   - forward: the plan over the layouts of the values.
  ///   - gradient: the plan over the layouts of their gradients.
  package init(forward: PoolingPlan, gradient: PoolingPlan, instructionSet: InstructionSet) {
    kernels = instructionSet.kernels
    forwardCall = BoundPool(forward)
    gradientCall = BoundPool(gradient)
    indexCount = forward.windowCount * forward.channels
  }

  /// The largest value of every window, and which tap held it: the first of equals; a NaN wins.
  package func maximum(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    index: UnsafeMutablePointer<Int32>
  ) {
    forwardCall.withPool { kernels.pointee.max_pool($0, input, output, index) }
  }

  /// Adds each output's gradient to the position that held the maximum.
  package func maximumGradient(
    index: UnsafePointer<Int32>, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    gradientCall.withPool {
      kernels.pointee.max_pool_gradient($0, index, outputGradient, inputGradient)
    }
  }

  /// The mean of the positions present in every window.
  package func average(input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    forwardCall.withPool { kernels.pointee.average_pool($0, input, output) }
  }

  /// Adds to every position its share of the gradients of the windows that hold it.
  package func averageGradient(
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    gradientCall.withPool {
      kernels.pointee.average_pool_gradient($0, outputGradient, inputGradient)
    }
  }
}

struct BoundPool {
  let runs: ConstantTable<convkit_pool_run>
  let taps: ConstantTable<Int32>
  let offsets: ConstantTable<Int>
  let call: convkit_pool

  init(_ plan: PoolingPlan) {
    runs = ConstantTable(plan.runs)
    taps = ConstantTable(plan.taps)
    offsets = ConstantTable(plan.offsets)
    call = convkit_pool(
      runs: runs.elements, run_count: runs.count, in_step: plan.inStep, out_step: plan.outStep,
      channels: plan.channels, taps: taps.elements, offsets: offsets.elements,
      index_bytes: PoolingPlan.indexBytes(taps: plan.offsets.count))
  }

  func withPool(_ body: (UnsafePointer<convkit_pool>) -> Void) {
    withUnsafePointer(to: call, body)
  }
}
