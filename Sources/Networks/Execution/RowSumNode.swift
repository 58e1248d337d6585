import ConvKitCore

/// A convolution over an embedding as a sum of rows, with pooling or without; at inference alone.
final class RowSumNode: BoundNode {
  private enum Sum {
    case whole(RowSum)
    case pooled(PooledRowSum, map: Graph.ValueID)
  }

  private let tokens: Graph.ValueID
  private let output: Graph.ValueID
  private let sum: Sum
  private let bias: BiasPlace?

  init(
    _ index: Int, shape: ConvolutionShape, geometry: Geometry, rows: Graph.TokenRows,
    _ binding: Binding
  ) {
    let node = binding.graph.nodes[index]
    tokens = node.inputs[0]
    output = node.output
    bias = binding.bias(of: index)
    let layout = binding.valueLayout(output)
    if let pooled = node.pooled {
      sum = .pooled(
        PooledRowSum(
          shape, rows.layout, geometry: geometry, pooling: pooled.pooling, output: layout,
          instructionSet: binding.instructionSet), map: pooled.map)
    } else {
      sum = .whole(
        RowSum(
          rows.layout, geometry: geometry, output: layout, rectify: node.rectified,
          instructionSet: binding.instructionSet))
    }
  }

  func forward(_ frame: Frame) {
    let (from, to) = (frame.places[tokens], frame.places[output])
    let start = bias?.values(frame.memory)
    for example in 0..<frame.count {
      let tokens = from.index + example * from.indexStep
      let target = to.value + example * to.valueStep
      switch sum {
      case .whole(let sum):
        sum(tokens: tokens, rows: frame.memory.rows, bias: start, output: target)
      case .pooled(let sum, let map):
        sum(
          tokens: tokens, rows: frame.memory.rows, bias: start, scratch: frame.places[map].value,
          output: target)
      }
    }
  }

  func backward(_ frame: Frame) { preconditionFailure("rows are of inference alone") }
}
