import ConvKitCore

/// The memory and plans of a network for one purpose, and the order in which workers run them.
final class Execution {
  let schedule: Schedule
  private let compiled: CompiledNetwork
  private let keepsEveryMap: Bool
  private let instructionSet: InstructionSet
  let workers: Workers

  private var plans: [[Int]: ExtentPlan] = [:]
  private let packing: [PackedPlace?]
  private let packJobs: [PackJob]
  let moments: [MomentsPlace?]
  private let sharedArena: Arena
  private let momentsOffset: Int
  /// Which version of the parameters the packed weights are of.
  private var packedVersion = -1

  let batch: BatchMemory

  init(
    _ compiled: CompiledNetwork, purpose: Purpose, keepsEveryMap: Bool,
    instructionSet: InstructionSet, workers: Workers
  ) throws {
    self.compiled = compiled
    self.keepsEveryMap = keepsEveryMap
    self.instructionSet = instructionSet
    self.workers = workers
    let graph = keepsEveryMap ? compiled.graph : compiled.graph.fusingActivations()
    schedule = Schedule(graph: graph, purpose: purpose, keepsEveryMap: keepsEveryMap)

    var layout = ArenaLayout()
    var jobs: [PackJob] = []
    packing = graph.nodes.map { node in
      guard let shape = node.operation.packedShape(input: graph.values[node.inputs[0]]) else {
        return nil
      }
      let source = graph.parameters[node.parameters[0]].offset
      func add(_ weights: PackedWeights) -> Int {
        let offset = layout.add(weights.count * weights.parts)
        for part in 0..<weights.parts {
          jobs.append(
            PackJob(
              weights: weights, source: source + part * weights.partStep,
              target: offset + part * weights.count))
        }
        return offset
      }
      return PackedPlace(
        forward: add(Convolution.packing(shape, instructionSet)),
        turned: purpose.isTraining ? add(Convolution.turnedPacking(shape, instructionSet)) : 0)
    }
    packJobs = jobs
    momentsOffset = layout.count
    var momentsLayout = ArenaLayout()
    moments = graph.nodes.map { node in
      guard case .batchNormalization(let epsilon, let momentum) = node.operation else { return nil }
      return MomentsPlace(
        node, epsilon: epsilon, momentum: momentum, graph: graph, layout: &momentsLayout)
    }
    sharedArena = try Arena(byteCount: layout.byteCount + momentsLayout.byteCount)
    batch = BatchMemory(valueCount: graph.values.count, workerCount: workers.count)
  }

  /// The plan for inputs of `extent`, compiled when it is first asked for.
  ///
  /// - Throws: `ShapeError` when the network does not fit them.
  func plan(for extent: [Int]) throws -> ExtentPlan {
    if let plan = plans[extent] { return plan }
    let whole = try compiled.graph(for: extent)
    let plan = ExtentPlan(
      schedule, graph: keepsEveryMap ? whole : whole.fusingActivations(), packing: packing,
      moments: moments, inputIsTokens: compiled.inputShape.isTokens,
      instructionSet: instructionSet)
    plans[extent] = plan
    return plan
  }

  /// The memory of this execution beside the parameters of its runner.
  func memory(_ values: RunnerMemory) -> SharedMemory {
    let base = sharedArena.base.assumingMemoryBound(to: Float.self)
    return SharedMemory(
      parameters: values.parameters, statistics: values.statistics, gradients: values.gradients,
      packed: base, moments: base + momentsOffset)
  }

  /// Brings what depends on the parameters up to date with them.
  ///
  /// - Parameter version: counts their changes.
  func prepare(_ memory: SharedMemory, version: Int) {
    guard version != packedVersion else { return }
    workers.run(items: packJobs.count) { _, item in
      let job = packJobs[item]
      job.weights.pack(from: memory.parameters + job.source, into: memory.packed + job.target)
    }
    for (index, node) in schedule.graph.nodes.enumerated() {
      if !(schedule.purpose.isTraining && node.needsBatchStatistics) {
        moments[index]?.useRunningStatistics(memory)
      }
    }
    packedVersion = version
  }
}

/// A part of the weights to be packed after every change.
private struct PackJob {
  let weights: PackedWeights
  let source: Int
  let target: Int
}

extension Graph.Operation {
  /// The shape of the weights that the micro-kernel reads packed.
  fileprivate func packedShape(input: Graph.Value) -> ConvolutionShape? {
    switch self {
    case .convolution(let shape, _): shape
    case .dense(let outputs):
      ConvolutionShape(tapCount: 1, inputChannels: input.channels, features: outputs, groups: 1)
    default: nil
    }
  }
}

extension InputShape {
  var isTokens: Bool {
    if case .tokens = content { return true }
    return false
  }
}
