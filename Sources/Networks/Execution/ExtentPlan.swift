import ConvKitCore

/// A graph bound to memory layouts: all that runs for inputs of one extent. Plans are compiled once
/// and kept.
final class ExtentPlan {
  let graph: Graph
  let layouts: [ValueLayouts]
  /// By value; nil where there is none.
  let valueHalos: [MapHalo?]
  let gradientHalos: [MapHalo?]
  let nodes: [any BoundNode]
  /// By node: the same as what it is beside a node, found once; nil where it is not.
  let normalizations: [BatchNormalizationNode?]
  let together: [(any NodeRunningTogether)?]
  let learning: [(any NodeLearningByFeature)?]
  /// Of all nodes that learn by feature.
  let learningParts: [LearningPart]

  struct LearningPart {
    let node: Int
    let part: Int
  }

  /// By node: the same cut into parts, where one example is worth sharing out.
  let divided: [DividedNode?]
  /// Whether most of the work of one example can be shared out.
  let isDivisible: Bool
  /// From an input without padding to where the network reads it.
  let inputCopy: MapCopy

  init(
    _ schedule: Schedule, graph: Graph, packing: [PackedPlace?], moments: [MomentsPlace?],
    inputIsTokens: Bool, workers: Int, instructionSet: InstructionSet
  ) {
    self.graph = graph
    let layouts = Self.layouts(of: graph, schedule, inputIsTokens: inputIsTokens)
    self.layouts = layouts
    let input = layouts[0].value
    inputCopy = MapCopy(
      from: MapLayout(extent: input.extent, channels: input.channels), to: input,
      instructionSet: instructionSet)
    valueHalos = layouts.map { MapHalo($0.value) }
    gradientHalos = layouts.map { MapHalo($0.gradient) }
    let binding = Binding(
      graph: graph, schedule: schedule, layouts: layouts, packing: packing,
      instructionSet: instructionSet)
    nodes = graph.nodes.indices.map { index -> any BoundNode in
      switch (graph.nodes[index].operation, packing[index], moments[index]) {
      case (.convolution(let shape, let geometry), let packed?, _):
        if let rows = graph.nodes[index].rows {
          return RowSumNode(index, shape: shape, geometry: geometry, rows: rows, binding)
        }
        if let pooled = graph.nodes[index].pooled {
          return PooledConvolutionNode(
            index, shape: shape, geometry: geometry, pooled: pooled, packed: packed, binding)
        }
        return ConvolutionNode(index, shape: shape, geometry: geometry, packed: packed, binding)
      case (.dense(let outputs), let packed?, _):
        return DenseNode(index, outputs: outputs, packed: packed, binding)
      case (.batchNormalization, _, let moments?):
        return BatchNormalizationNode(index, moments: moments, binding)
      case (.pooling(let kind, let geometry), _, _):
        return PoolingNode(index, kind: kind, geometry: geometry, binding)
      case (.activation(let slope), _, _):
        return ActivationNode(index, slope: slope, binding)
      case (.dropout(let rate), _, _):
        return DropoutNode(index, rate: rate, binding)
      case (.embedding, _, _):
        return EmbeddingNode(index, binding)
      case (.flatten, _, _), (.concatenation, _, _), (.sum, _, _):
        return CopyNode(index, binding)
      case (.convolution, nil, _), (.dense, nil, _), (.batchNormalization, _, nil):
        preconditionFailure("node \(index) has no place for what it keeps")
      }
    }
    normalizations = nodes.map { $0 as? BatchNormalizationNode }
    together = nodes.map { $0 as? any NodeRunningTogether }
    learning = nodes.map { $0 as? any NodeLearningByFeature }
    learningParts = learning.enumerated().flatMap { index, node in
      (0..<(node?.partCount ?? 0)).map { LearningPart(node: index, part: $0) }
    }
    divided = graph.nodes.indices.map {
      schedule.purpose.isTraining ? nil : DividedNode($0, workers: workers, binding)
    }
    let work = zip(graph.nodes, divided).reduce(into: (all: 0, shared: 0)) {
      $0.all += $1.0.multiplyAdds
      if $1.1 != nil { $0.shared += $1.0.multiplyAdds }
    }
    isDivisible = work.shared * 4 >= work.all * 3 && work.shared > 0
  }

  /// Every map with the widest halo that a reader needs, every gradient with the one that its
  /// convolution reads.
  private static func layouts(
    of graph: Graph, _ schedule: Schedule, inputIsTokens: Bool
  ) -> [ValueLayouts] {
    var valueHalos = graph.values.map { Halo(rank: $0.extent.count) }
    var gradientHalos = valueHalos
    var indexCounts = graph.values.map { _ in 0 }
    var scratchCounts = graph.values.map { _ in Int?.none }
    if inputIsTokens { indexCounts[0] = graph.values[0].count }
    for (node, way) in zip(graph.nodes, schedule.gradients) {
      if case .convolution(_, let geometry) = node.operation, node.rows == nil {
        let inputHalo = ConvolutionPlan.inputHalo(geometry)
        valueHalos[node.inputs[0]].widen(to: inputHalo)
        if way == .fromChosen { gradientHalos[node.inputs[0]].widen(to: inputHalo) }
        if schedule.needsGradient[node.inputs[0]] {
          gradientHalos[node.gradientSource].widen(
            to: ConvolutionPlan.outputGradientHalo(geometry))
        }
      }
      if node.keepsIndices { indexCounts[node.output] = graph.values[node.output].count }
      if let (count, bytes) = scratchAndIndices(of: node, graph) {
        scratchCounts[node.gradientSource] = count
        indexCounts[node.output] = (bytes + 3) / 4
      }
    }
    return graph.values.indices.map { index in
      let value = graph.values[index]
      func layout(_ halo: Halo) -> MapLayout {
        MapLayout(extent: value.extent, channels: value.channels, low: halo.low, high: halo.high)
      }
      return ValueLayouts(
        value: scratchCounts[index].map { MapLayout(extent: [], channels: $0) }
          ?? layout(valueHalos[index]),
        gradient: layout(gradientHalos[index]), indexCount: indexCounts[index])
    }
  }

  /// What a pooled convolution needs in place of its map: floats, and bytes for the taps chosen.
  private static func scratchAndIndices(
    of node: Graph.Node, _ graph: Graph
  ) -> (floats: Int, bytes: Int)? {
    guard case .convolution(let shape, let geometry) = node.operation, let pooled = node.pooled
    else { return nil }
    return (
      PooledConvolution.scratchCount(shape, geometry, pooling: pooled.pooling),
      graph.values[node.output].count * PoolingPlan.indexBytes(taps: pooled.pooling.tapCount)
    )
  }
}
