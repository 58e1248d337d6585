import ConvKitCore

/// What the nodes of a plan are bound to.
struct Binding {
  let graph: Graph
  let schedule: Schedule
  let layouts: [ValueLayouts]
  let packing: [PackedPlace?]
  let instructionSet: InstructionSet

  func gradientLayout(_ value: Graph.ValueID) -> MapLayout { layouts[value].gradient }
  func valueLayout(_ value: Graph.ValueID) -> MapLayout { layouts[value].value }
}

/// The layouts of a value and of its gradient, which has the halo that its own reader needs.
struct ValueLayouts {
  var value: MapLayout
  var gradient: MapLayout
  /// Indices of maxima, or tokens.
  var indexCount: Int
}

/// Where a node's packed weights start.
struct PackedPlace {
  let forward: Int
  let turned: Int
  /// Where the bias starts that a batch normalisation became part of.
  var bias: Int?
}

final class ConvolutionNode: NodeLearningByFeature {
  private let input: Graph.ValueID
  private let output: Graph.ValueID
  private let convolution: Convolution
  private let rectification: Activation?
  private let weight: Int
  private let bias: Int?
  private let forwardBias: BiasPlace?
  private let packed: PackedPlace
  private let gradient: Schedule.Gradient
  private let needsInputGradient: Bool
  private let accumulates: Bool
  private let parts: [Range<Int>]

  init(
    _ index: Int, shape: ConvolutionShape, geometry: Geometry, packed: PackedPlace,
    _ binding: Binding
  ) {
    let node = binding.graph.nodes[index]
    input = node.inputs[0]
    output = node.output
    let gradientLayout = binding.gradientLayout(output)
    convolution = Convolution(
      ConvolutionPlan(
        shape: shape, geometry: geometry, input: binding.valueLayout(input),
        output: binding.valueLayout(output), inputGradient: binding.gradientLayout(input),
        outputGradient: gradientLayout,
        needsInputGradient: binding.schedule.needsGradient[input]),
      rectify: node.rectified, instructionSet: binding.instructionSet)
    rectification = node.rectified ? Activation(rectificationOf: output, binding) : nil
    weight = binding.graph.parameters[node.parameters[0]].offset
    bias = node.parameters.dropFirst().first.map { binding.graph.parameters[$0].offset }
    forwardBias = binding.bias(of: index)
    self.packed = packed
    gradient = binding.schedule.gradients[index]
    needsInputGradient = binding.schedule.needsGradient[input]
    accumulates = binding.schedule.accumulates[index][0]
    parts = binding.instructionSet.panels(of: shape.featuresPerGroup)
  }

  func forward(_ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    convolution.forward(
      Examples(frame.count, from: from.valueStep, to: to.valueStep), input: from.value,
      packed: frame.memory.packed + packed.forward,
      bias: forwardBias?.values(frame.memory), output: to.value)
  }

  func backward(_ frame: Frame) {
    // Where nothing is learned, the output has no gradient either.
    guard gradient != .none || needsInputGradient else { return }
    let (from, to) = (frame.places[input], frame.places[output])
    if let rectification {
      for example in 0..<frame.count {
        let outputGradient = to.gradient + example * to.gradientStep
        rectification.gradient(
          value: to.value + example * to.valueStep, outputGradient: outputGradient,
          inputGradient: outputGradient, accumulate: false)
      }
    }
    if gradient == .byLane {
      convolution.featureGradient(
        Examples(frame.count, from: from.valueStep, to: to.gradientStep), input: from.value,
        outputGradient: to.gradient, weightGradient: frame.laneGradients + weight,
        biasGradient: bias.map { frame.laneGradients + $0 })
    }
    if needsInputGradient {
      convolution.inputGradient(
        Examples(frame.count, from: to.gradientStep, to: from.gradientStep),
        outputGradient: to.gradient, turned: frame.memory.packed + packed.turned,
        inputGradient: from.gradient, accumulate: accumulates)
    }
  }

  var partCount: Int { gradient == .byFeature ? parts.count : 0 }

  func addGradient(part: Int, _ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    convolution.featureGradient(
      Examples(frame.count, from: from.valueStep, to: to.gradientStep), input: from.value,
      outputGradient: to.gradient, weightGradient: frame.memory.gradients + weight,
      biasGradient: part == 0 ? bias.map { frame.memory.gradients + $0 } : nil,
      columns: parts[part])
  }
}

extension Activation {
  /// The gradient of a ReLU that was applied as its input was stored, in place.
  init(rectificationOf value: Graph.ValueID, _ binding: Binding) {
    let (map, gradient) = (binding.valueLayout(value), binding.gradientLayout(value))
    self.init(
      slope: 0, input: map, output: map, inputGradient: gradient, outputGradient: gradient,
      instructionSet: binding.instructionSet)
  }
}

final class PoolingNode: BoundNode {
  private let input: Graph.ValueID
  private let output: Graph.ValueID
  private let kind: PoolingKind
  private let pooling: Pooling
  private let needsInputGradient: Bool
  private let accumulates: Bool
  private let inputGradientRows: MapCopy

  init(_ index: Int, kind: PoolingKind, geometry: Geometry, _ binding: Binding) {
    let node = binding.graph.nodes[index]
    input = node.inputs[0]
    output = node.output
    self.kind = kind
    pooling = Pooling(
      forward: PoolingPlan(
        geometry: geometry, input: binding.valueLayout(input), output: binding.valueLayout(output)),
      gradient: PoolingPlan(
        geometry: geometry, input: binding.gradientLayout(input),
        output: binding.gradientLayout(output)),
      instructionSet: binding.instructionSet)
    needsInputGradient = binding.schedule.needsGradient[input]
    accumulates = binding.schedule.accumulates[index][0]
    let layout = binding.gradientLayout(input)
    inputGradientRows = MapCopy(
      from: layout, to: layout, instructionSet: binding.instructionSet)
  }

  func forward(_ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      let source = from.value + example * from.valueStep
      let target = to.value + example * to.valueStep
      switch kind {
      case .maximum:
        pooling.maximum(input: source, output: target, index: to.index + example * to.indexStep)
      case .average:
        pooling.average(input: source, output: target)
      }
    }
  }

  func backward(_ frame: Frame) {
    guard needsInputGradient else { return }
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      let outputGradient = to.gradient + example * to.gradientStep
      let inputGradient = from.gradient + example * from.gradientStep
      if !accumulates { inputGradientRows.clear(inputGradient) }
      switch kind {
      case .maximum:
        pooling.maximumGradient(
          index: to.index + example * to.indexStep, outputGradient: outputGradient,
          inputGradient: inputGradient)
      case .average:
        pooling.averageGradient(outputGradient: outputGradient, inputGradient: inputGradient)
      }
    }
  }
}

final class ActivationNode: BoundNode {
  private let input: Graph.ValueID
  private let output: Graph.ValueID
  private let slope: Float
  private let activation: Activation
  private let needsInputGradient: Bool
  private let accumulates: Bool

  init(_ index: Int, slope: Float, _ binding: Binding) {
    let node = binding.graph.nodes[index]
    input = node.inputs[0]
    output = node.output
    self.slope = slope
    activation = Activation(
      slope: slope, input: binding.valueLayout(input), output: binding.valueLayout(output),
      inputGradient: binding.gradientLayout(input),
      outputGradient: binding.gradientLayout(output), instructionSet: binding.instructionSet)
    needsInputGradient = binding.schedule.needsGradient[input]
    accumulates = binding.schedule.accumulates[index][0]
  }

  func forward(_ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      activation.forward(
        input: from.value + example * from.valueStep, output: to.value + example * to.valueStep)
    }
  }

  func backward(_ frame: Frame) {
    guard needsInputGradient else { return }
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      activation.gradient(
        value: slope == 0
          ? to.value + example * to.valueStep : from.value + example * from.valueStep,
        outputGradient: to.gradient + example * to.gradientStep,
        inputGradient: from.gradient + example * from.gradientStep, accumulate: accumulates)
    }
  }
}

final class DropoutNode: BoundNode {
  private let input: Graph.ValueID
  private let output: Graph.ValueID
  private let isTraining: Bool
  private let copy: MapCopy
  private let forwardDropout: ConvKitCore.Dropout
  private let gradientDropout: ConvKitCore.Dropout
  private let needsInputGradient: Bool
  private let accumulates: Bool

  init(_ index: Int, rate: Double, _ binding: Binding) {
    let node = binding.graph.nodes[index]
    input = node.inputs[0]
    output = node.output
    isTraining = binding.schedule.purpose.isTraining
    copy = MapCopy(
      from: binding.valueLayout(input), to: binding.valueLayout(output),
      instructionSet: binding.instructionSet)
    forwardDropout = ConvKitCore.Dropout(
      rate: rate, from: binding.valueLayout(input), to: binding.valueLayout(output))
    gradientDropout = ConvKitCore.Dropout(
      rate: rate, from: binding.gradientLayout(output), to: binding.gradientLayout(input))
    needsInputGradient = binding.schedule.needsGradient[input]
    accumulates = binding.schedule.accumulates[index][0]
  }

  /// The values to remove from an example; those that end in the first 2^12 values of a network do
  /// not share a stream. The value, unlike the node, has the same number whether activations are
  /// fused or not.
  private func random(_ frame: Frame, _ example: Int) -> RandomStream {
    RandomStream(
      seed: frame.step.seed, purpose: .dropout, epoch: frame.step.epoch,
      item: frame.examples[example] << 12 | output & 0xFFF)
  }

  func forward(_ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      let source = from.value + example * from.valueStep
      let target = to.value + example * to.valueStep
      if isTraining {
        forwardDropout(source, into: target, random: random(frame, example))
      } else {
        copy(from: source, to: target)
      }
    }
  }

  func backward(_ frame: Frame) {
    guard needsInputGradient else { return }
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      gradientDropout(
        to.gradient + example * to.gradientStep,
        into: from.gradient + example * from.gradientStep, random: random(frame, example),
        accumulate: accumulates)
    }
  }
}
