import ConvKitCore
import ConvKitReference

/// The shape of a convolution with the max pooling that alone reads it.
struct PooledProblem: Sendable, CustomStringConvertible {
  var convolution: ConvolutionProblem
  /// Over the convolution's output; its windows never overlap.
  var pooling: PoolingProblem
  var count = 1
  /// Whether a whole map, which nobody may touch, lies between one example and the next.
  var hasGaps = false
  /// Who share the blocks out.
  var workers = 2

  /// - Parameter size: of the pooling's windows along every axis; nil for a global pooling.
  init(_ convolution: ConvolutionProblem, pool size: Int?, overhang: Bool = false) {
    self.convolution = convolution
    let extent = convolution.referenceWindow.outputExtent(of: convolution.extent)
    let sizes = size.map { size in extent.map { _ in size } } ?? extent
    let (ones, zeros) = (extent.map { _ in 1 }, extent.map { _ in 0 })
    pooling = PoolingProblem(
      extent: extent, channels: convolution.features, size: sizes,
      stride: size == nil ? ones : sizes, dilation: ones, low: zeros, high: zeros,
      overhang: overhang, isGlobal: size == nil, spare: convolution.spare)
  }

  var description: String {
    "\(convolution), then \(pooling), \(count) examples\(hasGaps ? " with gaps" : "")"
      + ", \(workers) workers"
  }

  /// A problem of up to four axes that fits.
  static func random(_ generator: inout SplitMix64) -> PooledProblem {
    while true {
      var convolution = ConvolutionProblem.random(&generator)
      // Half a vector and whole ones of every instruction set, and what lies between and beyond.
      let widths = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33]
      if convolution.groups == 1 {
        convolution.features = widths[generator.integer(in: 0...widths.count - 1)]
      }
      convolution.rectify = false
      let isGlobal = generator.integer(in: 0...5) == 0
      var problem = PooledProblem(
        convolution, pool: isGlobal ? nil : 1, overhang: generator.integer(in: 0...1) == 1)
      if !isGlobal {
        problem.pooling.size = convolution.extent.map { _ in generator.integer(in: 1...4) }
        problem.pooling.stride = problem.pooling.size
        if generator.integer(in: 0...1) == 0 {
          problem.pooling.low = problem.pooling.size.map { generator.integer(in: 0...$0 - 1) }
          problem.pooling.high = problem.pooling.size.map { generator.integer(in: 0...$0 - 1) }
        }
      }
      problem.count = generator.integer(in: 1...3)
      problem.hasGaps = generator.integer(in: 0...1) == 1
      problem.workers = generator.integer(in: 1...4)
      if problem.pooling.fits { return problem }
    }
  }

  /// Shapes for every edge that the fused kernels and their plans are known to have.
  static let listed: [PooledProblem] = {
    var problems: [PooledProblem] = []
    func add(
      _ convolution: ConvolutionProblem, pool size: Int?, overhang: Bool = false, workers: Int = 2,
      count: Int = 2, _ alter: (inout PooledProblem) -> Void = { _ in }
    ) {
      var problem = PooledProblem(convolution, pool: size, overhang: overhang)
      (problem.workers, problem.count, problem.hasGaps) = (workers, count, true)
      alter(&problem)
      problems.append(problem)
    }
    // Every number of channels up to two vectors of the widest instruction set and one more.
    for features in 1...33 {
      add(ConvolutionProblem([9], channels: 2, features: features, size: 2), pool: 2)
    }
    // Taps and channels of every length that sums of a few vectors are cut into.
    for channels in [1, 7, 8, 9, 15, 16, 31, 32, 33, 64, 65, 127, 128, 129, 150] {
      add(
        ConvolutionProblem([4, 4], channels: channels, features: 3, size: 2, padding: .same),
        pool: 2)
    }
    // Indices of one byte and of four, with channels below half a vector, a whole one, and more.
    for features in [1, 3, 4, 9, 20] {
      for extent in [[254], [255], [256], [257], [15, 17], [16, 16], [7, 7, 6], [400]] {
        add(ConvolutionProblem(extent, features: features, size: 1), pool: nil)
      }
      add(ConvolutionProblem([17, 34], features: features, size: 1), pool: 16)
      add(ConvolutionProblem([17, 34], features: features, size: 1), pool: 16, overhang: true)
    }
    // More choices than the list of a feature gradient holds, and just as many.
    for windows in [255, 256, 257, 520] {
      add(
        ConvolutionProblem([2 * windows], channels: 2, features: 5, size: 3, padding: .same),
        pool: 2)
    }
    // Maps of several blocks, shared out among several workers.
    for workers in [1, 2, 3, 5] {
      add(
        ConvolutionProblem([1500], channels: 2, features: 17, size: 3, padding: .same), pool: 3,
        workers: workers)
      add(
        ConvolutionProblem([1501], channels: 1, features: 33, size: 2, stride: 2), pool: 4,
        overhang: true, workers: workers
      ) { ($0.pooling.low, $0.pooling.high) = ([3], [2]) }
      add(
        ConvolutionProblem([45, 31], channels: 2, features: 24, size: 3, dilation: 2), pool: 2,
        workers: workers)
      add(
        ConvolutionProblem([13, 14, 12], channels: 1, features: 20, size: 2, padding: .same),
        pool: 2, overhang: true, workers: workers
      ) { $0.pooling.low = [1, 1, 0] }
      add(
        ConvolutionProblem([31, 30], channels: 36, features: 36, groups: 36, size: 2), pool: 3,
        workers: workers)
      add(
        ConvolutionProblem([31, 30], channels: 16, features: 32, groups: 8, size: 2), pool: 2,
        workers: workers)
    }
    // Weights that outweigh a block, so that all examples go through it at a time.
    for groups in [1, 2] {
      add(
        ConvolutionProblem(
          [5, 6], channels: 70 * groups, features: 30 * groups, groups: groups, size: 3,
          padding: .same), pool: 2, count: 3)
    }
    return problems
  }()
}
