import ConvKitCore
import ConvKitKernels

// Faults in pooled convolutions and in the gradients of what they choose: in kernels and in plans.

extension Fault {
  private static let pooledProblem: PooledProblem = {
    var problem = PooledProblem(
      ConvolutionProblem([9, 11], channels: 3, features: 21, size: 3, padding: .same), pool: 2)
    (problem.count, problem.hasGaps) = (2, true)
    return problem
  }()

  /// More than 255 taps a window.
  private static let longIndices: PooledProblem = {
    var problem = PooledProblem(ConvolutionProblem([17, 33], features: 3, size: 1), pool: 16)
    problem.count = 2
    return problem
  }()

  /// Windows in the padding, and no position left out.
  private static let padded: PooledProblem = {
    var problem = PooledProblem(
      ConvolutionProblem([10], channels: 2, features: 5, size: 2), pool: 3, overhang: true)
    problem.pooling.low = [2]
    return problem
  }()

  /// Several blocks.
  private static let long = PooledProblem(
    ConvolutionProblem([1501], channels: 1, features: 33, size: 2), pool: 2)

  private static func fused(
    _ name: String, _ problem: PooledProblem = pooledProblem, withNaN: Bool = false,
    _ spoil: @escaping @Sendable (inout convkit_kernels) -> Void
  ) -> Fault {
    kernel(name, PooledConvolutionExample(problem, withNaN: withNaN), spoil)
  }

  private static func fusedPlan(
    _ name: String, _ problem: PooledProblem = pooledProblem,
    _ alter: @escaping @Sendable (inout PooledConvolutionExample.Plans) -> Void
  ) -> Fault {
    Fault(name: name) { planted, instructionSet in
      let example = PooledConvolutionExample(problem)
      return try example.run(on: instructionSet) { if planted { alter(&$0) } }
        .mismatch(with: example.expectations)
    }
  }

  static let pooledKernels = [
    fused("pooled: a window lacks its last tap") {
      $0.relu_max_pool = { pool, x, y, index in
        withRuns(pool!.pointee, { if $0.tap_count > 1 { $0.tap_count -= 1 } }) {
          soundKernels.relu_max_pool($0, x, y, index)
        }
      }
    },
    fused("pooled: a window starts at its second tap") {
      $0.relu_max_pool = { pool, x, y, index in
        withRuns(
          pool!.pointee,
          {
            if $0.tap_count > 1 {
              ($0.first_tap, $0.tap_count) = ($0.first_tap + 1, $0.tap_count - 1)
            }
          }
        ) { soundKernels.relu_max_pool($0, x, y, index) }
      }
    },
    fused("pooled: the last window of a run is not written") {
      $0.relu_max_pool = { pool, x, y, index in
        withRuns(pool!.pointee, { $0.count -= 1 }) { soundKernels.relu_max_pool($0, x, y, index) }
      }
    },
    fused("pooled: the last channel is not written") {
      $0.relu_max_pool = { pool, x, y, index in
        // The indices keep their places in the first window alone, which is enough.
        var pool = pool!.pointee
        pool.channels -= 1
        soundKernels.relu_max_pool(&pool, x, y, index)
      }
    },
    fused("pooled: one channel too many is written") {
      $0.relu_max_pool = { pool, x, y, index in
        soundKernels.relu_max_pool(pool, x, y, index)
        let run = pool!.pointee.runs[pool!.pointee.run_count - 1]
        y![run.out + (run.count - 1) * pool!.pointee.out_step + pool!.pointee.channels] = 0
      }
    },
    fused("pooled: nothing is rectified") {
      $0.relu_max_pool = { pool, x, y, index in
        plainMaximum(pool!.pointee, x!, y!, index) { $0 > $1 }
      }
    },
    fused("pooled: the last of equals wins") {
      $0.relu_max_pool = { pool, x, y, index in
        plainMaximum(pool!.pointee, x!, y!, index, rectify: true) { $0 >= $1 }
      }
    },
    fused("pooled: a NaN that comes later is passed over", withNaN: true) {
      $0.relu_max_pool = { pool, x, y, index in
        plainMaximum(pool!.pointee, x!, y!, index, rectify: true) { $0 > $1 }
      }
    },
    fused("pooled: the last NaN wins", withNaN: true) {
      $0.relu_max_pool = { pool, x, y, index in
        plainMaximum(pool!.pointee, x!, y!, index, rectify: true) { $0 > $1 || $0.isNaN }
      }
    },
    fused("pooled: a 0 keeps its tap") {
      $0.relu_max_pool = { pool, x, y, index in
        soundKernels.relu_max_pool(pool, x, y, index)
        guard let index else { return }
        for place in 0..<windowCount(pool!.pointee) * pool!.pointee.channels
        where index[place] == 255 {
          index[place] = 0
        }
      }
    },
    fused("pooled: long indices are cut to a byte", longIndices) {
      $0.relu_max_pool = { pool, x, y, index in
        soundKernels.relu_max_pool(pool, x, y, index)
        guard let index else { return }
        for place in 0..<windowCount(pool!.pointee) * pool!.pointee.channels {
          index[4 * place + 1] = 0
        }
      }
    },
    fused("pooled: long indices are read as bytes", longIndices) {
      $0.relu_max_pool_gradient = { pool, index, dy, dx in
        var pool = pool!.pointee
        pool.index_bytes = 1
        soundKernels.relu_max_pool_gradient(&pool, index, dy, dx)
      }
    },
    fused("spread: positions that were not chosen keep what stood there") {
      $0.relu_max_pool_gradient = { pool, index, dy, dx in
        withRuns(pool!.pointee, { if $0.tap_count > 1 { $0.tap_count -= 1 } }) {
          soundKernels.relu_max_pool_gradient($0, index, dy, dx)
        }
      }
    },
    fused("spread: where nothing was chosen the first tap gets the gradient") {
      $0.relu_max_pool_gradient = { pool, index, dy, dx in
        withoutNone(pool!.pointee, index!) {
          soundKernels.relu_max_pool_gradient(pool, $0, dy, dx)
        }
      }
    },
    fused("spread: the last window of a run gets nothing") {
      $0.relu_max_pool_gradient = { pool, index, dy, dx in
        withRuns(pool!.pointee, { $0.count -= 1 }) {
          soundKernels.relu_max_pool_gradient($0, index, dy, dx)
        }
      }
    },
    fused("bias: what was not chosen counts too") {
      $0.chosen_sums = { pool, index, dy, sum in
        withoutNone(pool!.pointee, index!) { soundKernels.chosen_sums(pool, $0, dy, sum) }
      }
    },
    fused("bias: what stood there is forgotten") {
      $0.chosen_sums = { pool, index, dy, sum in
        sum!.update(repeating: 0, count: pool!.pointee.channels)
        soundKernels.chosen_sums(pool, index, dy, sum)
      }
    },
    fused("bias: long indices are read as bytes", longIndices) {
      $0.chosen_sums = { pool, index, dy, sum in
        var pool = pool!.pointee
        pool.index_bytes = 1
        soundKernels.chosen_sums(&pool, index, dy, sum)
      }
    },
    fused("chosen features: what was not chosen counts too") {
      $0.chosen_feature_gradient = { chosen, index, dy, x, gradient in
        withoutNone(chosen!.pointee.pool, index!) {
          soundKernels.chosen_feature_gradient(chosen, $0, dy, x, gradient)
        }
      }
    },
    fused("chosen features: the last segment is skipped") {
      $0.chosen_feature_gradient = { chosen, index, dy, x, gradient in
        var chosen = chosen!.pointee
        chosen.segment_count -= 1
        soundKernels.chosen_feature_gradient(&chosen, index, dy, x, gradient)
      }
    },
    fused("chosen features: features lie one weight too close") {
      $0.chosen_feature_gradient = { chosen, index, dy, x, gradient in
        var chosen = chosen!.pointee
        chosen.depth -= 1
        soundKernels.chosen_feature_gradient(&chosen, index, dy, x, gradient)
      }
    },
    fused("chosen features: the last window of a run is left out") {
      $0.chosen_feature_gradient = { chosen, index, dy, x, gradient in
        var chosen = chosen!.pointee
        withRuns(chosen.pool, { $0.count -= 1 }) {
          chosen.pool = $0.pointee
          soundKernels.chosen_feature_gradient(&chosen, index, dy, x, gradient)
        }
      }
    },
    fused("chosen features: the stride between windows is one channel short") {
      $0.chosen_feature_gradient = { chosen, index, dy, x, gradient in
        var chosen = chosen!.pointee
        chosen.pool.in_step -= 1
        soundKernels.chosen_feature_gradient(&chosen, index, dy, x, gradient)
      }
    },
    fused("chosen inputs: what was not chosen counts too") {
      $0.chosen_input_gradient = { chosen, index, dy, weights, dx in
        withoutNone(chosen!.pointee.pool, index!) {
          soundKernels.chosen_input_gradient(chosen, $0, dy, weights, dx)
        }
      }
    },
    fused("chosen inputs: the first segment is skipped") {
      $0.chosen_input_gradient = { chosen, index, dy, weights, dx in
        var chosen = chosen!.pointee
        chosen.segments += 1
        chosen.segment_count -= 1
        soundKernels.chosen_input_gradient(&chosen, index, dy, weights, dx)
      }
    },
    fused("chosen inputs: every feature has the first one's weights") {
      $0.chosen_input_gradient = { chosen, index, dy, weights, dx in
        var chosen = chosen!.pointee
        chosen.depth = 0
        soundKernels.chosen_input_gradient(&chosen, index, dy, weights, dx)
      }
    },
    fused("chosen inputs: the last channel of the pooling is left out") {
      $0.chosen_input_gradient = { chosen, index, dy, weights, dx in
        var chosen = chosen!.pointee
        chosen.pool.channels -= 1
        soundKernels.chosen_input_gradient(&chosen, index, dy, weights, dx)
      }
    },
  ]

  static let pooledPlans = [
    fusedPlan("pooled: the weights are not transposed") { $0.transposes = false },
    fusedPlan("pooled: examples repeat without their distance in the input") {
      $0.examples = Examples($0.examples.count, from: 0, to: $0.examples.to)
    },
    fusedPlan("pooled: examples repeat without their distance in the output") {
      $0.examples = Examples($0.examples.count, from: $0.examples.from, to: 0)
    },
    fusedPlan("pooled: only the first example is computed") {
      $0.examples = Examples(1, from: $0.examples.from, to: $0.examples.to)
    },
    fusedPlan("pooled: the index step is ignored") { $0.indexStep = 0 },
    fusedPlan("pooled: the last taps of a block are dropped", long) {
      $0.convolution.forward.segments[0].length -= 1
    },
    fusedPlan("pooled: a block's positions lie one too close", long) {
      $0.convolution.forward.rowStep = 0
    },
    fusedPlan("pooled: the input's halo is planned wider") { $0.input = $0.input.widened(by: 1) },
    fusedPlan("pooled: the output's halo is planned wider") {
      $0.output = $0.output.widened(by: 1)
    },
    fusedPlan("pooled: the output gradient's halo is forgotten") {
      $0.outputGradient = MapLayout(
        extent: $0.outputGradient.extent, channels: $0.outputGradient.channels)
    },
    fusedPlan("pooled: the input gradient's halo is planned narrower") {
      $0.inputGradient = $0.inputGradient.widened(by: -1)
    },
    fusedPlan("pooled: the padding is forgotten", padded) {
      // Fewer windows, none of which stands where it should.
      if let sound = try? Window(size: 3, stride: 3).geometry(over: $0.mapGradient.extent) {
        $0.pooling = sound
      }
    },
  ]
}

/// Calls `body` with the pool after each of its runs has been altered. What follows an altered run
/// has its indices elsewhere, as it would after such a mistake.
private func withRuns(
  _ pool: convkit_pool, _ alter: (inout convkit_pool_run) -> Void,
  _ body: (UnsafePointer<convkit_pool>) -> Void
) {
  var pool = pool
  var runs = Array(UnsafeBufferPointer(start: pool.runs, count: pool.run_count))
  for index in runs.indices { alter(&runs[index]) }
  runs.withUnsafeBufferPointer {
    pool.runs = $0.baseAddress
    body(&pool)
  }
}

private func windowCount(_ pool: convkit_pool) -> Int {
  UnsafeBufferPointer(start: pool.runs, count: pool.run_count).reduce(0) { $0 + $1.count }
}

/// Calls `body` with indices of one byte in which a window that chose nothing has chosen its first tap.
private func withoutNone(
  _ pool: convkit_pool, _ index: UnsafePointer<UInt8>, _ body: (UnsafePointer<UInt8>) -> Void
) {
  let indices = UnsafeBufferPointer(start: index, count: windowCount(pool) * pool.channels)
  indices.map { $0 == 255 ? 0 : $0 }.withUnsafeBufferPointer {
    if let start = $0.baseAddress { body(start) }
  }
}

/// A max pooling with indices of one byte in which `beats` decides whether a later value wins.
private func plainMaximum(
  _ pool: convkit_pool, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
  _ index: UnsafeMutablePointer<UInt8>?, rectify: Bool = false, _ beats: (Float, Float) -> Bool
) {
  var window = 0
  for run in UnsafeBufferPointer(start: pool.runs, count: pool.run_count) {
    for number in 0..<run.count {
      let (from, to) = (run.in + number * pool.in_step, run.out + number * pool.out_step)
      for channel in 0..<pool.channels {
        var (best, winner) = (Float.nan, UInt8(255))
        for place in run.first_tap..<run.first_tap + run.tap_count {
          let tap = pool.taps[place]
          let value = x[from + pool.offsets[Int(tap)] + channel]
          if winner == 255 || beats(value, best) { (best, winner) = (value, UInt8(tap)) }
        }
        if rectify, best <= 0 { (best, winner) = (0, 255) }
        y[to + channel] = best
        index?[window * pool.channels + channel] = winner
      }
      window += 1
    }
  }
}
