import ConvKitCore
import ConvKitWorkloads

// The problems that the benchmark times, as the exactness tests run them: all but the extent, of
// which a few positions along every axis are left.

extension ConvolutionProblem {
  /// Those of all lists.
  static let listed: [ConvolutionProblem] = {
    do {
      return try LayerProblem.lists.flatMap { try LayerProblem.list($0) }.compactMap(Self.init)
    } catch {
      preconditionFailure("a listed problem does not fit: \(error)")
    }
  }()

  /// A convolution of a list, or nil for a dense layer.
  private init?(_ problem: LayerProblem) {
    guard case .convolution(let shape, let geometry) = problem.operation else { return nil }
    self.init(
      [], channels: shape.inputChannels, features: shape.features, groups: shape.groups, size: 1)
    let axes = geometry.axes
    size = axes.map(\.size)
    stride = axes.map(\.stride)
    dilation = axes.map(\.dilation)
    padding = .each(low: axes.map(\.low), high: axes.map(\.high))
    rectify = problem.rectify
    hasBias = problem.hasBias
    // Five positions a short axis, so that there are more than one and an edge on both sides; fewer
    // where so many weights make them slow.
    let positions = shape.weightCount > 100_000 ? 2 : axes.count == 1 ? 31 : 5
    extent = axes.map { axis in
      let span = (axis.size - 1) * axis.dilation + 1
      let most = (min(positions, axis.positions) - 1) * axis.stride + span - axis.low - axis.high
      return max(1, min(axis.extent, most))
    }
  }
}

extension DenseExample {
  /// The dense layers of all lists, as many examples as a micro-batch has.
  static func listed() throws -> [DenseExample] {
    var seen: Set<String> = []
    return try LayerProblem.lists.flatMap { try LayerProblem.list($0) }.compactMap { problem in
      guard case .dense(let inputs, let outputs) = problem.operation else { return nil }
      let example = DenseExample(
        count: 3, inputs: inputs, outputs: outputs, rectify: problem.rectify,
        hasBias: problem.hasBias)
      return seen.insert(example.description).inserted ? example : nil
    }
  }
}
