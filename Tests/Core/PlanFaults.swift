import ConvKitCore
import ConvKitKernels

// Faults in compiled plans: what a mistake in the code that compiles them would look like.

extension Fault {
  /// Two axes, padded unevenly, with a stride; more than one segment, run and phase of everything.
  private static let standard: ConvolutionProblem = {
    var problem = ConvolutionProblem(
      [5, 7], channels: 2, features: 3, size: 3, stride: 2,
      padding: .each(low: [1, 2], high: [2, 1]))
    problem.spare = 1
    return problem
  }()

  private static let grouped = ConvolutionProblem(
    [4, 4], channels: 4, features: 4, groups: 2, size: 2)

  /// More columns than any panel holds.
  private static let wide = ConvolutionProblem([4], channels: 2, features: 65, size: 2)

  private static func plan(
    _ name: String, _ problem: ConvolutionProblem = standard,
    _ alter: @escaping @Sendable (inout ConvolutionPlan) -> Void
  ) -> Fault {
    Fault(name: name) { planted, instructionSet in
      let example = ConvolutionExample(problem)
      return try example.run(on: instructionSet) { if planted { alter(&$0) } }
        .mismatch(with: example.expectations)
    }
  }

  private static func layout(
    _ name: String, _ alter: @escaping @Sendable (inout ConvolutionLayouts) -> Void
  ) -> Fault {
    Fault(name: name) { planted, instructionSet in
      let example = ConvolutionExample(standard)
      return try example.run(
        on: instructionSet, altering: { _ in }, alteringLayouts: { if planted { alter(&$0) } }
      ).mismatch(with: example.expectations)
    }
  }

  static let convolutionPlans = [
    // Forward.
    plan("the last taps are dropped") { $0.forward.segments.removeLast() },
    plan("the first taps are dropped") { $0.forward.segments.removeFirst() },
    plan("taps lie one position off") { $0.forward.segments[1].a += $0.shape.inputChannels },
    plan("taps lie one channel off") { $0.forward.segments[1].a -= 1 },
    plan("taps have each other's weights") {
      let k = $0.forward.segments[0].k
      $0.forward.segments[0].k = $0.forward.segments[1].k
      $0.forward.segments[1].k = k
    },
    plan("a segment is one term short") { $0.forward.segments[0].length -= 1 },
    plan("a run is one row short") { $0.forward.runs[1].count -= 1 },
    plan("the last run is missing") { $0.forward.runs.removeLast() },
    plan("a run is one row long") { $0.forward.runs[$0.forward.runs.count - 1].count += 1 },
    plan("a run starts one position late") { $0.forward.runs[0].a += $0.shape.inputChannels },
    plan("a run's results go one position late") { $0.forward.runs[1].out += $0.shape.features },
    plan("the stride is forgotten") { $0.forward.rowStep = $0.shape.inputChannels },
    plan("the rows of results overlap") { $0.forward.outStep -= 1 },
    plan("a panel starts at the wrong line", wide) { $0.forward.depth -= 1 },
    plan("the last column is lost") { $0.forward.columns -= 1 },
    plan("a group reads its neighbour's channels", grouped) { plan in
      for index in plan.forward.segments.indices {
        plan.forward.segments[index].a += plan.shape.inputsPerGroup
      }
    },
    plan("a group writes its neighbour's features", grouped) {
      $0.forward.columns = $0.shape.features
    },

    // Input gradient.
    plan("a phase of the stride is missing") { $0.inputGradient.removeFirst() },
    plan("a phase has another's taps") {
      $0.inputGradient[0].segments = $0.inputGradient[1].segments
    },
    plan("a phase is written to another's positions") {
      $0.inputGradient[0].runs = $0.inputGradient[1].runs
    },
    plan("the taps are not turned") { plan in
      let depth = plan.shape.tapCount * plan.shape.featuresPerGroup
      for phase in plan.inputGradient.indices {
        for index in plan.inputGradient[phase].segments.indices {
          let segment = plan.inputGradient[phase].segments[index]
          plan.inputGradient[phase].segments[index].k = depth - segment.k - segment.length
        }
      }
    },
    plan("the input gradient drops a tap") { $0.inputGradient[3].segments.removeFirst() },
    plan("the input gradient reads one position off") {
      $0.inputGradient[3].segments[0].a += $0.shape.features
    },
    plan("the input gradient forgets the stride between its rows") {
      $0.inputGradient[0].outStep = $0.shape.inputChannels
    },
    plan("the input gradient leaves out a row") { $0.inputGradient[0].runs.removeLast() },
    plan("the input gradient loses a channel") { $0.inputGradient[0].columns -= 1 },

    // Feature and bias gradient.
    plan("a row of positions is not summed") { $0.featureGradient.segments.removeLast() },
    plan("the last position is not summed") { $0.featureGradient.segments[0].length -= 1 },
    plan("the feature gradient meets the wrong line") { $0.featureGradient.segments[0].k += 1 },
    plan("the lines of the output gradient overlap") { $0.featureGradient.lineStep -= 1 },
    plan("the feature gradient forgets the stride") {
      $0.featureGradient.termStep = $0.shape.inputChannels
    },
    plan("two taps' gradients change places") {
      let out = $0.featureGradient.runs[0].out
      $0.featureGradient.runs[0].out = $0.featureGradient.runs[1].out
      $0.featureGradient.runs[1].out = out
    },
    plan("a tap has no gradient") { $0.featureGradient.runs.removeLast() },
    plan("a row of the bias gradient is lost") { $0.gradientRows.removeLast() },
    plan("the end of each row of the bias gradient is lost") {
      $0.gradientRowLength -= $0.shape.features
    },

    // Layouts other than those of the maps.
    layout("the input's halo is planned one position narrower") {
      $0.input = $0.input.shifted(low: -1)
    },
    layout("the input's halo is missing") {
      $0.input = MapLayout(extent: $0.input.extent, channels: $0.input.channels)
    },
    layout("the output's halo is planned one position narrower") {
      $0.output = $0.output.shifted(low: -1)
    },
    layout("the output gradient's halo is planned one position wider") {
      $0.outputGradient = $0.outputGradient.shifted(low: 1)
    },
    layout("the input gradient's halo is forgotten") {
      $0.inputGradient = MapLayout(
        extent: $0.inputGradient.extent, channels: $0.inputGradient.channels)
    },
  ]

  private static let pooled = PoolingProblem(
    extent: [6, 5], channels: 2, size: [3, 2], stride: [2, 1], dilation: [1, 1], low: [1, 1],
    high: [1, 0], spare: 1)

  private static func pooling(
    _ name: String, _ alter: @escaping @Sendable (inout PoolingPlan) -> Void = { _ in },
    planningFor alterLayout: @escaping @Sendable (MapLayout) -> MapLayout = { $0 }
  ) -> Fault {
    Fault(name: name) { planted, instructionSet in
      let example = PoolingExample(pooled)
      return try example.run(
        on: instructionSet, altering: { if planted { alter(&$0) } },
        planningFor: { planted ? alterLayout($0) : $0 }
      ).mismatch(with: example.expectations)
    }
  }

  static let poolingPlans = [
    pooling("a window lacks its last tap") { $0.runs[$0.runs.count - 1].tap_count -= 1 },
    pooling("a window at the edge takes in the halo") { plan in
      let whole = plan.runs.max { $0.tap_count < $1.tap_count }!
      plan.runs[0].first_tap = whole.first_tap
      plan.runs[0].tap_count = whole.tap_count
    },
    pooling("a window has another's taps") { $0.runs[0].first_tap = $0.runs[1].first_tap },
    pooling("a run of windows is one short") { $0.runs[1].count -= 1 },
    pooling("the last windows are missing") { $0.runs.removeLast() },
    pooling("a window stands one position off") { $0.runs[1].in += $0.channels },
    pooling("a window's result goes to its neighbour") { $0.runs[1].out -= $0.channels },
    pooling("windows are one channel too close") { $0.inStep -= 1 },
    pooling("two taps change places") { $0.offsets.swapAt(3, 4) },
    pooling("the last channel is lost") { $0.channels -= 1 },
    pooling("the halo is planned one position narrower", planningFor: { $0.shifted(low: -1) }),
  ]
}

extension MapLayout {
  /// The same map, planned with so many more positions of halo before it.
  fileprivate func shifted(low amount: Int) -> MapLayout {
    MapLayout(extent: extent, channels: channels, low: low.map { $0 + amount }, high: high)
  }
}
