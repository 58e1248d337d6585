/// When each map of a pass is needed, and whose memory it therefore lies in.
struct Lifetimes {
  /// Whose memory a map lies in.
  enum Scope {
    /// A worker's, for one micro-batch.
    case worker
    /// That of all workers, for all examples of a chunk.
    case batch
  }

  struct Lifetime {
    /// From the step that makes a map to the last that reads it; whole phases in the scope of the
    /// batch, because the workers go through a phase each at its own pace.
    var steps: ClosedRange<Int>
    var scope: Scope
  }

  /// By value; nil where nothing reads or writes.
  let values: [Lifetime?]
  let gradients: [Lifetime?]
  /// Of the indices of a maximum, or of the tokens.
  let indices: [Lifetime?]

  /// - Parameter keepsEveryMap: whether every map and gradient can be looked at afterwards.
  init(_ schedule: Schedule, keepsEveryMap: Bool) {
    let last = schedule.phases.reduce(0) { $0 + $1.count } - 1
    var phaseSteps: [ClosedRange<Int>] = []
    for phase in schedule.phases where !phase.isEmpty {
      let first = phaseSteps.last.map { $0.upperBound + 1 } ?? 0
      phaseSteps.append(first...first + phase.count - 1)
    }
    func lifetime(_ steps: ClosedRange<Int>?) -> Lifetime? {
      guard let steps else { return nil }
      if keepsEveryMap { return Lifetime(steps: 0...last, scope: .batch) }
      let phases = phaseSteps.filter { $0.overlaps(steps) }
      guard let from = phases.first, let to = phases.last, from != to else {
        return Lifetime(steps: steps, scope: .worker)
      }
      return Lifetime(steps: from.lowerBound...to.upperBound, scope: .batch)
    }
    let graph = schedule.graph
    var values = graph.values.map { _ in ClosedRange<Int>?.none }
    var gradients = values
    var indices = values
    for (step, action) in schedule.phases.joined().enumerated() {
      func touch(_ steps: inout ClosedRange<Int>?) {
        steps = min(step, steps?.lowerBound ?? step)...step
      }
      let touched = schedule.maps(touchedBy: action)
      for value in touched.values { touch(&values[value]) }
      for value in touched.gradients { touch(&gradients[value]) }
      for value in touched.indices { touch(&indices[value]) }
    }
    self.values = values.map(lifetime)
    self.gradients = gradients.map(lifetime)
    self.indices = indices.map(lifetime)
  }
}

/// The maps that an action reads or writes.
struct TouchedMaps {
  var values: [Graph.ValueID] = []
  var gradients: [Graph.ValueID] = []
  var indices: [Graph.ValueID] = []
}

extension Schedule {
  /// The maps that an action reads or writes.
  func maps(touchedBy action: Action) -> TouchedMaps {
    var maps = TouchedMaps()
    switch action {
    case .input:
      maps.values = [0]
      maps.indices = [0]
    case .forward(let index):
      let node = graph.nodes[index]
      maps.values = node.inputs + [node.output]
      if let pooled = node.pooled { maps.values.append(pooled.map) }
      if node.pooled == nil || node.rows != nil || purpose.isTraining {
        maps.indices = node.indices
      }
    case .loss:
      maps.values = [graph.output]
      maps.gradients = [graph.output]
    case .scores:
      maps.values = [graph.output]
    case .backward(let index):
      let node = graph.nodes[index]
      guard needsGradient[node.output] else { break }
      maps.values = node.valuesReadAgain
      let inputs = isTogether[index] ? [] : node.inputs
      maps.gradients = inputs.filter { needsGradient[$0] } + [node.output]
      if let pooled = node.pooled, gradients[index] != .fromChosen {
        maps.gradients.append(pooled.map)
      }
      maps.indices = node.indices
    case .moments, .products: break
    case .addMoments(let index):
      maps.values = graph.nodes[index].inputs
    case .addProducts(let index):
      maps.values = graph.nodes[index].inputs
      maps.gradients = [graph.nodes[index].output]
    case .forwardTogether(let index):
      maps.values = graph.nodes[index].inputs + [graph.nodes[index].output]
    case .backwardTogether(let index):
      maps.gradients = graph.nodes[index].inputs + [graph.nodes[index].output]
    case .learning:
      for index in nodesLearningByFeature {
        let node = graph.nodes[index]
        maps.values += node.inputs
        maps.gradients.append(node.gradientSource)
        maps.indices += node.indices
      }
    }
    return maps
  }
}

extension Graph.Node {
  /// The values, beside the indices of a maximum, that its gradient reads.
  fileprivate var valuesReadAgain: [Graph.ValueID] {
    let stored = rectified && pooled == nil ? [output] : []
    switch operation {
    case .convolution, .dense: return inputs + stored
    case .activation(slope: 0): return [output]
    case .activation, .batchNormalization, .embedding: return inputs
    case .pooling, .dropout, .flatten, .concatenation, .sum: return []
    }
  }

  /// The values whose indices it writes or reads: of its maxima, or of the tokens it looks up.
  fileprivate var indices: [Graph.ValueID] {
    switch operation {
    case .pooling(.maximum, _): [output]
    case .convolution where rows != nil: inputs
    case .convolution where pooled != nil: [output]
    case .embedding: inputs
    default: []
    }
  }

  /// Whether its gradient needs to know which tap held a maximum.
  var keepsIndices: Bool {
    if case .pooling(.maximum, _) = operation { return true }
    return false
  }
}
