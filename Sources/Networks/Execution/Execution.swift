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
  /// Of a training.
  let gradientSum: GradientSum

  /// - Parameter microBatch: the examples that a worker has at a time; nil for what fits a cache.
  init(
    _ compiled: CompiledNetwork, purpose: Purpose, keepsEveryMap: Bool, microBatch: Int?,
    instructionSet: InstructionSet, workers: Workers
  ) throws {
    self.compiled = compiled
    self.keepsEveryMap = keepsEveryMap
    self.instructionSet = instructionSet
    self.workers = workers
    let graph = keepsEveryMap ? compiled.graph : compiled.graph.fusing()
    schedule = Schedule(graph: graph, purpose: purpose, keepsEveryMap: keepsEveryMap)
    gradientSum = GradientSum(schedule)

    var layout = ArenaLayout()
    var jobs: [PackJob] = []
    packing = zip(graph.nodes, schedule.gradients).map { node, gradient in
      guard let shape = node.operation.packedShape(input: graph.values[node.inputs[0]]) else {
        return nil
      }
      let source = graph.parameters[node.parameters[0]].offset
      func add(_ weights: PackedWeights, groupStep: Int) -> Int {
        let offset = layout.add(weights.count * shape.groups)
        for group in 0..<shape.groups {
          jobs.append(
            PackJob(
              order: .panels(weights), source: source + group * groupStep,
              target: offset + group * weights.count))
        }
        return offset
      }
      let forward = add(
        Convolution.packing(shape, instructionSet), groupStep: shape.featuresPerGroup)
      guard purpose.isTraining else { return PackedPlace(forward: forward, turned: 0) }
      guard gradient != .fromChosen else {
        let target = layout.add(shape.weightCount)
        jobs.append(PackJob(order: .byFeature(shape), source: source, target: target))
        return PackedPlace(forward: forward, turned: target)
      }
      return PackedPlace(
        forward: forward,
        turned: add(
          Convolution.turnedPacking(shape, instructionSet), groupStep: shape.featuresPerGroup))
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
    batch = BatchMemory(
      lifetimes: Lifetimes(schedule, keepsEveryMap: keepsEveryMap), workerCount: workers.count,
      chunk: keepsEveryMap ? .max : schedule.chunk, microBatch: microBatch)
  }

  /// The plan for inputs of `extent`, compiled when it is first asked for.
  ///
  /// - Throws: `ShapeError` when the network does not fit them.
  func plan(for extent: [Int]) throws -> ExtentPlan {
    if let plan = plans[extent] { return plan }
    let whole = try compiled.graph(for: extent)
    let plan = ExtentPlan(
      schedule, graph: keepsEveryMap ? whole : whole.fusing(), packing: packing,
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
      let (source, target) = (memory.parameters + job.source, memory.packed + job.target)
      switch job.order {
      case .panels(let weights): weights.pack(from: source, into: target)
      case .byFeature(let shape): ChosenGradient.transpose(shape, weights: source, to: target)
      }
    }
    for (index, node) in schedule.graph.nodes.enumerated() {
      if !(schedule.purpose.isTraining && node.needsBatchStatistics) {
        moments[index]?.useRunningStatistics(memory)
      }
    }
    packedVersion = version
  }
}

extension Execution {
  /// Runs a node for a group.
  func forward(_ index: Int, _ group: BatchMemory.Group, _ frame: Frame) {
    batch.clearSharedHalo(ofValue: schedule.graph.nodes[index].output, group.plan, frame)
    group.plan.nodes[index].forward(frame)
  }

  /// Runs a node's gradients for a group.
  func backward(_ index: Int, _ group: BatchMemory.Group, _ frame: Frame) {
    if let pooled = schedule.graph.nodes[index].pooled {
      batch.clearSharedHalo(ofGradient: pooled.map, group.plan, frame)
    }
    for (number, input) in schedule.graph.nodes[index].inputs.enumerated()
    where schedule.needsGradient[input] && !schedule.accumulates[index][number] {
      batch.clearSharedHalo(ofGradient: input, group.plan, frame)
    }
    group.plan.nodes[index].backward(frame)
  }

  /// Copies the inputs of a group to where the network reads them.
  func bind(_ inputs: [Input], _ group: BatchMemory.Group, _ frame: Frame) {
    batch.clearSharedHalo(ofValue: 0, group.plan, frame)
    for (number, example) in group.examples.enumerated() {
      group.plan.bind(inputs[example], to: frame.places[0], example: number)
    }
  }
}

/// A group of weights to be packed after every change.
private struct PackJob {
  enum Order {
    /// As the micro-kernel reads them.
    case panels(PackedWeights)
    /// [feature, tap and input].
    case byFeature(ConvolutionShape)
  }

  let order: Order
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
