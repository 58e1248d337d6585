import ConvKitCore

extension NetworkRunner {
  /// The votes for every label, for every input. `CrossEntropy.softmax` makes probabilities of them.
  ///
  /// Inputs may differ in extent where the network allows it; the scores of one do not depend on
  /// the others.
  ///
  /// - Throws: `InputError`, or `ShapeError` when the network does not fit the extent of an input.
  public func scores(of inputs: [Input]) throws -> [[Float]] {
    if inputs.isEmpty { return [] }
    let execution = try inferenceExecution()
    try lay(inputs, execution)
    execution.batch.begin(inputs.indices)
    let shared = execution.memory(memory)
    execution.prepare(shared, version: version)
    execution.tokenRows.fill(inputs, shared, version: version, workers)
    lastExecution = execution

    inferenceGroups.cut(execution.batch, workers: workers.count)
    let labels = compiled.labelCount
    while scoreBuffer.count < inputs.count * labels { scoreBuffer.append(0) }
    return scoreBuffer.withUnsafeMutableBufferPointer { scores in
      inferenceGroups.numbers.withUnsafeBufferPointer { examples in
        guard let scores = scores.baseAddress, let examples = examples.baseAddress else {
          return []
        }
        InferencePass(
          runner: self, execution: execution, shared: shared, inputs: inputs, examples: examples,
          scores: scores
        ).run(inferenceGroups)
        return inputs.indices.map {
          Array(UnsafeBufferPointer(start: scores + $0 * labels, count: labels))
        }
      }
    }
  }

  /// Makes room for inputs that the network can take.
  func lay(_ inputs: [Input], _ execution: Execution) throws {
    try execution.batch.lay(inputs) {
      try compiled.check($0)
      return try execution.plan(for: $0.extent)
    }
  }

  /// What a worker needs for a group of examples.
  ///
  /// - Parameter examples: the numbers of all examples of the batch.
  func frame(
    _ group: BatchMemory.Group, _ execution: Execution, _ shared: SharedMemory, worker: Int,
    lane: Int = 0, examples: UnsafePointer<Int>, step: StepKey
  ) -> Frame {
    Frame(
      places: execution.batch.places(of: group, worker: worker), count: group.examples.count,
      examples: examples + group.examples.lowerBound, memory: shared,
      laneGradients: memory.lanes + lane * memory.parameterCount, step: step)
  }
}

/// The scores of one batch.
private struct InferencePass {
  let runner: NetworkRunner
  let execution: Execution
  let shared: SharedMemory
  let inputs: [Input]
  let examples: UnsafePointer<Int>
  /// [example, label].
  let scores: UnsafeMutablePointer<Float>

  func run(_ groups: InferenceGroups) {
    runner.workers.run(items: groups.groups.count) { worker, item in
      let group = groups.groups[item]
      let frame = bind(group, worker: worker)
      for index in group.plan.nodes.indices { execution.forward(index, group, frame) }
      take(group, frame)
    }
    guard !groups.shared.isEmpty else { return }
    runner.workers.alone {
      execution.batch.forEachGroup(in: groups.shared, limit: 1) { group in
        // Each worker has memory of its own for what its parts hold for a moment.
        for worker in 1..<runner.workers.count {
          _ = execution.batch.places(of: group, worker: worker)
        }
        let frame = bind(group, worker: 0)
        for (index, divided) in group.plan.divided.enumerated() {
          guard let divided else {
            execution.forward(index, group, frame)
            continue
          }
          execution.clearSharedHalo(index, group, frame)
          runner.workers.run(items: divided.partCount) { worker, part in
            divided.forward(part: part, frame, scratch: execution.batch.lastPlaces(worker))
          }
          divided.finish(frame)
        }
        take(group, frame)
      }
    }
  }

  private func bind(_ group: BatchMemory.Group, worker: Int) -> Frame {
    let frame = runner.frame(
      group, execution, shared, worker: worker, examples: examples,
      step: StepKey(seed: 0, epoch: 0))
    execution.bind(inputs, group, frame)
    return frame
  }

  private func take(_ group: BatchMemory.Group, _ frame: Frame) {
    let place = frame.places[execution.schedule.graph.output]
    let labels = runner.compiled.labelCount
    for (number, example) in group.examples.enumerated() {
      (scores + example * labels).update(
        from: place.value + number * place.valueStep, count: labels)
    }
  }
}

/// A map that a layer made of an input.
public struct LayerMap: Sendable {
  /// The layer's name, such as "conv1".
  public let layer: String
  /// [position…, channel]; a value without position has the shape [channel].
  public let values: Tensor<Float>
}

extension NetworkRunner {
  /// The maps of one input after every layer, in the order in which they ran.
  ///
  /// - Precondition: the runner keeps every map.
  public func maps(of input: Input) throws -> [LayerMap] {
    _ = try scores(of: [input])
    return compiled.graph.layers.map { record in
      LayerMap(layer: record.name, values: value(record.output, example: 0))
    }
  }

  /// A value of the last batch, or its gradient.
  ///
  /// - Precondition: the runner keeps every map.
  package func value(
    _ index: Graph.ValueID, example: Int, gradient: Bool = false
  ) -> Tensor<Float> {
    guard keepsEveryMap, let execution = lastExecution else {
      preconditionFailure("a runner that keeps every map and has run")
    }
    let group = BatchMemory.Group(
      plan: execution.batch.plans[example], examples: example..<example + 1)
    let place = execution.batch.places(of: group, worker: 0)[index]
    let layout =
      gradient ? group.plan.layouts[index].gradient : group.plan.layouts[index].value
    let base = gradient ? place.gradient : place.value
    let values = layout.rowOffsets(merging: 0).flatMap { offset in
      UnsafeBufferPointer(start: base + offset, count: layout.channels)
    }
    return Tensor(shape: layout.extent + [layout.channels], elements: values)
  }
}
