import ConvKitCore

/// A network that has met an input of one extent: operations between values, every shape known.
public struct Graph: Sendable {
  /// The place of a value in `values`.
  public typealias ValueID = Int

  /// What an operation makes of a value; shapes are those of the values around it.
  package enum Operation: Sendable {
    case convolution(ConvolutionShape, Geometry)
    case dense(outputs: Int)
    case pooling(PoolingKind, Geometry)
    case activation(slope: Float)
    case dropout(rate: Double)
    case batchNormalization(epsilon: Double, momentum: Double)
    case flatten
    case concatenation
    case sum
    case embedding(vocabulary: Int)
  }

  package struct Value: Sendable {
    package var extent: [Int]
    package var channels: Int
    /// What was flattened or joined to make a value without extent, in order: the maps whose
    /// channels follow one another. Model files hold a dense layer's inputs channel first.
    package var parts: [FlatPart]

    package var count: Int { extent.reduce(channels, *) }
  }

  package struct Node: Sendable {
    /// The layer's name, such as "conv2".
    package var layer: String
    package var operation: Operation
    package var inputs: [ValueID]
    package var output: ValueID
    /// Into `parameters`, in the order weight, bias.
    package var parameters: [Int] = []
    /// Into `statistics`: running mean and variance.
    package var statistics: [Int] = []
    /// Whether ReLU is applied to the output as it is stored.
    package var rectified = false
    /// What is done to the sums before, as part of the weights.
    package var normalization: Normalization?
    /// A max pooling of what this convolution and its ReLU make, of which only the result is stored.
    package var pooled: PooledMap?
    /// Of a convolution that is a sum of rows, read by the tokens themselves.
    package var rows: TokenRows?
    /// Whether its parameters learn.
    package var isTrainable = true
    package var multiplyAdds = 0
  }

  /// The map between a convolution and the pooling that is one with it.
  package struct PooledMap: Sendable {
    package var pooling: Geometry
    /// Its values exist a block at a time.
    package var map: ValueID
  }

  /// A layer as `summary` lists it.
  package struct LayerRecord: Sendable {
    package var name: String
    package var output: ValueID
    package var nodes: Range<Int>
  }

  /// Value 0 is the input.
  package internal(set) var values: [Value]
  package internal(set) var nodes: [Node] = []
  package internal(set) var layers: [LayerRecord] = []
  package internal(set) var parameters: [ParameterSpecification] = []
  /// Running statistics, which are stored but not learned by slope.
  package internal(set) var statistics: [ParameterSpecification] = []

  package var output: ValueID { nodes.last?.output ?? 0 }

  /// The same with every ReLU that alone reads a convolution or a dense layer applied as that
  /// stores its output, and every max pooling that alone reads such a convolution done with it.
  /// The maps before then exist no more.
  package func fusing() -> Graph {
    var graph = self
    let readers = readerCounts
    var fused: [Node] = []
    for node in nodes {
      guard var last = fused.last, last.pooled == nil, last.output == node.inputs[0],
        readers[last.output] == 1
      else {
        fused.append(node)
        continue
      }
      switch (node.operation, last.operation) {
      case (.activation(slope: 0), .convolution), (.activation(slope: 0), .dense):
        guard !last.rectified else { break }
        last.rectified = true
        last.output = node.output
      case (.pooling(.maximum, let pooling), .convolution) where last.rectified:
        let isGlobal = values[node.output].extent.isEmpty
        guard PooledConvolution.isPossible(pooling, isGlobal: isGlobal) else { break }
        last.pooled = PooledMap(pooling: pooling, map: last.output)
        last.output = node.output
      default: break
      }
      if last.output == node.output {
        fused[fused.count - 1] = last
      } else {
        fused.append(node)
      }
    }
    graph.nodes = fused
    graph.layers = []
    return graph
  }

  /// By value: how many nodes read it.
  var readerCounts: [ValueID: Int] {
    var readers: [ValueID: Int] = [:]
    for node in nodes { for input in node.inputs { readers[input, default: 0] += 1 } }
    return readers
  }
}

extension Graph.Operation {
  /// Whether it is a sum of products with weights, which may be altered as it is stored.
  var storesSums: Bool {
    switch self {
    case .convolution, .dense: true
    default: false
    }
  }
}

extension Graph.Node {
  /// The value whose gradient the gradients of a convolution or dense layer are found from.
  package var gradientSource: Graph.ValueID { pooled?.map ?? output }
}

/// A map whose values stand in a value without extent.
package struct FlatPart: Equatable, Sendable {
  package var positions: Int
  package var channels: Int
}
