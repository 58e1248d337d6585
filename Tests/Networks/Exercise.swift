import ConvKitCore
import ConvKitReference

@testable import ConvKitNetworks

/// A network with values and a batch, ready to be run in more than one way.
struct Exercise {
  let compiled: CompiledNetwork
  let values: NetworkValues
  let inputs: [Input]
  /// Of the loss by each score: what the gradients start from.
  let slopes: [[Float]]

  /// Everything that a run decides.
  struct Outcome: Equatable {
    var training: [Float]
    var gradients: [Float]
    var statistics: [Float]
    var evaluation: [[Float]]
  }

  /// Whether a convolution is one with its pooling in training.
  var hasPooledConvolution: Bool {
    compiled.graph.fusing().nodes.contains { $0.pooled != nil }
  }

  /// Whether a convolution is a sum of rows at inference.
  var sumsRows: Bool { compiled.graph.summingRows().nodes.contains { $0.rows != nil } }

  /// - Parameter integers: whether all values are integers, from −1 to 1 where they are weights.
  init(
    _ networkCase: NetworkCase, extent: [Int], count: Int = 5, integers: Bool = false,
    seed: UInt64 = 1
  ) throws {
    compiled = try networkCase.compiled(extent)
    var random = SplitMix64(seed: seed)
    let initial = try compiled.initialValues(seed: seed)
    if integers {
      values = NetworkValues(
        parameters: random.integers(initial.parameters.count, in: -1...1),
        statistics: initial.statistics)
    } else {
      values = initial
    }
    let positions = extent.reduce(1, *)
    inputs = (0..<count).map { _ in
      networkCase.isText
        ? .tokens(
          Tensor(
            shape: extent,
            elements: (0..<positions).map { _ in
              Int32(random.integer(in: 0...NetworkCase.vocabulary - 1))
            }))
        : .values(
          Tensor(
            shape: extent + [2],
            elements: integers
              ? random.integers(positions * 2, in: -2...2) : random.reals(positions * 2)))
    }
    slopes = (0..<count).map { _ in
      integers ? random.integers(NetworkCase.labels, in: -2...2) : random.reals(NetworkCase.labels)
    }
  }

  func runner(
    threads: Int = 1, instructionSet: InstructionSet? = nil, keepsEveryMap: Bool = false,
    microBatch: Int? = nil
  ) throws -> NetworkRunner {
    try NetworkRunner(
      compiled, values: values, threads: threads, instructionSet: instructionSet,
      keepsEveryMap: keepsEveryMap, microBatch: microBatch)
  }

  /// One pass in training mode; returns the scores.
  func train(_ runner: NetworkRunner, batchSize: Int? = nil) throws -> [Float] {
    let labels = compiled.labelCount
    var scores = Array(repeating: Float(0), count: inputs.count * labels)
    try scores.withUnsafeMutableBufferPointer { buffer in
      let all = buffer
      _ = try runner.findGradients(
        of: inputs, examples: Array(inputs.indices), batchSize: batchSize ?? inputs.count,
        step: StepKey(seed: 3, epoch: 0)
      ) { place, scores, gradient in
        for label in 0..<labels {
          all[place * labels + label] = scores[label]
          gradient[label] = slopes[place][label]
        }
        return 0
      }
    }
    return scores
  }

  func outcome(
    threads: Int = 1, instructionSet: InstructionSet? = nil, keepsEveryMap: Bool = false,
    batchSize: Int? = nil, microBatch: Int? = nil
  ) throws -> Outcome {
    let runner = try runner(
      threads: threads, instructionSet: instructionSet, keepsEveryMap: keepsEveryMap,
      microBatch: microBatch)
    let training = try train(runner, batchSize: batchSize)
    return Outcome(
      training: training, gradients: learned(runner), statistics: runner.values.statistics,
      evaluation: try runner.scores(of: inputs))
  }

  /// The gradients of what learns.
  func learned(_ runner: NetworkRunner) -> [Float] {
    compiled.parameters.filter(\.isTrainable).flatMap {
      runner.gradients[$0.offset..<$0.offset + $0.count]
    }
  }

  var reference: ReferencePass {
    let tensors = compiled.tensors(of: values)
    let tokens = inputs.map { input in
      if case .tokens(let tensor) = input.content { return tensor.elements.map(Int.init) }
      return []
    }
    let network = ReferenceNetwork(
      graph: compiled.graph,
      tensors: Dictionary(
        uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor.elements.map(Double.init)) }),
      tokens: tokens)
    let blocks = inputs.map { input in
      if case .values(let tensor) = input.content {
        return Block(
          extent: input.extent, channels: 2, values: tensor.elements.map(Double.init))
      }
      return Block<Double>(repeating: 0, extent: input.extent, channels: 1)
    }
    return network.run(inputs: blocks, slopes: slopes.map { $0.map(Double.init) })
  }
}

/// The length of the difference over the length of what was expected, or over 1 where that is less:
/// a bias in front of a batch normalisation has no gradient but what rounding leaves.
func relativeDifference(_ found: [Float], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let difference = zip(found, expected).reduce(0.0) {
    $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
  }
  let length = expected.reduce(0.0) { $0 + $1 * $1 }
  return (difference / max(1, length)).squareRoot()
}
