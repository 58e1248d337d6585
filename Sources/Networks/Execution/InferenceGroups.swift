/// How the examples of a batch are shared out for inference. It is used again for the next batch.
struct InferenceGroups {
  /// Each for one worker.
  private(set) var groups: [BatchMemory.Group] = []
  /// Examples for all workers together, one after the other.
  private(set) var shared = 0..<0
  /// 0, 1, …: at least as many as there are examples.
  private(set) var numbers: [Int] = []

  /// - Parameter batch: has been laid for the examples.
  mutating func cut(_ batch: BatchMemory, workers: Int) {
    let count = batch.plans.count
    while numbers.count < count { numbers.append(numbers.count) }

    // Of a few examples, those that would leave workers without one are shared out within their
    // layers. Among many, one more or less makes no difference.
    let rest = count % workers
    let isShared =
      workers > 1 && rest > 0 && count < 4 * workers
      && batch.plans[(count - rest)...].allSatisfy { plan in
        count == 1 ? plan.divided.contains { $0 != nil } : plan.isDivisible
      }
    shared = (isShared ? count - rest : count)..<count

    // The others in as many groups as give every worker the same number of them.
    let examples = shared.lowerBound
    let least = max(
      (examples + batch.microBatch - 1) / batch.microBatch, min(examples, workers))
    let even = (least + workers - 1) / workers * workers
    let limit = max(1, (examples + even - 1) / max(1, even))
    groups.removeAll(keepingCapacity: true)
    batch.forEachGroup(in: 0..<examples, limit: min(limit, batch.microBatch)) {
      groups.append($0)
    }
  }
}
