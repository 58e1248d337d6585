import ConvKitCore

/// Nodes that only move or add values: flattening, joining branches, residual sums.
final class CopyNode: BoundNode {
  /// One of the inputs: how it goes to the output and how its gradient comes back.
  private struct Way {
    let input: Graph.ValueID
    let forward: MapCopy
    let backward: MapCopy
    /// Added to the output rather than written.
    let adds: Bool
    /// The first channel of the output that it fills.
    let channel: Int
    let needsGradient: Bool
    let accumulates: Bool
  }

  private let ways: [Way]
  private let output: Graph.ValueID

  init(_ index: Int, _ binding: Binding) {
    let node = binding.graph.nodes[index]
    let set = binding.instructionSet
    output = node.output
    var channel = 0
    var ways: [Way] = []
    for (number, input) in node.inputs.enumerated() {
      let from = (value: binding.valueLayout(input), gradient: binding.gradientLayout(input))
      let to = (
        value: binding.valueLayout(node.output), gradient: binding.gradientLayout(node.output)
      )
      let copies: (forward: MapCopy, backward: MapCopy)
      switch node.operation {
      case .flatten:
        copies = (
          MapCopy(flattening: from.value, instructionSet: set),
          MapCopy(unflattening: from.gradient, instructionSet: set)
        )
      case .concatenation:
        copies = (
          MapCopy(channelsFrom: from.value, to: to.value, instructionSet: set),
          MapCopy(channelsFrom: to.gradient, to: from.gradient, instructionSet: set)
        )
      default:
        copies = (
          MapCopy(from: from.value, to: to.value, instructionSet: set),
          MapCopy(from: to.gradient, to: from.gradient, instructionSet: set)
        )
      }
      var joins = false
      if case .concatenation = node.operation { joins = true }
      ways.append(
        Way(
          input: input, forward: copies.forward, backward: copies.backward,
          adds: !joins && number > 0, channel: channel,
          needsGradient: binding.schedule.needsGradient[input],
          accumulates: binding.schedule.accumulates[index][number]))
      if joins { channel += from.value.channels }
    }
    self.ways = ways
  }

  func forward(_ frame: Frame) {
    let to = frame.places[output]
    for way in ways {
      let from = frame.places[way.input]
      for example in 0..<frame.count {
        way.forward(
          from: from.value + example * from.valueStep,
          to: to.value + example * to.valueStep + way.channel, accumulate: way.adds)
      }
    }
  }

  func backward(_ frame: Frame) {
    let to = frame.places[output]
    for way in ways where way.needsGradient {
      let from = frame.places[way.input]
      for example in 0..<frame.count {
        way.backward(
          from: to.gradient + example * to.gradientStep + way.channel,
          to: from.gradient + example * from.gradientStep, accumulate: way.accumulates)
      }
    }
  }
}

final class EmbeddingNode: NodeLearningByFeature {
  private let input: Graph.ValueID
  private let output: Graph.ValueID
  private let embedding: ConvKitCore.Embedding
  private let table: Int
  private let parts: [Range<Int>]

  init(_ index: Int, _ binding: Binding) {
    let node = binding.graph.nodes[index]
    input = node.inputs[0]
    output = node.output
    embedding = ConvKitCore.Embedding(
      output: binding.valueLayout(output), outputGradient: binding.gradientLayout(output))
    table = binding.graph.parameters[node.parameters[0]].offset
    let learns = binding.schedule.gradients[index] == .byFeature
    // Parts of whole lines of the cache, so that two workers do not write one line.
    let channels = binding.graph.values[output].channels
    parts = learns ? stride(from: 0, to: channels, by: 16).map { $0..<min($0 + 16, channels) } : []
  }

  func forward(_ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      embedding.forward(
        tokens: from.index + example * from.indexStep, table: frame.memory.parameters + table,
        output: to.value + example * to.valueStep)
    }
  }

  func backward(_ frame: Frame) {}

  var partCount: Int { parts.count }

  func addGradient(part: Int, _ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      embedding.tableGradient(
        tokens: from.index + example * from.indexStep,
        outputGradient: to.gradient + example * to.gradientStep, channels: parts[part],
        tableGradient: frame.memory.gradients + table)
    }
  }
}
