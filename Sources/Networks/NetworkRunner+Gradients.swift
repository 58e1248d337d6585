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
    try execution.batch.lay(plans, execution.schedule)
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
            examples: examples, step: step, loss: loss, losses: losses,
            lanes: Schedule.lanes(ofBatch: inputs.count))
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
  let lanes: [Range<Int>]

  private var schedule: Schedule { execution.schedule }

  func run() {
    let lastStretch = schedule.stretches.count - 1
    clearGradientsByFeature()
    for stretch in 0...lastStretch {
      if stretch > 0 { findMoments(schedule.stretches[stretch].lowerBound) }
      forEachLane { lane, group, frame in
        if stretch == 0 {
          for (number, example) in group.examples.enumerated() {
            group.plan.bind(inputs[example], to: frame.places[0], example: number)
          }
        }
        for index in schedule.stretches[stretch] { group.plan.nodes[index].forward(frame) }
        if stretch == lastStretch {
          if group.examples.lowerBound == lanes[lane].lowerBound { clearGradients(ofLane: lane) }
          findLoss(group, frame)
          goBack(stretch, group, frame)
        }
      }
    }
    for stretch in (0..<lastStretch).reversed() {
      findProducts(schedule.stretches[stretch + 1].lowerBound)
      forEachLane { _, group, frame in
        group.plan.nodes[schedule.stretches[stretch + 1].lowerBound].backward(frame)
        goBack(stretch, group, frame)
      }
    }
    learnByFeature()
    sumLanes()
  }

  /// Calls `body` for every micro-batch of every lane, the lanes in parallel.
  private func forEachLane(_ body: (Int, BatchMemory.Group, Frame) -> Void) {
    runner.workers.run(items: lanes.count) { worker, lane in
      execution.batch.forEachGroup(in: lanes[lane], limit: execution.batch.microBatch) { group in
        let frame = runner.frame(
          group, execution, shared, worker: worker, lane: lane, examples: examples, step: step)
        body(lane, group, frame)
      }
    }
  }

  private func findLoss(_ group: BatchMemory.Group, _ frame: Frame) {
    let place = frame.places[schedule.graph.output]
    for (number, example) in group.examples.enumerated() {
      let scores = UnsafeBufferPointer(
        start: place.value + number * place.valueStep, count: runner.compiled.labelCount)
      losses[example] = loss(example, scores, place.gradient + number * place.gradientStep)
    }
  }

  /// Takes a group back through a stretch, but not through the layer at its start that waits for
  /// the whole batch.
  private func goBack(_ stretch: Int, _ group: BatchMemory.Group, _ frame: Frame) {
    let nodes = schedule.stretches[stretch]
    for index in (stretch == 0 ? nodes : nodes.dropFirst()).reversed() {
      group.plan.nodes[index].backward(frame)
    }
  }

  // MARK: statistics of the batch

  private func normalization(_ plan: ExtentPlan, _ index: Int) -> BatchNormalizationNode? {
    plan.nodes[index] as? BatchNormalizationNode
  }

  private func countPositions(_ index: Int) -> Int {
    execution.batch.plans.reduce(0) { $0 + (normalization($1, index)?.positions ?? 0) }
  }

  private func findMoments(_ index: Int) {
    guard let moments = execution.moments[index] else { return }
    moments.clearSums(shared)
    forEachLane { lane, group, frame in
      normalization(group.plan, index)?.addMoments(lane: lane, frame)
    }
    moments.finishMoments(count: countPositions(index), shared)
  }

  private func findProducts(_ index: Int) {
    guard let moments = execution.moments[index] else { return }
    moments.clearSums(shared)
    forEachLane { lane, group, frame in
      normalization(group.plan, index)?.addProducts(lane: lane, frame)
    }
    moments.finishProducts(count: countPositions(index), shared)
  }

  // MARK: sums over the batch

  /// The places of the parameters that are learned in one of the two ways.
  private func parameterRanges(_ way: Schedule.Gradient) -> [Range<Int>] {
    zip(schedule.graph.nodes, schedule.gradients).filter { $1 == way }.flatMap { node, _ in
      node.parameters.map {
        schedule.graph.parameters[$0].offset..<schedule.graph.parameters[$0].end
      }
    }
  }

  private func clearGradients(ofLane lane: Int) {
    let gradients = runner.memory.lanes + lane * runner.memory.parameterCount
    for range in parameterRanges(.byLane) {
      (gradients + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  private func clearGradientsByFeature() {
    for range in parameterRanges(.byFeature) {
      (runner.memory.gradients + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  private func learnByFeature() {
    let nodes = schedule.gradients.indices.filter { schedule.gradients[$0] == .byFeature }
    let parts = nodes.flatMap { index -> [(index: Int, part: Int)] in
      let node = execution.batch.plans[0].nodes[index] as? any NodeLearningByFeature
      return (0..<(node?.partCount ?? 0)).map { (index, $0) }
    }
    runner.workers.run(items: parts.count) { worker, item in
      let (index, part) = parts[item]
      // Values kept for the whole batch lie at equal distances, so groups may be of any size.
      execution.batch.forEachGroup(in: inputs.indices, limit: inputs.count) { group in
        let frame = runner.frame(
          group, execution, shared, worker: worker, examples: examples, step: step)
        (group.plan.nodes[index] as? any NodeLearningByFeature)?.addGradient(part: part, frame)
      }
    }
  }

  private func sumLanes() {
    runner.gradientSquares = execution.gradientSum.add(
      lanes: lanes.count, runner.memory, runner.workers, runner.kernels)
  }
}
