import ConvKitCore

/// What a training keeps in memory, in bytes, beside its examples: every buffer of the arena, and
/// what depends on the number of parameters alone.
public struct TrainingMemory: Codable, Equatable, Sendable {
  /// What a buffer holds of the output of a layer.
  public enum Content: String, Codable, Sendable {
    case values
    case gradients
    /// Of maxima, or the tokens of the input.
    case indices
    /// A block of the map that a fused pooling reads.
    case scratch
  }

  /// The maps of one value. Buffers that are not needed at the same time may lie in one place.
  public struct Buffer: Codable, Equatable, Sendable {
    /// The layer that makes the value, or "input".
    public let layer: String
    public let content: Content
    /// Where it starts in a worker's memory, or in that of the chunk.
    public let offset: Int
    public let bytes: Int
  }

  /// What is kept once, whatever the batch.
  public struct Part: Codable, Equatable, Sendable {
    public let name: String
    public let bytes: Int
  }

  public let batchSize: Int
  public let workers: Int
  /// Examples that a worker takes forward and back at a time.
  public let microBatch: Int
  /// Examples whose maps are kept until the gradients are summed.
  public let chunk: Int
  /// The layers that run one after the other before the next examples begin.
  public let stretches: [[String]]
  /// For a micro-batch; every worker has them.
  public let workerBuffers: [Buffer]
  public let workerBytes: Int
  /// For a chunk.
  public let chunkBuffers: [Buffer]
  public let chunkBytes: Int
  public private(set) var parts: [Part]
  /// Bytes of the whole.
  public private(set) var total: Int

  /// - Returns: the same with one part more.
  package func adding(_ name: String, bytes: Int) -> TrainingMemory {
    var memory = self
    memory.parts.append(Part(name: name, bytes: bytes))
    memory.total += bytes
    return memory
  }
}

extension NetworkRunner {
  /// What training needs at batches of `batchSize` examples of the largest extent, but for what an
  /// optimiser remembers.
  package func trainingMemory(batchSize: Int) throws -> TrainingMemory {
    let execution = try trainingExecution(batchSize: batchSize)
    let schedule = execution.schedule
    let layout = execution.batch.layout(
      for: try execution.plan(for: compiled.inputShape.extent), examples: batchSize)
    let graph = schedule.graph
    var makers = graph.values.map { _ in "input" }
    for node in graph.nodes {
      makers[node.output] = node.layer
      if let pooled = node.pooled { makers[pooled.map] = node.layer }
    }
    let blocks = Set(graph.nodes.compactMap(\.pooled?.map))
    func buffers(_ scope: Lifetimes.Scope, examples: Int) -> [TrainingMemory.Buffer] {
      graph.values.indices.flatMap { index in
        [
          (
            blocks.contains(index) ? TrainingMemory.Content.scratch : .values,
            layout.values[index]
          ),
          (.gradients, layout.gradients[index]), (.indices, layout.indices[index]),
        ].filter { $1.exists && $1.scope == scope && $1.step > 0 }.map { content, part in
          TrainingMemory.Buffer(
            layer: makers[index], content: content, offset: part.offset * floatBytes,
            bytes: part.step * examples * floatBytes)
        }
      }
    }
    let parameters = memory.parameterCount * floatBytes
    let byLane = execution.rangesByLane.reduce(0) { $0 + $1.count }
    let parts = [
      TrainingMemory.Part(name: "parameters", bytes: parameters),
      TrainingMemory.Part(name: "statistics", bytes: memory.statisticCount * floatBytes),
      TrainingMemory.Part(name: "gradients", bytes: parameters),
      TrainingMemory.Part(
        name: "gradients of lanes",
        bytes: byLane * Schedule.laneCount(min(schedule.chunk, batchSize)) * floatBytes),
      TrainingMemory.Part(name: "packed weights", bytes: execution.packedBytes),
      TrainingMemory.Part(name: "moments of batches", bytes: execution.momentsBytes),
    ]
    return TrainingMemory(
      batchSize: batchSize, workers: workers.count, microBatch: layout.microBatch,
      chunk: layout.slots,
      stretches: schedule.phases.compactMap { phase in
        var layers: [String] = []
        for action in phase {
          guard let index = action.nodeForward, layers.last != graph.nodes[index].layer else {
            continue
          }
          layers.append(graph.nodes[index].layer)
        }
        return layers.isEmpty ? nil : layers
      },
      workerBuffers: buffers(.worker, examples: layout.microBatch),
      workerBytes: layout.workerCount * floatBytes,
      chunkBuffers: buffers(.batch, examples: layout.slots),
      chunkBytes: layout.batchCount * floatBytes,
      parts: parts,
      total: (workers.count * layout.workerCount + layout.batchCount) * floatBytes
        + parts.reduce(0) { $0 + $1.bytes })
  }
}

extension Schedule.Action {
  /// The node that it runs forward, or nil.
  fileprivate var nodeForward: Int? {
    switch self {
    case .forward(let index), .forwardTogether(let index): index
    default: nil
    }
  }
}

private let floatBytes = MemoryLayout<Float>.stride
