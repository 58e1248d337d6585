import ConvKitCore
import ConvKitNetworks

/// The examples of a step and what it finds of them. It is used again for the next step, so that a
/// step takes nothing from the heap.
final class StepBatch: BatchLoss {
  private let loss: CrossEntropy
  private(set) var inputs: [Input] = []
  private(set) var numbers: [Int] = []
  private var labels: [Int] = []
  private(set) var normalizer = 0.0
  /// The running statistics from before the step.
  var statistics: [Float] = []

  /// What is found of an example. Each has its own place, so the threads do not meet.
  private struct Found {
    var loss: Double
    var answer: Int
  }

  private var found: UnsafeMutablePointer<Found>
  private var capacity = 0

  init(_ loss: CrossEntropy) {
    self.loss = loss
    found = .allocate(capacity: 0)
  }

  deinit { found.deallocate() }

  func take(_ examples: ArraySlice<Trainer.Example>) {
    inputs.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    for example in examples {
      inputs.append(example.input)
      numbers.append(example.number)
      labels.append(example.label)
    }
    normalizer = loss.normalizer(labels: labels)
    guard examples.count > capacity else { return }
    found.deallocate()
    found = .allocate(capacity: examples.count)
    capacity = examples.count
  }

  func find(
    place: Int, scores: UnsafeBufferPointer<Float>, slopes: UnsafeMutablePointer<Float>
  ) {
    let part = loss.loss(
      scores: scores, label: labels[place], normalizer: normalizer > 0 ? normalizer : 1,
      gradient: slopes)
    (found + place).initialize(to: Found(loss: part, answer: indexOfLargest(scores)))
  }

  var firstWithoutFiniteLoss: Int? { inputs.indices.first { !found[$0].loss.isFinite } }

  /// What was found of an example; its loss is 0 where no label weighs anything.
  subscript(place: Int) -> Trainer.Outcome {
    Trainer.Outcome(
      loss: normalizer > 0 ? found[place].loss * normalizer : 0, answer: found[place].answer)
  }
}
