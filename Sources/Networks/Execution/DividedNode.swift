import ConvKitCore

/// A convolution or dense layer of one example, cut into parts for all workers.
///
/// A batch gives every worker examples of its own. A single example leaves nothing to share out but
/// the work within each layer, and waits for all workers after each of them.
final class DividedNode {
  private let input: Graph.ValueID
  private let output: Graph.ValueID
  private let product: DividedProduct
  private let bias: BiasPlace?
  private let packed: Int

  /// Multiply-adds of a layer from which on it is cut: ABOUT.
  private static let leastWork = 1 << 20

  /// Multiply-adds of a part: more and smaller parts let a worker that has its core at once take
  /// more of them than one that does not.
  private static let leastPart = leastWork / 4
  private static let partsPerWorker = 4

  /// A sum of a single row reads a weight for every product, where tiles of rows read it once for 14
  /// or 28: it takes at least four times as long.
  private static let workOfSingleRow = 4

  /// - Returns: nil where the node is of another kind or has too little work.
  init?(_ index: Int, workers: Int, _ binding: Binding) {
    let node = binding.graph.nodes[index]
    guard workers > 1, let packed = binding.packing[index] else { return nil }
    let input = node.inputs[0]
    let shape: ConvolutionShape
    let product: Product
    let work: Int
    switch node.operation {
    case .convolution(let convolution, let geometry):
      shape = convolution
      product =
        ConvolutionPlan(
          shape: shape, geometry: geometry, input: binding.valueLayout(input),
          output: binding.valueLayout(node.output), inputGradient: binding.gradientLayout(input),
          outputGradient: binding.gradientLayout(node.output), needsInputGradient: false
        ).forward
      work = node.multiplyAdds
    case .dense(let outputs):
      let inputs = binding.graph.values[input].channels
      shape = ConvolutionShape(tapCount: 1, inputChannels: inputs, features: outputs, groups: 1)
      var row = Product()
      row.depth = inputs
      row.columns = outputs
      row.appendTerms(a: 0, k: 0, count: inputs)
      row.appendRows(a: 0, out: 0, count: 1)
      product = row
      work = node.multiplyAdds * Self.workOfSingleRow
    default: return nil
    }
    guard work >= Self.leastWork else { return nil }
    let divided = DividedProduct(
      product, shape: shape, rectify: node.rectified,
      into: min(workers * Self.partsPerWorker, work / Self.leastPart), workers: workers,
      instructionSet: binding.instructionSet)
    guard divided.partCount > 1 else { return nil }
    self.product = divided
    self.input = input
    output = node.output
    bias = binding.bias(of: index)
    self.packed = packed.forward
  }

  var partCount: Int { product.partCount }

  /// - Parameter frame: of one example.
  func forward(part: Int, _ frame: Frame) {
    product.forward(
      part: part, input: frame.places[input].value, packed: frame.memory.packed + packed,
      bias: bias?.values(frame.memory), output: frame.places[output].value)
  }
}
