import ConvKit

/// A quantity that two libraries computed, and how far apart they may be.
struct Comparison {
  let workload: String
  let quantity: String
  /// The length of the difference over the length of the peer's.
  let error: Double
  let bound: Double

  /// Written so that a difference that is not a number does not hold.
  var holds: Bool { error <= bound }
}

/// The length of `values − peers`, relative to that of `peers`.
func relativeError(_ values: [Float], _ peers: [Float]) -> Double {
  guard values.count == peers.count else { return .infinity }
  var difference = 0.0
  var length = 0.0
  for (value, peer) in zip(values, peers) {
    difference += (Double(value) - Double(peer)) * (Double(value) - Double(peer))
    length += Double(peer) * Double(peer)
  }
  return difference == 0 ? 0 : (difference / length).squareRoot()
}

extension PeerFile {
  /// Computes what the peer computed and holds it against that.
  func compare(threads: Int?) throws -> [Comparison] {
    let runner = try NetworkRunner(compiled, values: values, threads: threads)
    var options = TrainingOptions()
    options.learningRate = 1e-4
    var adam = Optimizer(options, parameterCount: values.parameterCount)
    var ownLosses: [Float] = []
    var comparisons: [Comparison] = []
    func add(_ quantity: String, _ own: [Float], _ peers: [Float], bound: Double) {
      comparisons.append(
        Comparison(
          workload: workload.name, quantity: quantity, error: relativeError(own, peers),
          bound: bound))
    }
    for step in losses.indices {
      let (loss, scores) = try findGradients(runner)
      ownLosses.append(Float(loss))
      if step == 0 {
        add("logits", scores, logits, bound: 1e-5)
        let own = compiled.tensors(
          of: NetworkValues(parameters: Array(runner.gradients), statistics: values.statistics))
        for (own, peer) in zip(own, gradients) {
          add(
            "gradient of \(own.name)", own.tensor.elements, peer.tensor.elements,
            bound: tolerance ?? 1e-4)
        }
      }
      if step < losses.count - 1 { adam.step(runner, rate: options.fullLearningRate) }
    }
    add("losses", ownLosses, losses, bound: 1e-4)
    add(
      "evaluation", try runner.scores(of: inputs).flatMap { $0 }, evaluation,
      bound: tolerance ?? 1e-3)
    return comparisons
  }

  /// The bound for gradients and evaluation of a network in which a near tie of a max pooling can go
  /// either way: PyTorch differs from itself as much between instruction sets.
  private var tolerance: Double? { workload.name == "vgg-32" ? 2e-2 : nil }

  /// One pass forward and back: the mean loss and the scores in training mode.
  private func findGradients(_ runner: NetworkRunner) throws -> (loss: Double, scores: [Float]) {
    let labelCount = workload.labels
    let loss = CrossEntropy()
    let normalizer = loss.normalizer(labels: labels)
    var scores = Array(repeating: Float(0), count: inputs.count * labelCount)
    let losses = try scores.withUnsafeMutableBufferPointer { buffer in
      let all = buffer
      return try runner.findGradients(
        of: inputs, examples: Array(inputs.indices), batchSize: inputs.count,
        step: StepKey(seed: 0, epoch: 0)
      ) { place, scores, slopes in
        for (index, score) in scores.enumerated() { all[place * labelCount + index] = score }
        return loss.loss(
          scores: scores, label: labels[place], normalizer: normalizer, gradient: slopes)
      }
    }
    return (losses.reduce(0, +), scores)
  }
}
