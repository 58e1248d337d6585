import ConvKitCore
import ConvKitNetworks
import ConvKitReference

/// What the reference makes of a batch: every value and its gradient by example, and the gradients
/// of the parameters by name, in the order of the model file.
struct ReferencePass {
  var values: [[Block<Double>]]
  var gradients: [[Block<Double>]]
  var parameters: [String: [Double]] = [:]
}

/// Interprets a graph in Double, operation by operation, with the reference.
///
/// It reads the parameters in the model file's order, so it holds that order to account too.
struct ReferenceNetwork {
  let graph: Graph
  /// In the order of the model file.
  let tensors: [String: [Double]]
  let tokens: [[Int]]

  /// A pass forward in training mode, and back from these slopes of the loss by each score.
  func run(inputs: [Block<Double>], slopes: [[Double]]) -> ReferencePass {
    var pass = ReferencePass(
      values: inputs.map { input in
        [input] + graph.values.dropFirst().map { Self.zeros($0) }
      },
      gradients: inputs.map { _ in graph.values.map { Self.zeros($0) } })
    for node in graph.nodes { forward(node, &pass) }
    for example in inputs.indices { pass.gradients[example][graph.output] = Block(slopes[example]) }
    for node in graph.nodes.reversed() { backward(node, &pass) }
    return pass
  }

  private static func zeros(_ value: Graph.Value) -> Block<Double> {
    Block(repeating: 0, extent: value.extent, channels: value.channels)
  }

  private func forward(_ node: Graph.Node, _ pass: inout ReferencePass) {
    if case .batchNormalization(let epsilon, _) = node.operation, node.isTrainable {
      var normalization = normalization(node, epsilon)
      let outputs = normalization.train(pass.values.map { $0[node.inputs[0]] })
      for (example, output) in outputs.enumerated() { pass.values[example][node.output] = output }
      return
    }
    for example in pass.values.indices {
      let inputs = node.inputs.map { pass.values[example][$0] }
      pass.values[example][node.output] = forward(node, inputs, example)
    }
  }

  private func forward(
    _ node: Graph.Node, _ inputs: [Block<Double>], _ example: Int
  ) -> Block<Double> {
    let input = inputs[0]
    switch node.operation {
    case .convolution(let shape, let geometry):
      return convolution(shape, geometry).forward(
        input, weights: weights(node, shape), bias: bias(node))
    case .dense(let outputs):
      return ReferenceDense(inputs: input.channels, outputs: outputs)
        .forward(input, weights: denseWeights(node), bias: bias(node))
    case .pooling(.maximum, let geometry):
      return shaped(ReferenceMaxPooling(window: window(geometry)).forward(input).output, node)
    case .pooling(.average, let geometry):
      return shaped(ReferenceAveragePooling(window: window(geometry)).forward(input), node)
    case .activation(let slope):
      return ReferenceLeakyReLU(slope: Double(slope)).forward(input)
    case .dropout: return input
    case .batchNormalization(let epsilon, _):
      return normalization(node, epsilon).evaluate(input)
    case .flatten: return ReferenceFlatten().forward(input)
    case .concatenation: return ReferenceConcatenation().forward(inputs)
    case .sum: return ReferenceResidualSum().forward(inputs[0], inputs[1])
    case .embedding(let vocabulary):
      let size = graph.values[node.output].channels
      return ReferenceEmbedding(vocabulary: vocabulary, size: size)
        .forward(tokens[example], extent: input.extent, table: tensor(node, 0))
    }
  }

  private func backward(_ node: Graph.Node, _ pass: inout ReferencePass) {
    if case .batchNormalization(let epsilon, _) = node.operation, node.isTrainable {
      let gradients = normalization(node, epsilon).trainingGradients(
        pass.values.map { $0[node.inputs[0]] },
        outputGradients: pass.gradients.map { $0[node.output] })
      for (example, gradient) in gradients.inputs.enumerated() {
        pass.gradients[example][node.inputs[0]] =
          pass.gradients[example][node.inputs[0]].combined(with: gradient, +)
      }
      learn(node, 0, inFileOrder(gradients.scale, node), &pass)
      learn(node, 1, inFileOrder(gradients.shift, node), &pass)
      return
    }
    for example in pass.values.indices {
      let inputs = node.inputs.map { pass.values[example][$0] }
      let gradient = pass.gradients[example][node.output]
      let (inputGradients, parameters) = backward(node, inputs, gradient, example)
      for (input, gradient) in zip(node.inputs, inputGradients) {
        pass.gradients[example][input] = pass.gradients[example][input].combined(with: gradient, +)
      }
      guard node.isTrainable else { continue }
      for (number, values) in parameters.enumerated() { learn(node, number, values, &pass) }
    }
  }

  private func backward(
    _ node: Graph.Node, _ inputs: [Block<Double>], _ gradient: Block<Double>, _ example: Int
  ) -> (inputs: [Block<Double>], parameters: [[Double]]) {
    let input = inputs[0]
    switch node.operation {
    case .convolution(let shape, let geometry):
      let convolution = convolution(shape, geometry)
      let weight = convolution.weightGradient(input, outputGradient: gradient)
      let learned = [inFileOrder(weight, shape)]
      return (
        [
          convolution.inputGradient(
            extent: input.extent, weights: weights(node, shape), outputGradient: gradient)
        ],
        node.parameters.count == 1
          ? learned : learned + [convolution.biasGradient(outputGradient: gradient)]
      )
    case .dense(let outputs):
      let found = ReferenceDense(inputs: input.channels, outputs: outputs)
        .gradients(input, weights: denseWeights(node), outputGradient: gradient)
      let order = memoryIndices(node.inputs[0])
      let weight = (0..<outputs).flatMap { output in
        order.map { found.weights[$0 * outputs + output] }
      }
      return ([found.input], [weight, found.bias])
    case .pooling(.maximum, let geometry):
      let pooling = ReferenceMaxPooling(window: window(geometry))
      let taps = pooling.forward(input).taps
      return (
        [pooling.inputGradient(extent: input.extent, taps: taps, outputGradient: gradient)], []
      )
    case .pooling(.average, let geometry):
      let unshaped = Block(
        extent: geometry.outputExtent, channels: gradient.channels, values: gradient.values)
      return (
        [
          ReferenceAveragePooling(window: window(geometry))
            .inputGradient(extent: input.extent, outputGradient: unshaped)
        ], []
      )
    case .activation(let slope):
      return (
        [
          ReferenceLeakyReLU(slope: Double(slope))
            .inputGradient(input, outputGradient: gradient)
        ], []
      )
    case .dropout: return ([gradient], [])
    case .batchNormalization(let epsilon, _):
      return (
        [
          normalization(node, epsilon)
            .evaluationGradients(input, outputGradient: gradient).input
        ], []
      )
    case .flatten:
      return (
        [Block(extent: input.extent, channels: input.channels, values: gradient.values)], []
      )
    case .concatenation:
      return (
        ReferenceConcatenation()
          .inputGradients(channels: inputs.map(\.channels), outputGradient: gradient), []
      )
    case .sum: return ([gradient, gradient], [])
    case .embedding(let vocabulary):
      let embedding = ReferenceEmbedding(vocabulary: vocabulary, size: gradient.channels)
      return ([], [embedding.tableGradient(tokens[example], outputGradient: gradient)])
    }
  }
}

// MARK: parameters in the two orders

extension ReferenceNetwork {
  private func learn(
    _ node: Graph.Node, _ number: Int, _ values: [Double], _ pass: inout ReferencePass
  ) {
    let name = graph.parameters[node.parameters[number]].name
    pass.parameters[name] = zip(
      pass.parameters[name] ?? Array(repeating: 0, count: values.count), values
    ).map(+)
  }

  private func tensor(_ node: Graph.Node, _ number: Int) -> [Double] {
    tensors[graph.parameters[node.parameters[number]].name] ?? []
  }

  private func bias(_ node: Graph.Node) -> [Double]? {
    node.parameters.count > 1 ? tensor(node, 1) : nil
  }

  /// From [feature, input, tap] to [tap, input, feature].
  private func weights(_ node: Graph.Node, _ shape: ConvolutionShape) -> [Double] {
    let file = tensor(node, 0)
    let (taps, inputs) = (shape.tapCount, shape.inputsPerGroup)
    return (0..<taps * inputs * shape.features).map { index in
      let (feature, rest) = (index % shape.features, index / shape.features)
      return file[(feature * inputs + rest % inputs) * taps + rest / inputs]
    }
  }

  /// From [tap, input, feature] to [feature, input, tap].
  private func inFileOrder(_ values: [Double], _ shape: ConvolutionShape) -> [Double] {
    let (taps, inputs) = (shape.tapCount, shape.inputsPerGroup)
    return (0..<values.count).map { index in
      let (tap, rest) = (index % taps, index / taps)
      return values[(tap * inputs + rest % inputs) * shape.features + rest / inputs]
    }
  }

  /// The place in memory of every value without position, in the order of the model file: of each
  /// map that was flattened or joined, channel after channel.
  private func memoryIndices(_ value: Graph.ValueID) -> [Int] {
    let parts = graph.values[value].parts
    guard !parts.isEmpty else { return Array(0..<graph.values[value].channels) }
    var start = 0
    return parts.flatMap { part -> [Int] in
      defer { start += part.positions * part.channels }
      return (0..<part.positions * part.channels).map { index in
        start + index % part.positions * part.channels + index / part.positions
      }
    }
  }

  private func inFileOrder(_ channels: [Double], _ node: Graph.Node) -> [Double] {
    memoryIndices(node.inputs[0]).map { channels[$0] }
  }

  private func inMemoryOrder(_ file: [Double], _ node: Graph.Node) -> [Double] {
    var result = file
    for (value, place) in zip(file, memoryIndices(node.inputs[0])) { result[place] = value }
    return result
  }

  /// From [output, input in the file's order] to [input, output].
  private func denseWeights(_ node: Graph.Node) -> [Double] {
    let order = memoryIndices(node.inputs[0])
    let outputs = graph.values[node.output].channels
    let file = tensor(node, 0)
    var result = file
    for output in 0..<outputs {
      for (place, input) in order.enumerated() {
        result[input * outputs + output] = file[output * order.count + place]
      }
    }
    return result
  }

  private func normalization(
    _ node: Graph.Node, _ epsilon: Double
  ) -> ReferenceBatchNormalization<Double> {
    var result = ReferenceBatchNormalization<Double>(
      channels: graph.values[node.inputs[0]].channels)
    result.epsilon = epsilon
    result.scale = inMemoryOrder(tensor(node, 0), node)
    result.shift = inMemoryOrder(tensor(node, 1), node)
    func statistic(_ number: Int) -> [Double] {
      inMemoryOrder(tensors[graph.statistics[node.statistics[number]].name] ?? [], node)
    }
    result.runningMean = statistic(0)
    result.runningVariance = statistic(1)
    return result
  }

  private func convolution(
    _ shape: ConvolutionShape, _ geometry: Geometry
  ) -> ReferenceConvolution<Double> {
    ReferenceConvolution(
      window: window(geometry), channels: shape.inputChannels, features: shape.features,
      groups: shape.groups)
  }

  /// The window with as much padding as its last position needs.
  private func window(_ geometry: Geometry) -> ReferenceWindow {
    let axes = geometry.axes
    return ReferenceWindow(
      size: axes.map(\.size), stride: axes.map(\.stride), dilation: axes.map(\.dilation),
      low: axes.map(\.low),
      high: axes.map {
        max(
          0, ($0.positions - 1) * $0.stride - $0.low + ($0.size - 1) * $0.dilation - $0.extent + 1)
      })
  }

  /// A global pooling drops its single position.
  private func shaped(_ block: Block<Double>, _ node: Graph.Node) -> Block<Double> {
    Block(
      extent: graph.values[node.output].extent, channels: block.channels, values: block.values)
  }
}
