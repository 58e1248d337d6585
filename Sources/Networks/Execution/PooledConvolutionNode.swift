import ConvKitCore

/// A convolution with its ReLU and the max pooling that alone reads it.
final class PooledConvolutionNode: NodeLearningByFeature {
  /// How the gradients are found.
  private enum Gradients {
    /// From the whole map between convolution and pooling.
    case whole(PooledGradient, Convolution)
    /// From the positions that were chosen.
    case chosen(PooledGradient, ChosenGradient)
  }

  private let input: Graph.ValueID
  private let map: Graph.ValueID
  private let output: Graph.ValueID
  private let convolution: PooledConvolution
  private let gradients: Gradients?
  private let weight: Int
  private let bias: Int?
  private let forwardBias: BiasPlace?
  private let packed: PackedPlace
  private let way: Schedule.Gradient
  private let needsInputGradient: Bool
  private let accumulates: Bool
  private let parts: [Range<Int>]

  init(
    _ index: Int, shape: ConvolutionShape, geometry: Geometry, pooled: Graph.PooledMap,
    packed: PackedPlace, _ binding: Binding
  ) {
    let node = binding.graph.nodes[index]
    let set = binding.instructionSet
    input = node.inputs[0]
    map = pooled.map
    output = node.output
    self.packed = packed
    weight = binding.graph.parameters[node.parameters[0]].offset
    bias = node.parameters.dropFirst().first.map { binding.graph.parameters[$0].offset }
    forwardBias = binding.bias(of: index)
    way = binding.schedule.gradients[index]
    needsInputGradient = binding.schedule.needsGradient[input]
    accumulates = binding.schedule.accumulates[index][0]
    parts = set.panels(of: shape.featuresPerGroup)

    let (from, to) = (binding.layouts[input], binding.layouts[output])
    let mapGradient = binding.gradientLayout(map)
    let plan = ConvolutionPlan(
      shape: shape, geometry: geometry, input: from.value,
      // Its forward part is planned anew, block by block.
      output: mapGradient, inputGradient: from.gradient, outputGradient: mapGradient,
      needsInputGradient: needsInputGradient)
    convolution = PooledConvolution(
      plan, geometry: geometry, pooling: pooled.pooling, input: from.value, output: to.value,
      instructionSet: set)
    guard binding.schedule.purpose.isTraining, way != .none || needsInputGradient else {
      gradients = nil
      return
    }
    let pooling = PooledGradient(
      pooling: pooled.pooling, map: mapGradient, output: to.gradient, instructionSet: set)
    gradients =
      way == .fromChosen
      ? .chosen(
        pooling,
        ChosenGradient(
          shape, geometry: geometry, pooling: pooled.pooling, input: from.value,
          inputGradient: needsInputGradient ? from.gradient : nil, output: to.gradient,
          instructionSet: set))
      : .whole(pooling, Convolution(plan, instructionSet: set))
  }

  func forward(_ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    convolution.forward(
      Examples(frame.count, from: from.valueStep, to: to.valueStep), input: from.value,
      packed: frame.memory.packed + packed.forward,
      bias: forwardBias?.values(frame.memory),
      scratch: frame.places[map].value, output: to.value,
      index: gradients == nil ? nil : indices(to),
      indexStep: to.indexStep * MemoryLayout<Int32>.stride)
  }

  /// The taps chosen, in bytes, for the first example.
  private func indices(_ place: ValuePlace) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(place.index).assumingMemoryBound(to: UInt8.self)
  }

  func backward(_ frame: Frame) {
    guard let gradients else { return }
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      let index = indices(to) + example * to.indexStep * MemoryLayout<Int32>.stride
      let outputGradient = to.gradient + example * to.gradientStep
      switch gradients {
      case .whole(let pooling, _):
        let middle = frame.places[map]
        pooling(
          index: index, outputGradient: outputGradient,
          mapGradient: middle.gradient + example * middle.gradientStep)
        if way == .byLane { addBias(pooling, index, outputGradient, frame.laneGradients) }
      case .chosen(let pooling, let chosen):
        addBias(pooling, index, outputGradient, frame.laneGradients)
        chosen.featureGradient(
          input: from.value + example * from.valueStep, index: index,
          outputGradient: outputGradient, transposedGradient: frame.laneGradients + weight)
        guard needsInputGradient else { continue }
        chosen.inputGradient(
          index: index, outputGradient: outputGradient,
          transposed: frame.memory.packed + packed.turned,
          inputGradient: from.gradient + example * from.gradientStep, accumulate: accumulates)
      }
    }
    if case .whole(_, let convolution) = gradients { backward(convolution, frame) }
  }

  /// From the gradient of the map.
  private func backward(_ convolution: Convolution, _ frame: Frame) {
    let (from, middle) = (frame.places[input], frame.places[map])
    if way == .byLane {
      convolution.featureGradient(
        Examples(frame.count, from: from.valueStep, to: middle.gradientStep), input: from.value,
        outputGradient: middle.gradient, weightGradient: frame.laneGradients + weight,
        biasGradient: nil)
    }
    if needsInputGradient {
      convolution.inputGradient(
        Examples(frame.count, from: middle.gradientStep, to: from.gradientStep),
        outputGradient: middle.gradient, turned: frame.memory.packed + packed.turned,
        inputGradient: from.gradient, accumulate: accumulates)
    }
  }

  private func addBias(
    _ pooling: PooledGradient, _ index: UnsafePointer<UInt8>,
    _ outputGradient: UnsafePointer<Float>, _ gradients: UnsafeMutablePointer<Float>
  ) {
    guard let bias else { return }
    pooling.biasGradient(
      index: index, outputGradient: outputGradient, biasGradient: gradients + bias)
  }

  var partCount: Int { way == .byFeature ? parts.count : 0 }

  func addGradient(part: Int, _ frame: Frame) {
    guard case .whole(_, let convolution) = gradients else { return }
    let (from, middle) = (frame.places[input], frame.places[map])
    convolution.featureGradient(
      Examples(frame.count, from: from.valueStep, to: middle.gradientStep), input: from.value,
      outputGradient: middle.gradient, weightGradient: frame.memory.gradients + weight,
      biasGradient: part == 0 ? bias.map { frame.memory.gradients + $0 } : nil,
      columns: parts[part])
  }
}
