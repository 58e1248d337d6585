import ConvKitCore

/// Batch normalisation, which in training meets a batch three times: to find its mean and variance,
/// to normalise, and to find what its gradient needs of the whole batch.
final class BatchNormalizationNode: BoundNode {
  let input: Graph.ValueID
  let output: Graph.ValueID
  private let normalization: BatchNormalization
  private let moments: MomentsPlace
  private let needsInputGradient: Bool
  private let accumulates: Bool

  init(_ index: Int, moments: MomentsPlace, _ binding: Binding) {
    let node = binding.graph.nodes[index]
    input = node.inputs[0]
    output = node.output
    self.moments = moments
    normalization = BatchNormalization(
      input: binding.valueLayout(input), output: binding.valueLayout(output),
      inputGradient: binding.gradientLayout(input),
      outputGradient: binding.gradientLayout(output), instructionSet: binding.instructionSet)
    needsInputGradient = binding.schedule.needsGradient[input]
    accumulates = binding.schedule.accumulates[index][0]
  }

  var positions: Int { normalization.positions }

  func addMoments(lane: Int, _ frame: Frame) {
    let from = frame.places[input]
    let sums = moments.sums(ofLane: lane, frame.memory)
    for example in 0..<frame.count {
      normalization.addMoments(
        input: from.value + example * from.valueStep, shift: moments[.shiftOfMoments, frame.memory],
        sum: sums, square: sums + moments.channels)
    }
  }

  func forward(_ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      normalization.forward(
        input: from.value + example * from.valueStep, mean: moments[.mean, frame.memory],
        scale: moments[.scale, frame.memory], shift: moments[.shift, frame.memory],
        output: to.value + example * to.valueStep)
    }
  }

  func addProducts(lane: Int, _ frame: Frame) {
    let (from, to) = (frame.places[input], frame.places[output])
    let sums = moments.sums(ofLane: lane, frame.memory)
    for example in 0..<frame.count {
      normalization.addProducts(
        input: from.value + example * from.valueStep,
        outputGradient: to.gradient + example * to.gradientStep,
        mean: moments[.mean, frame.memory], sum: sums, product: sums + moments.channels)
    }
  }

  func backward(_ frame: Frame) {
    guard needsInputGradient else { return }
    let (from, to) = (frame.places[input], frame.places[output])
    for example in 0..<frame.count {
      normalization.inputGradient(
        input: from.value + example * from.valueStep,
        outputGradient: to.gradient + example * to.gradientStep,
        mean: moments[.mean, frame.memory], scale: moments[.scale, frame.memory],
        slope: moments[.gradientSlope, frame.memory], shift: moments[.gradientShift, frame.memory],
        inputGradient: from.gradient + example * from.gradientStep, accumulate: accumulates)
    }
  }
}

/// What a batch normalisation knows of the batch at work, and where it stands in the shared memory.
struct MomentsPlace {
  /// A list of one value a channel.
  enum List: Int, CaseIterable {
    case mean, scale, shift, gradientSlope, gradientShift, shiftOfMoments
  }

  let channels: Int
  private let lists: [Int]
  private let sums: Int
  private let weight: Int
  private let bias: Int
  private let runningMean: Int
  private let runningVariance: Int
  private let epsilon: Double
  private let momentum: Double

  init(
    _ node: Graph.Node, epsilon: Double, momentum: Double, graph: Graph,
    layout: inout ArenaLayout
  ) {
    let channels = graph.values[node.output].channels
    self.channels = channels
    var lists: [Int] = []
    for _ in List.allCases { lists.append(layout.add(channels)) }
    self.lists = lists
    // Doubles, two a channel and lane.
    sums = layout.add(Schedule.lanes * 2 * channels * 2)
    weight = graph.parameters[node.parameters[0]].offset
    bias = graph.parameters[node.parameters[1]].offset
    runningMean = graph.statistics[node.statistics[0]].offset
    runningVariance = graph.statistics[node.statistics[1]].offset
    self.epsilon = epsilon
    self.momentum = momentum
  }

  subscript(list: List, memory: SharedMemory) -> UnsafeMutablePointer<Float> {
    memory.moments + lists[list.rawValue]
  }

  /// Two sums a channel: first all of the one, then all of the other.
  func sums(ofLane lane: Int, _ memory: SharedMemory) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(memory.moments + sums).assumingMemoryBound(to: Double.self)
      + lane * 2 * channels
  }

  /// Before examples are added.
  func clearSums(_ memory: SharedMemory) {
    sums(ofLane: 0, memory).update(repeating: 0, count: Schedule.lanes * 2 * channels)
    // Sums of differences to a value near the mean do not cancel.
    self[.shiftOfMoments, memory].update(from: memory.statistics + runningMean, count: channels)
  }

  private func total(_ which: Int, _ channel: Int, _ memory: SharedMemory) -> Double {
    (0..<Schedule.lanes).reduce(0) {
      $0 + sums(ofLane: $1, memory)[which * channels + channel]
    }
  }

  /// Makes of the sums what the layer does to this batch, and moves the running statistics.
  ///
  /// The variance is that of the batch for normalising and the unbiased one for running, as PyTorch
  /// has it.
  func finishMoments(count: Int, _ memory: SharedMemory) {
    let count = Double(count)
    for channel in 0..<channels {
      let difference = total(0, channel, memory) / count
      let mean = Double(self[.shiftOfMoments, memory][channel]) + difference
      let variance = max(0, total(1, channel, memory) / count - difference * difference)
      normalize(channel, mean: mean, variance: variance, memory)
      let unbiased = count > 1 ? variance * count / (count - 1) : variance
      func move(_ statistic: Int, to value: Double) {
        let old = Double(memory.statistics[statistic + channel])
        memory.statistics[statistic + channel] = Float((1 - momentum) * old + momentum * value)
      }
      move(runningMean, to: mean)
      move(runningVariance, to: unbiased)
    }
  }

  /// What the layer does by its running statistics.
  func useRunningStatistics(_ memory: SharedMemory) {
    for channel in 0..<channels {
      normalize(
        channel, mean: Double(memory.statistics[runningMean + channel]),
        variance: Double(memory.statistics[runningVariance + channel]), memory)
      // The statistics do not depend on the batch, so the gradient only passes through the scale.
      self[.gradientSlope, memory][channel] = 0
      self[.gradientShift, memory][channel] = 0
    }
  }

  private func normalize(_ channel: Int, mean: Double, variance: Double, _ memory: SharedMemory) {
    let inverse = 1 / (variance + epsilon).squareRoot()
    self[.mean, memory][channel] = Float(mean)
    self[.scale, memory][channel] = Float(Double(memory.parameters[weight + channel]) * inverse)
    self[.shift, memory][channel] = memory.parameters[bias + channel]
    // Kept for the gradient, which replaces it.
    self[.gradientSlope, memory][channel] = Float(inverse)
  }

  /// Makes of the sums the gradients of weight and bias, and what the input gradient needs:
  /// dx = scale · (dy − mean(dy) − x̂ · mean(dy · x̂)), x̂ = (x − mean) · inverse.
  func finishProducts(count: Int, _ memory: SharedMemory) {
    let count = Double(count)
    for channel in 0..<channels {
      let inverse = Double(self[.gradientSlope, memory][channel])
      let scale = Double(self[.scale, memory][channel])
      let sum = total(0, channel, memory)
      let product = total(1, channel, memory) * inverse
      memory.gradients[bias + channel] = Float(sum)
      memory.gradients[weight + channel] = Float(product)
      self[.gradientSlope, memory][channel] = Float(-scale * inverse * product / count)
      self[.gradientShift, memory][channel] = Float(-scale * sum / count)
    }
  }
}
