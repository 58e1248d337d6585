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
  let tokenRows: TokenRowMemory
  private let sharedArena: Arena
  private let momentsOffset: Int
  let packedBytes: Int
  let momentsBytes: Int
  /// Which version of the parameters the packed weights are of.
  private var packedVersion = -1

  let batch: BatchMemory
  /// The places of the parameters whose gradients lanes sum, and of those summed by feature.
  let rangesByLane: [Range<Int>]
  let rangesByFeature: [Range<Int>]
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
    let graph = compiled.graph.prepared(for: purpose, keepsEveryMap: keepsEveryMap)
    let schedule = Schedule(graph: graph, purpose: purpose, keepsEveryMap: keepsEveryMap)
    self.schedule = schedule
    gradientSum = GradientSum(schedule)
    rangesByLane = schedule.parameterRanges(.byLane) + schedule.parameterRanges(.fromChosen)
    rangesByFeature = schedule.parameterRanges(.byFeature)

    var layout = ArenaLayout()
    var jobs: [PackJob] = []
    packing = zip(graph.nodes, schedule.gradients).map { node, gradient in
      guard let shape = node.operation.packedShape(input: graph.values[node.inputs[0]]) else {
        return nil
      }
      let source = graph.parameters[node.parameters[0]].offset
      let normalization = node.normalization.map {
        FoldedNormalization($0, of: node, graph: graph, target: layout.add(shape.features))
      }
      func add(_ weights: PackedWeights) -> Int {
        let offset = layout.add(weights.count * weights.parts)
        let features = shape.features / weights.parts
        for part in 0..<weights.parts {
          jobs.append(
            PackJob(
              order: .panels(weights), source: source + part * weights.partStep,
              target: offset + part * weights.count, normalization: normalization,
              features: part * features..<(part + 1) * features))
        }
        return offset
      }
      let forward = add(Convolution.packing(shape, instructionSet))
      // Only the input's gradient reads the others.
      guard schedule.needsGradient[node.inputs[0]] else {
        return PackedPlace(forward: forward, turned: 0, bias: normalization?.target)
      }
      guard gradient != .fromChosen else {
        let target = layout.add(shape.weightCount)
        jobs.append(
          PackJob(
            order: .byFeature(shape), source: source, target: target, normalization: nil,
            features: 0..<0))
        return PackedPlace(forward: forward, turned: target)
      }
      return PackedPlace(
        forward: forward, turned: add(Convolution.turnedPacking(shape, instructionSet)))
    }
    packJobs = jobs
    tokenRows = try TokenRowMemory(graph, packing: packing, instructionSet: instructionSet)
    momentsOffset = layout.count
    var momentsLayout = ArenaLayout()
    moments = graph.nodes.map { node in
      guard case .batchNormalization(let epsilon, let momentum) = node.operation else { return nil }
      return MomentsPlace(
        node, epsilon: epsilon, momentum: momentum, graph: graph, layout: &momentsLayout)
    }
    packedBytes = layout.byteCount
    momentsBytes = momentsLayout.byteCount
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
    let graph = try compiled.graph(for: extent)
      .prepared(for: schedule.purpose, keepsEveryMap: keepsEveryMap)
    let plan = ExtentPlan(
      schedule, graph: graph, packing: packing, moments: moments,
      inputIsTokens: compiled.inputShape.isTokens, workers: workers.count,
      instructionSet: instructionSet)
    plans[extent] = plan
    return plan
  }

  /// The memory of this execution beside the parameters of its runner.
  func memory(_ values: RunnerMemory) -> SharedMemory {
    let base = sharedArena.base.assumingMemoryBound(to: Float.self)
    return SharedMemory(
      parameters: values.parameters, statistics: values.statistics, gradients: values.gradients,
      packed: base, rows: tokenRows.base, moments: base + momentsOffset)
  }

  /// Brings what depends on the parameters up to date with them.
  ///
  /// - Parameter version: counts their changes.
  func prepare(_ memory: SharedMemory, version: Int) {
    guard version != packedVersion else { return }
    workers.run(items: packJobs.count, Packing(jobs: packJobs, memory: memory))
    for (index, node) in schedule.graph.nodes.enumerated() {
      if !(schedule.purpose.isTraining && node.needsBatchStatistics) {
        moments[index]?.useRunningStatistics(memory)
      }
    }
    packedVersion = version
  }
}

extension Schedule {
  /// The places of the parameters that are learned in one of the ways, in order.
  fileprivate func parameterRanges(_ way: Gradient) -> [Range<Int>] {
    zip(graph.nodes, gradients).filter { $1 == way }.flatMap { node, _ in
      node.parameters.map { graph.parameters[$0].offset..<graph.parameters[$0].end }
    }
  }
}

private struct Packing: WorkerJob {
  let jobs: [PackJob]
  let memory: SharedMemory

  func run(worker: Int, item: Int) { jobs[item].run(memory) }
}

extension Execution {
  /// Runs a node for a group.
  func forward(_ index: Int, _ group: BatchMemory.Group, _ frame: Frame) {
    clearSharedHalo(index, group, frame)
    group.plan.nodes[index].forward(frame)
  }

  /// Prepares the map that a node is about to make.
  func clearSharedHalo(_ index: Int, _ group: BatchMemory.Group, _ frame: Frame) {
    batch.clearSharedHalo(ofValue: schedule.graph.nodes[index].output, group.plan, frame)
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

/// Weights to be packed after every change.
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
  /// Of these features, made part of the weights.
  let normalization: FoldedNormalization?
  let features: Range<Int>

  func run(_ memory: SharedMemory) {
    let (from, to) = (memory.parameters + source, memory.packed + target)
    switch order {
    case .panels(let weights):
      weights.pack(from: from, into: to)
      guard let normalization else { return }
      weights.scale(to) { normalization.scale(features.lowerBound + $0, memory) }
      normalization.writeBias(features, memory)
    case .byFeature(let shape):
      ChosenGradient.transpose(shape, weights: from, to: to)
    }
  }
}

extension Graph {
  /// The graph as it runs: with fewer nodes, unless every map is to be looked at.
  fileprivate func prepared(for purpose: Purpose, keepsEveryMap: Bool) -> Graph {
    if keepsEveryMap { return self }
    return purpose.isTraining ? fusing() : foldingNormalizations().fusing().summingRows()
  }
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
