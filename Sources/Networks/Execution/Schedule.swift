import ConvKitCore

/// What an execution is for; it decides which maps are kept and for how long.
package enum Purpose: Equatable, Sendable {
  case inference
  /// - Parameter batchSize: the largest batch; where weights are worth summing an example at a time.
  case training(batchSize: Int)

  package var isTraining: Bool { self != .inference }
}

/// The order of work in a graph: depth first, a micro-batch through a whole stretch of layers before
/// the next one begins.
///
/// A layer that needs the whole batch, or whose weights are worth reading once for many examples, ends
/// a stretch. The last stretch goes forward and back at once. Where nothing needs the whole batch it
/// goes through in chunks, so that what is kept for gradients summed by feature does not grow with it.
struct Schedule {
  /// What is done with a micro-batch, or, in a phase of its own, with the batch.
  enum Action: Equatable {
    /// The input is copied to where the network reads it.
    case input
    /// A node, by its place in the graph.
    case forward(Int)
    /// The loss is found, and the slopes by the scores.
    case loss
    /// The scores are taken out.
    case scores
    /// A node's gradients.
    case backward(Int)
    /// To the sums of a batch normalisation over the values of the batch.
    case addMoments(Int)
    /// What they say about the batch.
    case moments(Int)
    /// To its sums over the batch of what its gradient needs.
    case addProducts(Int)
    case products(Int)
    /// A node, for all examples of a chunk.
    case forwardTogether(Int)
    /// Its input's gradient, for all examples of a chunk.
    case backwardTogether(Int)
    /// The gradients that are summed by feature.
    case learning
  }

  /// How a node's parameters are learned.
  enum Gradient {
    case none
    /// Summed by each lane over its examples, then over the lanes.
    case byLane
    /// Summed over the batch, each worker a few of the features: cheaper where the weights outweigh
    /// the maps that must be kept for it, and for embeddings, of which a batch touches few rows.
    case byFeature
    /// By the layer itself, with the statistics of the batch.
    case byBatch
    /// Summed by each lane as `byLane`, weights as [feature, tap and input], from the few positions
    /// that a pooling chose.
    case fromChosen
  }

  let graph: Graph
  let purpose: Purpose

  /// What every micro-batch goes through before any goes on to the next phase.
  let phases: [[Action]]
  /// The most examples that go through the phases at a time.
  let chunk: Int
  /// By value: whether its gradient is wanted.
  let needsGradient: [Bool]
  /// By node.
  let gradients: [Gradient]
  /// By node: whether the examples of a chunk go through it together, because its weights are worth
  /// reading once for all of them.
  let isTogether: [Bool]
  /// By node and input: whether another reader has written the input's gradient already.
  let accumulates: [[Bool]]

  /// - Parameter keepsEveryMap: whether the gradient of the input, too, is wanted.
  init(graph: Graph, purpose: Purpose, keepsEveryMap: Bool) {
    self.graph = graph
    self.purpose = purpose
    let isTraining = purpose.isTraining

    // Which gradients are wanted.
    var needsGradient = graph.values.map { _ in false }
    needsGradient[0] = keepsEveryMap && isTraining
    for node in graph.nodes where isTraining {
      if node.inputs.contains(where: { needsGradient[$0] })
        || node.isTrainable && !node.parameters.isEmpty
      {
        needsGradient[node.output] = true
        needsGradient[node.gradientSource] = true
      }
    }
    // The loss writes its slopes there, even where nothing learns.
    needsGradient[graph.output] = isTraining
    self.needsGradient = needsGradient

    let needsBatch = isTraining && graph.nodes.contains(where: \.needsBatchStatistics)
    let together = needsBatch ? purpose.batchSize : min(purpose.batchSize, Self.smallestChunk)
    gradients = graph.nodes.map { node in
      guard isTraining, node.isTrainable, !node.parameters.isEmpty else { return .none }
      switch node.operation {
      case .embedding: return .byFeature
      case .batchNormalization: return .byBatch
      case .convolution(let shape, _) where shape.groups > 1: return .byLane
      case .convolution(let shape, _)
      where node.pooled.map { ChosenGradient.isWorthwhile(shape, pooling: $0.pooling) } ?? false:
        return .fromChosen
      default:
        let weights = node.parameters.reduce(0) { $0 + graph.parameters[$1].count }
        return weights * Self.lanes > graph.valuesKept(by: node) * together ? .byFeature : .byLane
      }
    }
    let kept = zip(graph.nodes, gradients).reduce(0) {
      $0 + ($1.1 == .byFeature ? graph.valuesKept(by: $1.0) : 0)
    }
    chunk =
      needsBatch || kept == 0
      ? purpose.batchSize
      : min(
        purpose.batchSize,
        max(Self.smallestChunk, Self.chunkBudget / (kept * MemoryLayout<Float>.stride)))
    isTogether = zip(graph.nodes, gradients).map { node, way in
      if case .dense = node.operation { return way == .byFeature }
      return false
    }
    phases = Self.phases(
      graph, isTraining: isTraining, isTogether: isTogether, needsGradient: needsGradient)

    // The first gradient to arrive is written, the others are added; they arrive last node first.
    var written = graph.values.map { _ in false }
    var accumulates = graph.nodes.map { $0.inputs.map { _ in false } }
    for (index, node) in graph.nodes.enumerated().reversed() {
      for (number, input) in node.inputs.enumerated() {
        accumulates[index][number] = written[input]
        written[input] = true
      }
    }
    self.accumulates = accumulates
  }

  private static func phases(
    _ graph: Graph, isTraining: Bool, isTogether: [Bool], needsGradient: [Bool]
  ) -> [[Action]] {
    guard isTraining else {
      return [[.input] + graph.nodes.indices.map(Action.forward) + [.scores]]
    }
    let borders = graph.nodes.indices.filter {
      graph.nodes[$0].needsBatchStatistics || isTogether[$0]
    }
    /// The nodes between two borders.
    let stretches = zip([-1] + borders, borders + [graph.nodes.count]).map { $0 + 1..<$1 }
    func back(_ stretch: Int) -> [Action] { stretches[stretch].reversed().map(Action.backward) }

    var phases = [[.input] + stretches[0].map(Action.forward)]
    for (border, stretch) in zip(borders, stretches.dropFirst()) {
      let next = stretch.map(Action.forward)
      if isTogether[border] {
        phases += [[.forwardTogether(border)], next]
      } else {
        phases[phases.count - 1].append(.addMoments(border))
        phases += [[.moments(border)], [.forward(border)] + next]
      }
    }
    phases[phases.count - 1] += [.loss] + back(borders.count)
    for (number, border) in borders.enumerated().reversed() {
      if isTogether[border] {
        phases[phases.count - 1].append(.backward(border))
        if needsGradient[graph.nodes[border].inputs[0]] {
          phases += [[.backwardTogether(border)], back(number)]
        } else {
          // Nodes of other branches may have come before it.
          phases[phases.count - 1] += back(number)
        }
      } else {
        phases[phases.count - 1].append(.addProducts(border))
        phases += [[.products(border)], [.backward(border)] + back(number)]
      }
    }
    return phases + [[.learning]]
  }

  /// In order.
  var nodesLearningByFeature: [Int] {
    gradients.indices.filter { gradients[$0] == .byFeature }
  }

  /// Gradients are summed by at most so many lanes, whatever the number of threads, so that the
  /// sums do not depend on it. Eight keep eight threads busy; more would only take memory.
  static let lanes = 8

  /// Four examples a lane: with fewer, waiting for the last worker would show.
  private static let smallestChunk = 32

  /// What a chunk keeps for gradients summed by feature, in bytes, if it is more than the smallest:
  /// it is written and read again from the third-level cache.
  private static let chunkBudget = 4 << 20

  /// The examples that each lane of a chunk sums, in order.
  static func lane(_ lane: Int, of examples: Range<Int>) -> Range<Int> {
    let lanes = laneCount(examples.count)
    func border(_ lane: Int) -> Int { examples.lowerBound + examples.count * lane / lanes }
    return border(lane)..<border(lane + 1)
  }

  /// At least one example a lane.
  static func laneCount(_ examples: Int) -> Int { min(lanes, examples) }
}

extension Purpose {
  fileprivate var batchSize: Int {
    switch self {
    case .inference: 1
    case .training(let batchSize): batchSize
    }
  }
}

extension Graph {
  /// The values of an example that are kept when a node learns by feature.
  fileprivate func valuesKept(by node: Node) -> Int {
    values[node.inputs[0]].count + values[node.gradientSource].count
  }
}

extension Graph.Node {
  /// Whether it needs statistics of the whole batch in training.
  var needsBatchStatistics: Bool {
    if case .batchNormalization = operation { return isTrainable }
    return false
  }
}
