import ConvKitCore

extension NetworkRunner {
  /// The votes for every label, for every input. `CrossEntropy.softmax` makes probabilities of them.
  ///
  /// Inputs may differ in extent where the network allows it; the scores of one do not depend on
  /// the others.
  ///
  /// - Throws: `InputError`, or `ShapeError` when the network does not fit the extent of an input.
  public func scores(of inputs: [Input]) throws -> [[Float]] {
    let labels = compiled.labelCount
    let execution = try inferenceExecution()
    let plans = try plans(of: inputs, in: execution)
    try execution.batch.lay(plans)
    execution.batch.begin(inputs.indices)
    let shared = execution.memory(memory)
    execution.prepare(shared, version: version)
    lastExecution = execution

    var groups: [BatchMemory.Group] = []
    execution.batch.forEachGroup(in: inputs.indices, limit: execution.batch.microBatch) {
      groups.append($0)
    }
    let output = execution.schedule.graph.output
    let examples = Array(inputs.indices)
    var scores = Array(repeating: Float(0), count: inputs.count * labels)
    scores.withUnsafeMutableBufferPointer { scores in
      guard let scores = scores.baseAddress else { return }
      examples.withUnsafeBufferPointer { examples in
        guard let examples = examples.baseAddress else { return }
        workers.run(items: groups.count) { worker, item in
          let group = groups[item]
          let frame = frame(
            group, execution, shared, worker: worker, examples: examples,
            step: StepKey(seed: 0, epoch: 0))
          execution.bind(inputs, group, frame)
          for index in group.plan.nodes.indices { execution.forward(index, group, frame) }
          let place = frame.places[output]
          for (number, example) in group.examples.enumerated() {
            (scores + example * labels).update(
              from: place.value + number * place.valueStep, count: labels)
          }
        }
      }
    }
    return stride(from: 0, to: scores.count, by: labels).map { Array(scores[$0..<$0 + labels]) }
  }

  func plans(of inputs: [Input], in execution: Execution) throws -> [ExtentPlan] {
    try inputs.map {
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
