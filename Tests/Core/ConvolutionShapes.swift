import ConvKitCore
import ConvKitReference

// The shapes on which the convolution is held to the reference: listed ones for every edge that the
// kernels and plans are known to have, and seeded ones for those that nobody thought of.

extension ConvolutionProblem {
  /// No two of these have the same description.
  static let all: [ConvolutionProblem] = {
    var seen: Set<String> = []
    return
      (rowTails + columnTails + windows + fewerPositionsThanPhases + featureCounts + listed
      + random)
      .filter { seen.insert($0.description).inserted }
  }()

  /// Tiles are rows of output positions: every number of them, with narrow and wide panels. By its
  /// channels the feature gradient has as many rows, and the input gradient as many positions.
  static let rowTails: [ConvolutionProblem] = (1...29).flatMap { count in
    [1, 16, 33].flatMap { features in
      [
        ConvolutionProblem([count + 2], channels: 2, features: features, size: 3),
        ConvolutionProblem([3], channels: count, features: features, size: 1),
        ConvolutionProblem([1, count], channels: 1, features: features, size: 1),
      ]
    }
  }

  /// Every number of columns up to two panels of the widest table and one more: as features, and by
  /// channels as those of the input gradient.
  static let columnTails: [ConvolutionProblem] = {
    let widest = InstructionSet.available.map { $0.kernels.pointee.panel_columns }.max()!
    return (1...2 * widest + 1).flatMap { columns in
      [
        ConvolutionProblem([5], channels: 2, features: columns, size: 2),
        ConvolutionProblem([5], channels: columns, features: 2, size: 2),
      ]
    }
  }()

  /// Size × stride × dilation × padding on one and two axes, the stride larger than the size too.
  static let windows: [ConvolutionProblem] = {
    var problems: [ConvolutionProblem] = []
    for (size, stride, dilation) in product(1...7, 1...4, 1...3) {
      let span = dilation * (size - 1) + 1
      for (rank, kind) in product(1...2, 0...3, 0...0).map({ ($0.0, $0.1) }) {
        // Neither a multiple of the stride nor the same on both axes.
        let extent = rank == 1 ? [span + 2 * stride + 1] : [max(3, span - 1), span + stride]
        var problem = ConvolutionProblem(
          extent, channels: 2, features: 3, size: size, stride: stride, dilation: dilation)
        let axes = extent.indices
        problem.padding =
          switch kind {
          case 0: .same
          case 1: .each(low: axes.map { _ in 1 }, high: axes.map { 2 - $0 })
          case 2: .each(low: axes.map { span + 1 - $0 }, high: axes.map { _ in span + 2 })
          default: .valid
          }
        if rank == 2, size > 3 { problem.size[0] = 2 }
        if problem.fits { problems.append(problem) }
      }
    }
    return problems
  }()

  /// Extents smaller than the stride: phases of the input gradient that no position has, and
  /// positions that no window reaches.
  static let fewerPositionsThanPhases: [ConvolutionProblem] = {
    var problems: [ConvolutionProblem] = []
    for (extent, stride, size) in product(1...3, 2...4, 1...3) {
      for padding in [
        ProblemPadding.valid, .same, .each(low: [2, 1], high: [1, 3]),
        .each(low: [0, 3], high: [2, 0]),
      ] {
        let problem = ConvolutionProblem(
          [extent, 4 - extent], channels: 3, features: 2, size: size, stride: stride,
          padding: padding)
        if problem.fits { problems.append(problem) }
      }
    }
    return problems
  }()

  static let featureCounts: [ConvolutionProblem] = [1, 16, 17, 32, 33, 48, 100].flatMap {
    features in
    [1, 3, 16, 17].flatMap { channels in
      [1, 2].map { stride in
        ConvolutionProblem(
          [4, 5], channels: channels, features: features, size: 3, stride: stride, padding: .same)
      }
    }
  }

  static let random: [ConvolutionProblem] = {
    var generator = SplitMix64(seed: 20)
    return (0..<4000).map { _ in random(&generator) }
  }()

  /// A problem of up to four axes that fits, with a few thousand products at most.
  static func random(_ generator: inout SplitMix64) -> ConvolutionProblem {
    while true {
      let rank = generator.integer(in: 1...4)
      let largest = [40, 9, 6, 4][rank - 1]
      func axes(_ range: ClosedRange<Int>) -> [Int] {
        (0..<rank).map { _ in generator.integer(in: range) }
      }
      var problem = ConvolutionProblem(axes(1...largest), size: 1)
      problem.size = axes(1...[7, 5, 3, 3][rank - 1])
      problem.stride = axes(1...4)
      problem.dilation = axes(1...3)
      switch generator.integer(in: 0...3) {
      case 0: problem.padding = .same
      case 1: problem.padding = .each(low: axes(0...2), high: axes(0...2))
      case 2:
        let spans = problem.referenceWindow.span
        problem.padding = .each(
          low: spans.map { generator.integer(in: 0...$0 + 1) },
          high: spans.map { generator.integer(in: 0...$0 + 1) })
      default: break
      }
      problem.groups = [1, 1, 1, 2, 3, 5][generator.integer(in: 0...5)]
      let widths = [1, 1, 2, 3, 4, 7, 9, 17]
      problem.channels = problem.groups * widths[generator.integer(in: 0...6)]
      problem.features = problem.groups * widths[generator.integer(in: 0...7)]
      problem.rectify = generator.integer(in: 0...2) == 0
      problem.hasBias = generator.integer(in: 0...2) > 0
      problem.spare = max(0, generator.integer(in: -1...2))
      guard problem.fits else { continue }
      let positions = problem.referenceWindow.outputExtent(of: problem.extent).reduce(1, *)
      if positions * problem.shape.weightCount <= 30_000 { return problem }
    }
  }
}

/// Every combination of three numbers, the last fastest.
func product(
  _ a: ClosedRange<Int>, _ b: ClosedRange<Int>, _ c: ClosedRange<Int>
) -> [(Int, Int, Int)] {
  a.flatMap { a in b.flatMap { b in c.map { (a, b, $0) } } }
}
