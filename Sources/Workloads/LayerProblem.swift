import ConvKitCore
import ConvKitNetworks

/// A convolution or a dense layer as a network runs it: everything but the values.
package struct LayerProblem: Sendable {
  package enum Operation: Sendable {
    case convolution(ConvolutionShape, Geometry)
    case dense(inputs: Int, outputs: Int)
  }

  /// The network or list that it comes from.
  package let origin: String
  /// Its name there, such as "conv2".
  package let layer: String
  package let operation: Operation
  /// Whether ReLU is applied to the outputs as they are stored.
  package let rectify: Bool
  package let hasBias: Bool
  /// Whether its input's gradient is wanted; a first layer's is not.
  package let needsInputGradient: Bool
  /// Examples of a batch.
  package let batch: Int

  /// The maps with the halos that all their readers need.
  package let input: MapLayout
  package let output: MapLayout
  package let inputGradient: MapLayout
  package let outputGradient: MapLayout

  /// Multiply-adds of one pass over one example; they are as many in each.
  package var multiplyAdds: Int {
    switch operation {
    case .convolution(let shape, let geometry):
      geometry.outputExtent.reduce(shape.weightCount, *)
    case .dense(let inputs, let outputs): inputs * outputs
    }
  }

  package var weightCount: Int {
    switch operation {
    case .convolution(let shape, _): shape.weightCount
    case .dense(let inputs, let outputs): inputs * outputs
    }
  }

  /// One short line that names the shape.
  package var shapeDescription: String {
    switch operation {
    case .convolution(let shape, let geometry):
      func list(_ values: [Int]) -> String { values.map(String.init).joined(separator: "x") }
      func knob(_ name: String, _ values: [Int], _ usual: Int) -> String {
        if values.allSatisfy({ $0 == usual }) { return "" }
        return " \(name) " + (Set(values).count == 1 ? "\(values[0])" : list(values))
      }
      let axes = geometry.axes
      return "\(list(geometry.inputExtent + [shape.inputChannels])) to \(shape.features)"
        + knob("size", axes.map(\.size), 0) + knob("stride", axes.map(\.stride), 1)
        + knob("dilation", axes.map(\.dilation), 1)
        + (shape.groups > 1 ? " groups \(shape.groups)" : "")
    case .dense(let inputs, let outputs): return "\(inputs) to \(outputs)"
    }
  }
}

extension LayerProblem {
  /// The convolutions and dense layers of a network, in its order.
  package static func layers(of workload: Workload) throws -> [LayerProblem] {
    let graph = try CompiledNetwork(
      workload.network, input: workload.input, labels: workload.labels
    ).graph.fusing()
    var needsGradient = graph.values.map { _ in false }
    for node in graph.nodes {
      needsGradient[node.output] =
        !node.parameters.isEmpty || node.inputs.contains { needsGradient[$0] }
    }
    var halos = graph.values.map { Halo(rank: $0.extent.count) }
    var gradientHalos = halos
    for node in graph.nodes {
      guard case .convolution(_, let geometry) = node.operation else { continue }
      halos[node.inputs[0]].widen(to: ConvolutionPlan.inputHalo(geometry))
      if needsGradient[node.inputs[0]] {
        gradientHalos[node.pooled?.map ?? node.output].widen(
          to: ConvolutionPlan.outputGradientHalo(geometry))
      }
    }
    func layout(_ value: Graph.ValueID, _ halos: [Halo]) -> MapLayout {
      MapLayout(
        extent: graph.values[value].extent, channels: graph.values[value].channels,
        low: halos[value].low, high: halos[value].high)
    }
    return graph.nodes.compactMap { node -> LayerProblem? in
      // A convolution that is pooled at once is a problem without the pooling.
      let output = node.pooled?.map ?? node.output
      let operation: Operation
      switch node.operation {
      case .convolution(let shape, let geometry): operation = .convolution(shape, geometry)
      case .dense(let outputs):
        operation = .dense(inputs: graph.values[node.inputs[0]].channels, outputs: outputs)
      default: return nil
      }
      return LayerProblem(
        origin: workload.name, layer: node.layer, operation: operation, rectify: node.rectified,
        hasBias: node.parameters.count > 1, needsInputGradient: needsGradient[node.inputs[0]],
        batch: workload.batch, input: layout(node.inputs[0], halos),
        output: layout(output, halos), inputGradient: layout(node.inputs[0], gradientHalos),
        outputGradient: layout(output, gradientHalos))
    }
  }
}
