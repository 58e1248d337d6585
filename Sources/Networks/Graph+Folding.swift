import ConvKitCore

extension Graph {
  /// What a batch normalisation did to the features of the layer before it, by its running
  /// statistics: y = β + (x − mean) · γ / √(variance + ε).
  package struct Normalization: Sendable {
    /// Into `parameters`: γ and β.
    package let parameters: [Int]
    /// Into `statistics`: running mean and variance.
    package let statistics: [Int]
    package let epsilon: Double
  }

  /// The same for inference, with every batch normalisation that alone reads a convolution or a
  /// dense layer made part of that one's weights and bias. The map between the two then exists no
  /// more.
  package func foldingNormalizations() -> Graph {
    var graph = self
    let readers = readerCounts
    var folded: [Node] = []
    var makers: [ValueID: Int] = [:]
    for node in nodes {
      if case .batchNormalization(let epsilon, _) = node.operation,
        let maker = makers[node.inputs[0]], readers[node.inputs[0]] == 1,
        folded[maker].operation.storesSums, !folded[maker].rectified,
        folded[maker].normalization == nil
      {
        folded[maker].normalization = Normalization(
          parameters: node.parameters, statistics: node.statistics, epsilon: epsilon)
        folded[maker].output = node.output
        makers[node.output] = maker
      } else {
        makers[node.output] = folded.count
        folded.append(node)
      }
    }
    graph.nodes = folded
    graph.layers = []
    return graph
  }
}
