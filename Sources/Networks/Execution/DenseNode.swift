import ConvKitCore

final class DenseNode: NodeLearningByFeature, NodeRunningTogether {
  private let input: Graph.ValueID
  private let output: Graph.ValueID
  private let dense: ConvKitCore.Dense
  private let rectification: Activation?
  private let weight: Int
  private let bias: Int
  private let forwardBias: BiasPlace?
  private let packed: PackedPlace
  private let gradient: Schedule.Gradient
  private let needsInputGradient: Bool
  private let accumulates: Bool
  private let parts: [Range<Int>]
  private let inputParts: [Range<Int>]
  /// Whether the examples of a chunk go through it together.
  private let isTogether: Bool

  init(_ index: Int, outputs: Int, packed: PackedPlace, _ binding: Binding) {
    let node = binding.graph.nodes[index]
    input = node.inputs[0]
    output = node.output
    dense = ConvKitCore.Dense(
      inputs: binding.graph.values[input].channels, outputs: outputs, rectify: node.rectified,
      instructionSet: binding.instructionSet)
    rectification = node.rectified ? Activation(rectificationOf: output, binding) : nil
    weight = binding.graph.parameters[node.parameters[0]].offset
    bias = binding.graph.parameters[node.parameters[1]].offset
    forwardBias = binding.bias(of: index)
    self.packed = packed
    gradient = binding.schedule.gradients[index]
    needsInputGradient = binding.schedule.needsGradient[input]
    accumulates = binding.schedule.accumulates[index][0]
    parts = binding.instructionSet.panels(of: outputs)
    inputParts = binding.instructionSet.panels(of: dense.inputs)
    isTogether = binding.schedule.isTogether[index]
  }

  func forward(_ frame: Frame) { forward(columns: nil, frame) }

  private func forward(columns: Range<Int>?, _ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    dense.forward(
      Examples(frame.count, from: from.valueStep, to: to.valueStep), input: from.value,
      packed: frame.memory.packed + packed.forward, bias: forwardBias?.values(frame.memory),
      output: to.value, columns: columns)
  }

  func backward(_ frame: Frame) {
    // Where nothing is learned, the output has no gradient either.
    guard gradient != .none || needsInputGradient else { return }
    let to = frame.places[output]
    if let rectification {
      for example in 0..<frame.count {
        let outputGradient = to.gradient + example * to.gradientStep
        rectification.gradient(
          value: to.value + example * to.valueStep, outputGradient: outputGradient,
          inputGradient: outputGradient, accumulate: false)
      }
    }
    if gradient == .byLane {
      addGradient(to: frame.laneGradients, withBias: true, columns: nil, frame)
    }
    if needsInputGradient, !isTogether { findInputGradient(columns: nil, frame) }
  }

  private func findInputGradient(columns: Range<Int>?, _ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    dense.inputGradient(
      Examples(frame.count, from: to.gradientStep, to: from.gradientStep),
      outputGradient: to.gradient, turned: frame.memory.packed + packed.turned,
      inputGradient: from.gradient, accumulate: accumulates, columns: columns)
  }

  var forwardPartCount: Int { parts.count }

  func forward(part: Int, _ frame: Frame) { forward(columns: parts[part], frame) }

  var inputPartCount: Int { inputParts.count }

  func findInputGradient(part: Int, _ frame: Frame) {
    findInputGradient(columns: inputParts[part], frame)
  }

  var partCount: Int { gradient == .byFeature ? parts.count : 0 }

  func addGradient(part: Int, _ frame: Frame) {
    addGradient(
      to: frame.memory.gradients, withBias: part == 0, columns: parts[part], frame)
  }

  private func addGradient(
    to gradients: UnsafeMutablePointer<Float>, withBias: Bool, columns: Range<Int>?, _ frame: Frame
  ) {
    let (from, to) = (frame.places[input], frame.places[output])
    dense.weightGradient(
      Examples(frame.count, from: from.valueStep, to: to.gradientStep), input: from.value,
      outputGradient: to.gradient, weightGradient: gradients + weight,
      biasGradient: withBias ? gradients + bias : nil, columns: columns)
  }
}
