import ConvKitCore

/// A batch normalisation that has become part of the weights of the layer before it, and where what
/// it depends on lies.
struct FoldedNormalization {
  private let weight: Int
  private let bias: Int
  private let mean: Int
  private let variance: Int
  private let epsilon: Double
  /// The layer's own bias.
  private let layerBias: Int?
  /// Where the bias of both goes in the packed memory.
  let target: Int

  init(
    _ normalization: Graph.Normalization, of node: Graph.Node, graph: Graph, target: Int
  ) {
    weight = graph.parameters[normalization.parameters[0]].offset
    bias = graph.parameters[normalization.parameters[1]].offset
    mean = graph.statistics[normalization.statistics[0]].offset
    variance = graph.statistics[normalization.statistics[1]].offset
    epsilon = normalization.epsilon
    layerBias = node.parameters.dropFirst().first.map { graph.parameters[$0].offset }
    self.target = target
  }

  /// γ / √(variance + ε).
  func scale(_ feature: Int, _ memory: SharedMemory) -> Double {
    Double(memory.parameters[weight + feature])
      / (Double(memory.statistics[variance + feature]) + epsilon).squareRoot()
  }

  /// Writes β + (b − mean) · scale for some of the features.
  func writeBias(_ features: Range<Int>, _ memory: SharedMemory) {
    for feature in features {
      let own = layerBias.map { Double(memory.parameters[$0 + feature]) } ?? 0
      memory.packed[target + feature] = Float(
        Double(memory.parameters[bias + feature])
          + (own - Double(memory.statistics[mean + feature])) * scale(feature, memory))
    }
  }
}

/// What the sums of a node start from, and in which memory it lies.
struct BiasPlace {
  private let isFolded: Bool
  private let offset: Int

  /// - Returns: nil for zeros.
  init?(of node: Graph.Node, packed: PackedPlace?, graph: Graph) {
    if let folded = packed?.bias {
      (isFolded, offset) = (true, folded)
    } else if let bias = node.parameters.dropFirst().first {
      (isFolded, offset) = (false, graph.parameters[bias].offset)
    } else {
      return nil
    }
  }

  func values(_ memory: SharedMemory) -> UnsafePointer<Float> {
    UnsafePointer((isFolded ? memory.packed : memory.parameters) + offset)
  }
}

extension Binding {
  func bias(of index: Int) -> BiasPlace? {
    BiasPlace(of: graph.nodes[index], packed: packing[index], graph: graph)
  }
}
