import ConvKitCore

/// A convolution, with pooling or without, or a dense layer of one example, cut into parts for all
/// workers.
///
/// A batch gives every worker examples of its own. A single example leaves nothing to share out but
/// the work within each layer, and waits for all workers after each of them.
final class DividedNode {
  /// How the work is cut.
  private enum Cut {
    case rowsOrColumns(DividedProduct)
    /// The same of a convolution whose whole map is pooled afterwards.
    case beforePooling(DividedProduct, PooledConvolution, map: Graph.ValueID)
    case blocks(PooledConvolution, map: Graph.ValueID)
  }

  private let input: Graph.ValueID
  private let output: Graph.ValueID
  private let cut: Cut
  private let bias: BiasPlace?
  private let packed: Int

  /// Multiply-adds of a layer from which on it is cut; about 23 µs on one core of a Zen 4 with
  /// AVX-512. Measured there on both cores, best of many rounds: a round of 3.5 µs of work takes 2.0
  /// cut in two, one of 6.9 takes 3.7, when the other thread is awake. Below the threshold the gain
  /// is less than what it takes to wake a thread that sleeps (10 to 50 µs), so `xo-28` never
  /// synchronises; above it, half of the layer's time is more than that.
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
    guard workers > 1, node.rows == nil, let packed = binding.packing[index] else { return nil }
    let input = node.inputs[0]
    let shape: ConvolutionShape
    var product: Product
    var pooled: (convolution: PooledConvolution, map: Graph.ValueID)?
    let work: Int
    switch node.operation {
    case .convolution(let convolution, let geometry):
      shape = convolution
      work = node.multiplyAdds
      guard work >= Self.leastWork else { return nil }
      let (from, to) = (binding.valueLayout(input), binding.valueLayout(node.output))
      let map = node.pooled.map { binding.gradientLayout($0.map) }
      let plan = ConvolutionPlan(
        shape: shape, geometry: geometry, input: from, output: map ?? to,
        inputGradient: binding.gradientLayout(input),
        outputGradient: map ?? binding.gradientLayout(node.output), needsInputGradient: false)
      product = plan.forward
      if let pooling = node.pooled {
        pooled = (
          PooledConvolution(
            plan, geometry: geometry, pooling: pooling.pooling, input: from, output: to,
            workers: workers, instructionSet: binding.instructionSet), pooling.map
        )
        product = PooledConvolution.wholeProduct(
          plan, geometry: geometry, pooling: pooling.pooling, input: from)
      }
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
    if let pooled, pooled.convolution.blockCount > 1 {
      cut = .blocks(pooled.convolution, map: pooled.map)
    } else {
      let divided = DividedProduct(
        product, shape: shape, rectify: node.rectified && pooled == nil,
        into: min(workers * Self.partsPerWorker, work / Self.leastPart), workers: workers,
        instructionSet: binding.instructionSet)
      guard divided.partCount > 1 else { return nil }
      cut =
        pooled.map { .beforePooling(divided, $0.convolution, map: $0.map) }
        ?? .rowsOrColumns(divided)
    }
    self.input = input
    output = node.output
    bias = binding.bias(of: index)
    self.packed = packed.forward
  }

  var partCount: Int {
    switch cut {
    case .rowsOrColumns(let product), .beforePooling(let product, _, _): product.partCount
    case .blocks(let convolution, _): convolution.blockCount
    }
  }

  /// - Parameters:
  ///   - frame: of one example.
  ///   - scratch: the places of the worker that calls.
  func forward(part: Int, _ frame: Frame, scratch: UnsafePointer<ValuePlace>) {
    let (from, to) = (frame.places[input].value, frame.places[output].value)
    let weights = frame.memory.packed + packed
    let start = bias?.values(frame.memory)
    switch cut {
    case .rowsOrColumns(let product):
      product.forward(part: part, input: from, packed: weights, bias: start, output: to)
    case .beforePooling(let product, _, let map):
      product.forward(
        part: part, input: from, packed: weights, bias: start, output: frame.places[map].value)
    case .blocks(let convolution, let map):
      convolution.forward(
        .one, input: from, packed: weights, bias: start, scratch: scratch[map].value, output: to,
        index: nil, indexStep: 0, only: part..<part + 1)
    }
  }

  /// What is left when all parts are done.
  func finish(_ frame: Frame) {
    if case .beforePooling(_, let convolution, let map) = cut {
      convolution.pool(scratch: frame.places[map].value, output: frame.places[output].value)
    }
  }
}
