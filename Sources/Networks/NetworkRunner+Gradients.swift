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
    var losses = Array(repeating: 0.0, count: inputs.count)
    try withoutActuallyEscaping(loss) { loss in
      try losses.withUnsafeMutableBufferPointer { losses in
        guard let losses = losses.baseAddress else { return }
        try findGradients(
          of: inputs, examples: examples, batchSize: batchSize, step: step,
          loss: BatchLossByFunction(loss, losses: losses))
      }
    }
    return losses
  }

  /// The same with a loss that keeps its parts itself. Once there has been a batch of the size and
  /// of the extents, it takes nothing from the heap.
  package func findGradients(
    of inputs: [Input], examples: [Int], batchSize: Int, step: StepKey, loss: any BatchLoss
  ) throws {
    precondition(
      !inputs.isEmpty && inputs.count == examples.count && inputs.count <= batchSize,
      "1 to \(batchSize) inputs, as many as numbers; received \(inputs.count), \(examples.count)")
    let execution = try trainingExecution(batchSize: batchSize)
    try lay(inputs, execution)
    let shared = execution.memory(memory)
    execution.prepare(shared, version: version)
    lastExecution = execution
    examples.withUnsafeBufferPointer { examples in
      guard let examples = examples.baseAddress else { return }
      TrainingPass(
        runner: self, execution: execution, shared: shared, inputs: inputs, examples: examples,
        step: step, loss: loss
      ).run()
    }
    // Batch normalisation has moved its running statistics.
    if !compiled.statistics.isEmpty { markChanged() }
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
  let loss: any BatchLoss

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
    for (number, phase) in schedule.phases.enumerated() {
      switch phase.first {
      case .moments(let index): finishMoments(index)
      case .products(let index): finishProducts(index)
      case .forwardTogether(let index): runForward(index, chunk)
      case .backwardTogether(let index): findInputGradient(index, chunk)
      case .learning: learnByFeature(chunk)
      default:
        runner.workers.run(
          items: Schedule.laneCount(chunk.count), Lanes(pass: self, chunk: chunk, phase: number))
      }
    }
  }

  /// A phase of a chunk, lane by lane.
  private struct Lanes: WorkerJob {
    let pass: TrainingPass
    let chunk: Range<Int>
    let phase: Int

    func run(worker: Int, item lane: Int) {
      let batch = pass.execution.batch
      batch.forEachGroup(in: Schedule.lane(lane, of: chunk), limit: batch.microBatch) { group in
        let frame = pass.frame(group, worker: worker, lane: lane)
        for action in pass.schedule.phases[phase] {
          pass.perform(action, lane, chunk, group, frame)
        }
      }
    }
  }

  private func frame(_ group: BatchMemory.Group, worker: Int, lane: Int = 0) -> Frame {
    runner.frame(
      group, execution, shared, worker: worker, lane: lane, examples: examples, step: step)
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
      group.plan.normalizations[index]?.addMoments(lane: lane, frame)
    case .addProducts(let index):
      group.plan.normalizations[index]?.addProducts(lane: lane, frame)
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
      loss.find(
        place: example, scores: scores, slopes: place.gradient + number * place.gradientStep)
    }
  }

  // MARK: statistics of the batch

  private func countPositions(_ index: Int) -> Int {
    execution.batch.plans.reduce(0) { $0 + ($1.normalizations[index]?.positions ?? 0) }
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
    guard let node = execution.batch.plans[0].together[index] else { return }
    runner.workers.run(
      items: node.forwardPartCount,
      Together(pass: self, chunk: chunk, node: node, isForward: true))
  }

  private func findInputGradient(_ index: Int, _ chunk: Range<Int>) {
    guard let node = execution.batch.plans[0].together[index] else { return }
    runner.workers.run(
      items: node.inputPartCount,
      Together(pass: self, chunk: chunk, node: node, isForward: false))
  }

  /// A node for all examples of a chunk, part by part.
  private struct Together: WorkerJob {
    let pass: TrainingPass
    let chunk: Range<Int>
    let node: any NodeRunningTogether
    let isForward: Bool

    func run(worker: Int, item part: Int) {
      pass.execution.batch.forEachGroup(in: chunk, limit: chunk.count) { group in
        let frame = pass.frame(group, worker: worker)
        if isForward {
          node.forward(part: part, frame)
        } else {
          node.findInputGradient(part: part, frame)
        }
      }
    }
  }

  // MARK: sums over the batch

  private func clearGradients(ofLane lane: Int) {
    let gradients = runner.memory.lanes + lane * runner.memory.parameterCount
    for range in execution.rangesByLane {
      (gradients + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  private func clearGradientsByFeature() {
    for range in execution.rangesByFeature {
      (runner.memory.gradients + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  private func learnByFeature(_ chunk: Range<Int>) {
    let parts = execution.batch.plans[0].learningParts
    runner.workers.run(
      items: parts.count, Learning(pass: self, chunk: chunk, parts: parts))
  }

  /// The gradients that are summed by feature, part by part.
  private struct Learning: WorkerJob {
    let pass: TrainingPass
    let chunk: Range<Int>
    let parts: [ExtentPlan.LearningPart]

    func run(worker: Int, item: Int) {
      let part = parts[item]
      // Values kept for the whole batch lie at equal distances, so groups may be of any size.
      pass.execution.batch.forEachGroup(in: chunk, limit: chunk.count) { group in
        group.plan.learning[part.node]?.addGradient(
          part: part.part, pass.frame(group, worker: worker))
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
