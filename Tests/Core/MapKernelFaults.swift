import ConvKitCore
import ConvKitKernels

// Faults in the kernels that go over maps.

extension Fault {
  private static func pool(
    _ name: String, withNaN: Bool = false,
    _ spoil: @escaping @Sendable (inout convkit_kernels) -> Void
  ) -> Fault {
    let problem = PoolingProblem(
      extent: [7, 6], channels: 3, size: [3, 3], stride: [2, 2], dilation: [1, 1], low: [1, 1],
      high: [1, 1])
    return kernel(name, PoolingExample(problem, withNaN: withNaN), spoil)
  }

  private static func activation(
    _ name: String, slope: Float, _ spoil: @escaping @Sendable (inout convkit_kernels) -> Void
  ) -> Fault {
    kernel(name, ActivationExample(slope: slope, extent: [4, 5], channels: 3), spoil)
  }

  private static func normalization(
    _ name: String, _ spoil: @escaping @Sendable (inout convkit_kernels) -> Void
  ) -> Fault {
    kernel(
      name, BatchNormalizationExample(examples: 2, extent: [3, 4], channels: 5, offset: 1), spoil)
  }

  private static let convolution = ConvolutionProblem([5, 4], channels: 2, features: 3, size: 2)

  static let mapKernels = [
    pool("the last of equal maxima wins") {
      $0.max_pool = { maximum($0!.pointee, $1!, $2!, $3!) { $0 >= $1 || $0.isNaN && !$1.isNaN } }
    },
    pool("a NaN is passed over", withNaN: true) {
      $0.max_pool = { maximum($0!.pointee, $1!, $2!, $3!) { $0 > $1 || $1.isNaN } }
    },
    pool("a NaN that comes later is passed over", withNaN: true) {
      $0.max_pool = { maximum($0!.pointee, $1!, $2!, $3!) { $0 > $1 } }
    },
    pool("the last NaN wins", withNaN: true) {
      $0.max_pool = { maximum($0!.pointee, $1!, $2!, $3!) { $0 > $1 || $0.isNaN } }
    },
    pool("the winner is counted from the window's first tap present") {
      $0.max_pool = { pool, x, y, index in
        soundKernels.max_pool(pool, x, y, index)
        index![0] -= pool!.pointee.taps[pool!.pointee.runs[0].first_tap]
      }
    },
    pool("the maximum's gradient is written, not added") {
      $0.max_pool_gradient = { pool, index, dy, dx in
        forEachWindow(pool!.pointee) { pool, run, window, from, to in
          for channel in 0..<pool.channels {
            let tap = index![window * pool.channels + channel]
            dx![from + pool.offsets[Int(tap)] + channel] = dy![to + channel]
          }
        }
      }
    },
    pool("an average divides by the whole window") {
      $0.average_pool = { pool, x, y in
        soundKernels.average_pool(pool, x, y)
        forEachWindow(pool!.pointee) { pool, run, _, _, to in
          for channel in 0..<pool.channels { y![to + channel] *= Float(run.tap_count) / 9 }
        }
      }
    },
    pool("an average is left a sum") {
      $0.average_pool = { pool, x, y in
        soundKernels.average_pool(pool, x, y)
        forEachWindow(pool!.pointee) { pool, run, _, _, to in
          for channel in 0..<pool.channels { y![to + channel] *= Float(run.tap_count) }
        }
      }
    },
    pool("the average's gradient is shared among the whole window") {
      $0.average_pool_gradient = { pool, dy, dx in
        forEachWindow(pool!.pointee) { pool, run, _, from, to in
          for tap in 0..<run.tap_count {
            let place = from + pool.offsets[Int(pool.taps[run.first_tap + tap])]
            for channel in 0..<pool.channels { dx![place + channel] += dy![to + channel] / 9 }
          }
        }
      }
    },
    kernel("a sum by channel leaves out the last row", ConvolutionExample(convolution)) {
      $0.channel_sums = { rows, channels, x, sum in
        var rows = rows!.pointee
        rows.length -= channels
        soundKernels.channel_sums(&rows, channels, x, sum)
      }
    },
    kernel("a sum by channel forgets what stood there", ConvolutionExample(convolution)) {
      $0.channel_sums = { rows, channels, x, sum in
        sum!.update(repeating: 0, count: channels)
        soundKernels.channel_sums(rows, channels, x, sum)
      }
    },
    kernel("the second of two maps is added with the first's rows", copies) {
      $0.add = { rows, x, y in
        var rows = rows!.pointee
        rows.b = rows.a
        soundKernels.add(&rows, x, y)
      }
    },
    kernel("the end of each row is not added", copies) {
      $0.add = { rows, x, y in
        var rows = rows!.pointee
        rows.length -= 1
        soundKernels.add(&rows, x, y)
      }
    },
    activation("ReLU turns NaN into zero", slope: 0) {
      $0.relu = { forEachPair($0!.pointee, $1!, $2!) { $0 > 0 ? $0 : 0 } }
    },
    activation("ReLU leaves the last value of each row", slope: 0) {
      $0.relu = { rows, x, y in
        var rows = rows!.pointee
        rows.length -= 1
        soundKernels.relu(&rows, x, y)
      }
    },
    activation("ReLU's gradient passes at zero", slope: 0) {
      $0.relu_gradient = { rows, y, dy, dx, accumulate in
        let rows = rows!.pointee
        for row in 0..<rows.count {
          for index in 0..<rows.length {
            let value = y![rows.a[row] + index] < 0 ? 0 : dy![rows.b[row] + index]
            dx![rows.c[row] + index] = (accumulate ? dx![rows.c[row] + index] : 0) + value
          }
        }
      }
    },
    activation("ReLU's gradient is never accumulated", slope: 0) {
      $0.relu_gradient = { rows, y, dy, dx, _ in
        soundKernels.relu_gradient(rows, y, dy, dx, false)
      }
    },
    activation("leaky ReLU does not leak", slope: 0.25) {
      $0.leaky_relu = { rows, _, x, y in soundKernels.relu(rows, x, y) }
    },
    activation("leaky ReLU's gradient is never accumulated", slope: 0.25) {
      $0.leaky_relu_gradient = { rows, slope, x, dy, dx, _ in
        soundKernels.leaky_relu_gradient(rows, slope, x, dy, dx, false)
      }
    },
    activation("leaky ReLU's gradient does not leak", slope: 0.25) {
      $0.leaky_relu_gradient = { rows, _, x, dy, dx, accumulate in
        soundKernels.leaky_relu_gradient(rows, 0, x, dy, dx, accumulate)
      }
    },
    normalization("moments are taken about zero") {
      $0.channel_moments = { rows, channels, _, x, sum, square in
        let zeros = [Float](repeating: 0, count: channels)
        soundKernels.channel_moments(rows, channels, zeros, x, sum, square)
      }
    },
    normalization("moments leave out the last row") {
      $0.channel_moments = { rows, channels, shift, x, sum, square in
        var rows = rows!.pointee
        rows.count -= 1
        soundKernels.channel_moments(&rows, channels, shift, x, sum, square)
      }
    },
    normalization("products forget the mean") {
      $0.channel_products = { rows, channels, _, x, dy, sum, product in
        let zeros = [Float](repeating: 0, count: channels)
        soundKernels.channel_products(rows, channels, zeros, x, dy, sum, product)
      }
    },
    normalization("the normalised value is not shifted") {
      $0.normalize = { rows, channels, mean, scale, _, x, y in
        let zeros = [Float](repeating: 0, count: channels)
        soundKernels.normalize(rows, channels, mean, scale, zeros, x, y)
      }
    },
    normalization("the gradient forgets that the mean moves") {
      $0.normalize_gradient = { rows, channels, mean, scale, slope, _, x, dy, dx, accumulate in
        let zeros = [Float](repeating: 0, count: channels)
        soundKernels.normalize_gradient(
          rows, channels, mean, scale, slope, zeros, x, dy, dx, accumulate)
      }
    },
    normalization("the gradient is always accumulated") {
      $0.normalize_gradient = { rows, channels, mean, scale, slope, shift, x, dy, dx, _ in
        soundKernels.normalize_gradient(
          rows, channels, mean, scale, slope, shift, x, dy, dx, true)
      }
    },
  ]

  private static let copies = MapCopyExample(extent: [3, 4], channels: 2, of: 5, from: 2)
}

/// A max pooling in which `beats` decides whether a later value wins over the best so far.
private func maximum(
  _ pool: convkit_pool, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
  _ index: UnsafeMutablePointer<Int32>, _ beats: (Float, Float) -> Bool
) {
  forEachWindow(pool) { pool, run, window, from, to in
    for channel in 0..<pool.channels {
      for number in 0..<run.tap_count {
        let tap = pool.taps[run.first_tap + number]
        let value = x[from + pool.offsets[Int(tap)] + channel]
        if number == 0 || beats(value, y[to + channel]) {
          y[to + channel] = value
          index[window * pool.channels + channel] = tap
        }
      }
    }
  }
}

/// Calls `body` with every window: its run, its number, its place in the input and in the output.
private func forEachWindow(
  _ pool: convkit_pool, _ body: (convkit_pool, convkit_pool_run, Int, Int, Int) -> Void
) {
  var window = 0
  for run in UnsafeBufferPointer(start: pool.runs, count: pool.run_count) {
    for number in 0..<run.count {
      body(pool, run, window, run.in + number * pool.in_step, run.out + number * pool.out_step)
      window += 1
    }
  }
}

private func forEachPair(
  _ rows: convkit_rows, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
  _ value: (Float) -> Float
) {
  for row in 0..<rows.count {
    for index in 0..<rows.length { y[rows.b[row] + index] = value(x[rows.a[row] + index]) }
  }
}
