import ConvKitCore

extension NetworkRunner {
  /// One pass of a batch forward and back: leaves the gradient of the loss by every parameter in
  /// `gradients` and moves the running statistics. The parameters stay as they are.
  ///
  /// - Parameters:
  ///   - examples: a number for each input, by which its random values are drawn.
  ///   - batchSize: the size of a whole batch; the last of an epoch may be smaller. It decides how
  ///     gradients are summed, so it belongs to what makes a training repeatable.
  ///   - loss: given an input's place in the batch and its scores, writes the slope of the batch's
  ///     loss by each score and returns the input's part of the loss. Called by several threads.
  /// - Returns: the parts of the loss.
  package func findGradients(
    of inputs: [Input], examples: [Int], batchSize: Int, step: StepKey,
    loss: (
      _ place: Int, _ scores: UnsafeBufferPointer<Float>, _ slopes: UnsafeMutablePointer<Float>
    ) -> Double
  ) throws -> [Double] {
    precondition(
      !inputs.isEmpty && inputs.count == examples.count && inputs.count <= batchSize,
      "1 to \(batchSize) inputs, as many as numbers; received \(inputs.count), \(examples.count)")
    let execution = try trainingExecution(batchSize: batchSize)
    let plans = try plans(of: inputs, in: execution)
    try execution.batch.lay(plans)
    let shared = execution.memory(memory)
    execution.prepare(shared, version: version)
    lastExecution = execution

    var losses = Array(repeating: 0.0, count: inputs.count)
    withoutActuallyEscaping(loss) { loss in
      losses.withUnsafeMutableBufferPointer { losses in
        examples.withUnsafeBufferPointer { examples in
          guard let losses = losses.baseAddress, let examples = examples.baseAddress else { return }
          let pass = TrainingPass(
            runner: self, execution: execution, shared: shared, inputs: inputs,
            examples: examples, step: step, loss: loss, losses: losses)
          pass.run()
        }
      }
    }
    // Batch normalisation has moved its running statistics.
    if !compiled.statistics.isEmpty { markChanged() }
    return losses
  }
}

/// One pass of a batch forward and back.
private struct TrainingPass {
  let runner: NetworkRunner
  let execution: Execution
  let shared: SharedMemory
  let inputs: [Input]
  let examples: UnsafePointer<Int>
  let step: StepKey
  let loss: (Int, UnsafeBufferPointer<Float>, UnsafeMutablePointer<Float>) -> Double
  let losses: UnsafeMutablePointer<Double>

  private var schedule: Schedule { execution.schedule }

  func run() {
    clearGradientsByFeature()
    for moments in execution.moments { moments?.clearSums(shared) }
    for start in stride(from: 0, to: inputs.count, by: schedule.chunk) {
      run(start..<min(start + schedule.chunk, inputs.count))
    }
    sumLanes()
  }

  /// Takes a chunk of the batch forward and back.
  private func run(_ chunk: Range<Int>) {
    execution.batch.begin(chunk)
    for phase in schedule.phases {
      switch phase.first {
      case .moments(let index): finishMoments(index)
      case .products(let index): finishProducts(index)
      case .forwardTogether(let index): runForward(index, chunk)
      case .backwardTogether(let index): findInputGradient(index, chunk)
      case .learning: learnByFeature(chunk)
      default:
        forEachGroup(of: chunk) { lane, group, frame in
          for action in phase { perform(action, lane, chunk, group, frame) }
        }
      }
    }
  }

  /// Calls `body` for every micro-batch of every lane, the lanes in parallel.
  private func forEachGroup(
    of chunk: Range<Int>, _ body: (Int, BatchMemory.Group, Frame) -> Void
  ) {
    runner.workers.run(items: Schedule.laneCount(chunk.count)) { worker, lane in
      let examples = Schedule.lane(lane, of: chunk)
      execution.batch.forEachGroup(in: examples, limit: execution.batch.microBatch) { group in
        let frame = runner.frame(
          group, execution, shared, worker: worker, lane: lane, examples: self.examples, step: step)
        body(lane, group, frame)
      }
    }
  }

  private func perform(
    _ action: Schedule.Action, _ lane: Int, _ chunk: Range<Int>, _ group: BatchMemory.Group,
    _ frame: Frame
  ) {
    switch action {
    case .input: execution.bind(inputs, group, frame)
    case .forward(let index): execution.forward(index, group, frame)
    case .loss:
      // The first chunk has the most lanes.
      if group.examples.lowerBound == Schedule.lane(lane, of: chunk).lowerBound,
        chunk.lowerBound == 0
      {
        clearGradients(ofLane: lane)
      }
      findLoss(group, frame)
    case .backward(let index): execution.backward(index, group, frame)
    case .addMoments(let index):
      normalization(group.plan, index)?.addMoments(lane: lane, frame)
    case .addProducts(let index):
      normalization(group.plan, index)?.addProducts(lane: lane, frame)
    case .scores, .moments, .products, .forwardTogether, .backwardTogether, .learning: break
    }
  }

  private func findLoss(_ group: BatchMemory.Group, _ frame: Frame) {
    let output = schedule.graph.output
    execution.batch.clearSharedHalo(ofGradient: output, group.plan, frame)
    let place = frame.places[output]
    for (number, example) in group.examples.enumerated() {
      let scores = UnsafeBufferPointer(
        start: place.value + number * place.valueStep, count: runner.compiled.labelCount)
      losses[example] = loss(example, scores, place.gradient + number * place.gradientStep)
    }
  }

  // MARK: statistics of the batch

  private func normalization(_ plan: ExtentPlan, _ index: Int) -> BatchNormalizationNode? {
    plan.nodes[index] as? BatchNormalizationNode
  }

  private func countPositions(_ index: Int) -> Int {
    execution.batch.plans.reduce(0) { $0 + (normalization($1, index)?.positions ?? 0) }
  }

  private func finishMoments(_ index: Int) {
    guard let moments = execution.moments[index] else { return }
    moments.finishMoments(count: countPositions(index), shared)
    // What the gradient needs is summed in the same place.
    moments.clearSums(shared)
  }

  private func finishProducts(_ index: Int) {
    execution.moments[index]?.finishProducts(count: countPositions(index), shared)
  }

  // MARK: all examples of a chunk together

  private func runForward(_ index: Int, _ chunk: Range<Int>) {
    runTogether(index, chunk, \.forwardPartCount) { $0.forward(part: $1, $2) }
  }

  private func findInputGradient(_ index: Int, _ chunk: Range<Int>) {
    runTogether(index, chunk, \.inputPartCount) { $0.findInputGradient(part: $1, $2) }
  }

  private func runTogether(
    _ index: Int, _ chunk: Range<Int>, _ count: (any NodeRunningTogether) -> Int,
    _ body: (any NodeRunningTogether, Int, Frame) -> Void
  ) {
    guard let node = execution.batch.plans[0].nodes[index] as? any NodeRunningTogether else {
      return
    }
    runner.workers.run(items: count(node)) { worker, part in
      execution.batch.forEachGroup(in: chunk, limit: chunk.count) { group in
        body(
          node, part,
          runner.frame(group, execution, shared, worker: worker, examples: examples, step: step))
      }
    }
  }

  // MARK: sums over the batch

  private func clearGradients(ofLane lane: Int) {
    let gradients = runner.memory.lanes + lane * runner.memory.parameterCount
    for range in execution.parameterRanges(.byLane) + execution.parameterRanges(.fromChosen) {
      (gradients + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  private func clearGradientsByFeature() {
    for range in execution.parameterRanges(.byFeature) {
      (runner.memory.gradients + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  private func learnByFeature(_ chunk: Range<Int>) {
    let parts = schedule.nodesLearningByFeature.flatMap { index -> [(index: Int, part: Int)] in
      let node = execution.batch.plans[0].nodes[index] as? any NodeLearningByFeature
      return (0..<(node?.partCount ?? 0)).map { (index, $0) }
    }
    runner.workers.run(items: parts.count) { worker, item in
      let (index, part) = parts[item]
      // Values kept for the whole batch lie at equal distances, so groups may be of any size.
      execution.batch.forEachGroup(in: chunk, limit: chunk.count) { group in
        let frame = runner.frame(
          group, execution, shared, worker: worker, examples: examples, step: step)
        (group.plan.nodes[index] as? any NodeLearningByFeature)?.addGradient(part: part, frame)
      }
    }
  }

  private func sumLanes() {
    runner.gradientSquares = execution.gradientSum.add(
      lanes: Schedule.laneCount(min(schedule.chunk, inputs.count)), runner.memory, runner.workers,
      runner.kernels)
    restoreOrder()
  }

  /// Brings the gradients that were found feature by feature into the order of the parameters. The
  /// first lane, which has been summed, lends its memory.
  private func restoreOrder() {
    let memory = runner.memory
    for (node, way) in zip(schedule.graph.nodes, schedule.gradients) where way == .fromChosen {
      guard case .convolution(let shape, _) = node.operation else { continue }
      let offset = schedule.graph.parameters[node.parameters[0]].offset
      ChosenGradient.restore(
        shape, gradient: memory.gradients + offset, scratch: memory.lanes + offset)
    }
  }
}
