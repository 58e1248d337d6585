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
/// A layer that needs the whole batch ends a stretch. Only what crosses from one stretch to the
/// next, or is read again when the gradients come back, is kept for the whole batch; everything else
/// lives in the memory of the worker that has it in its cache. The last stretch goes forward and
/// back at once.
struct Schedule {
  /// Whose memory a map lies in.
  enum Scope {
    case worker, batch
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
  }

  let graph: Graph
  let purpose: Purpose

  /// Ranges of nodes. From the second on, the first node of each needs statistics of the batch.
  let stretches: [Range<Int>]
  let valueScopes: [Scope]
  let gradientScopes: [Scope]
  /// Of the indices of a maximum, or of the tokens.
  let indexScopes: [Scope]
  /// By value: whether its gradient is wanted.
  let needsGradient: [Bool]
  /// By node.
  let gradients: [Gradient]
  /// By node and input: whether another reader has written the input's gradient already.
  let accumulates: [[Bool]]

  /// - Parameter keepsEveryMap: whether every map and gradient, of the input too, can be looked at
  ///   afterwards.
  init(graph: Graph, purpose: Purpose, keepsEveryMap: Bool) {
    self.graph = graph
    self.purpose = purpose
    let isTraining = purpose.isTraining

    // Stretches.
    var cuts = [0]
    for (index, node) in graph.nodes.enumerated()
    where isTraining && node.needsBatchStatistics && index > 0 { cuts.append(index) }
    // A network that begins with such a layer has an empty first stretch.
    if isTraining, graph.nodes.first?.needsBatchStatistics == true { cuts.insert(0, at: 0) }
    stretches = zip(cuts, cuts.dropFirst() + [graph.nodes.count]).map { $0..<$1 }
    let last = stretches.count - 1
    var stretchOfNode: [Int] = []
    for (number, stretch) in stretches.enumerated() { stretchOfNode += stretch.map { _ in number } }
    /// Gradients leave a node with statistics of the batch only when the batch has come back to it,
    /// at the start of the stretch before.
    func gradientStretch(_ node: Int) -> Int {
      stretchOfNode[node] - (isTraining && graph.nodes[node].needsBatchStatistics ? 1 : 0)
    }

    // Which gradients are wanted.
    var needsGradient = graph.values.map { _ in false }
    needsGradient[0] = keepsEveryMap && isTraining
    for node in graph.nodes where isTraining {
      if node.inputs.contains(where: { needsGradient[$0] })
        || node.isTrainable && !node.parameters.isEmpty
      {
        needsGradient[node.output] = true
      }
    }
    // The loss writes its slopes there, even where nothing learns.
    needsGradient[graph.output] = isTraining
    self.needsGradient = needsGradient

    gradients = graph.nodes.map { node in
      guard isTraining, node.isTrainable, !node.parameters.isEmpty else { return .none }
      switch node.operation {
      case .embedding: return .byFeature
      case .batchNormalization: return .byBatch
      case .convolution(let shape, _) where shape.groups > 1: return .byLane
      default:
        let weights = node.parameters.reduce(0) { $0 + graph.parameters[$1].count }
        let maps = graph.values[node.inputs[0]].count + graph.values[node.output].count
        return weights * Self.lanes > maps * purpose.batchSize ? .byFeature : .byLane
      }
    }

    // Scopes.
    var valueScopes = graph.values.map { _ in keepsEveryMap ? Scope.batch : .worker }
    var gradientScopes = valueScopes
    var madeIn = graph.values.map { _ in 0 }
    var gradientReadIn = madeIn
    for (index, node) in graph.nodes.enumerated() {
      madeIn[node.output] = stretchOfNode[index]
      gradientReadIn[node.output] = gradientStretch(index)
    }
    gradientReadIn[0] = 0
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs {
        if madeIn[input] != stretchOfNode[index] { valueScopes[input] = .batch }
        if gradientReadIn[input] != gradientStretch(index) { gradientScopes[input] = .batch }
      }
      if gradients[index] == .byFeature {
        valueScopes[node.inputs[0]] = .batch
        gradientScopes[node.output] = .batch
      }
      for value in node.valuesReadAgain where isTraining && stretchOfNode[index] != last {
        valueScopes[value] = .batch
      }
    }
    if gradientReadIn[graph.output] != last { gradientScopes[graph.output] = .batch }
    var indexScopes = valueScopes
    for (index, node) in graph.nodes.enumerated() where node.keepsIndices {
      indexScopes[node.output] =
        keepsEveryMap || isTraining && stretchOfNode[index] != last ? .batch : .worker
    }
    self.indexScopes = indexScopes
    self.valueScopes = valueScopes
    self.gradientScopes = gradientScopes

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

  /// Gradients are summed by at most so many lanes, whatever the number of threads, so that the
  /// sums do not depend on it. Eight keep eight threads busy; more would only take memory.
  static let lanes = 8

  /// The lanes of a batch, and the examples that each sums, in order: at least one.
  static func lanes(ofBatch count: Int) -> [Range<Int>] {
    let lanes = min(Self.lanes, count)
    return (0..<lanes).map { count * $0 / lanes..<count * ($0 + 1) / lanes }
  }
}

extension Purpose {
  fileprivate var batchSize: Int {
    switch self {
    case .inference: 1
    case .training(let batchSize): batchSize
    }
  }
}

extension Graph.Node {
  /// Whether it needs statistics of the whole batch in training.
  var needsBatchStatistics: Bool {
    if case .batchNormalization = operation { return isTrainable }
    return false
  }

  /// The values, beside the indices of a maximum, that its gradient reads.
  fileprivate var valuesReadAgain: [Graph.ValueID] {
    let stored = rectified ? [output] : []
    switch operation {
    case .convolution, .dense: return inputs + stored
    case .activation(slope: 0): return [output]
    case .activation, .batchNormalization, .embedding: return inputs
    case .pooling, .dropout, .flatten, .concatenation, .sum: return []
    }
  }

  /// Whether its gradient needs to know which tap held a maximum.
  var keepsIndices: Bool {
    if case .pooling(.maximum, _) = operation { return true }
    return false
  }
}
