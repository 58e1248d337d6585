import ConvKitCore

extension Graph {
  /// The rows of which a convolution over an embedding is a sum.
  package struct TokenRows: Sendable {
    /// The embedding's, into `parameters`.
    package let table: Int
    package let vocabulary: Int
    package let layout: TokenRowLayout
  }

  /// Bytes that the rows of the whole vocabulary may take; those of `text-50` take 41 MiB. With more
  /// the convolutions stay as they are.
  static let rowBudget = 64 << 20

  /// Channels of an embedding from which on a row is worth keeping. Measured on one core of a Zen 4
  /// with AVX-512, `text-50` with other channels and every row filled: a batch of texts that were not
  /// the last ones takes 1.2 ms by rows, which come from memory; the plain way it takes 0.7 ms with
  /// 8 channels, 1.1 with 16, 2.0 with 32 and 7.2 with 128.
  static let fewestRowChannels = 32

  /// Taps of a window up to which rows are used: for windows at the edge the taps inside are listed,
  /// which takes as much as their square.
  static let mostRowTaps = 256

  /// The same for inference, with convolutions that read an embedding turned into sums of rows: what
  /// each token adds at each tap. An embedding that nothing else reads then exists no more.
  package func summingRows() -> Graph {
    var tables: [ValueID: (parameter: Int, vocabulary: Int, tokens: ValueID)] = [:]
    for node in nodes {
      if case .embedding(let vocabulary) = node.operation {
        tables[node.output] = (node.parameters[0], vocabulary, node.inputs[0])
      }
    }
    var graph = self
    var found: [(node: Int, shape: ConvolutionShape, offset: Int)] = []
    var tokenStep = 0
    var vocabulary = 0
    for (index, node) in nodes.enumerated() {
      guard case .convolution(let shape, _) = node.operation, shape.groups == 1,
        shape.inputChannels >= Self.fewestRowChannels, shape.tapCount <= Self.mostRowTaps,
        let table = tables[node.inputs[0]]
      else { continue }
      found.append((index, shape, tokenStep))
      tokenStep += TokenRowLayout.count(shape)
      vocabulary = table.vocabulary
    }
    // The product may be too large for an integer.
    let budget = Self.rowBudget / MemoryLayout<Float>.stride
    guard !found.isEmpty, tokenStep <= budget / max(1, vocabulary) else { return self }
    for (index, shape, offset) in found {
      guard let table = tables[nodes[index].inputs[0]] else { continue }
      graph.nodes[index].rows = TokenRows(
        table: table.parameter, vocabulary: table.vocabulary,
        layout: TokenRowLayout(shape, offset: offset, tokenStep: tokenStep))
      graph.nodes[index].inputs = [table.tokens]
      graph.nodes[index].multiplyAdds /= shape.inputChannels
    }
    let readers = graph.readerCounts
    graph.nodes.removeAll { tables[$0.output] != nil && readers[$0.output] == nil }
    graph.layers = []
    return graph
  }
}
