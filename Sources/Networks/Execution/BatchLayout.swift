/// Where the maps of a batch lie: those of a worker's micro-batch, once for every worker, and behind
/// them those that are kept for all examples of a chunk.
struct BatchLayout {
  /// Floats of each value's map, gradient and indices, for one example of the largest extent.
  struct Sizes: Equatable {
    var values: [Int]
    var gradients: [Int]
    var indices: [Int]

    init(valueCount: Int) {
      values = Array(repeating: 0, count: valueCount)
      gradients = values
      indices = values
    }

    /// Makes room for a plan's; returns whether that took more.
    mutating func widen(to plan: ExtentPlan) -> Bool {
      var grows = false
      func widen(_ size: inout Int, to needed: Int) {
        guard needed > size else { return }
        size = needed
        grows = true
      }
      for (index, layouts) in plan.layouts.enumerated() {
        widen(&values[index], to: layouts.value.count)
        widen(&gradients[index], to: layouts.gradient.count)
        widen(&indices[index], to: layouts.indexCount)
      }
      return grows
    }
  }

  /// A map of every example of a micro-batch, or of a chunk.
  struct Part {
    /// Floats from the start of a worker's memory, or of that of the batch.
    var offset = 0
    /// Floats from one example to the next.
    var step = 0
    var scope = Lifetimes.Scope.worker
    /// Whether the place is another's at other times.
    var isShared = false
    var exists = false
  }

  let values: [Part]
  let gradients: [Part]
  let indices: [Part]
  /// Examples that a worker has at a time.
  let microBatch: Int
  /// Examples for which the batch's maps have room.
  let slots: Int
  /// Floats.
  let workerCount: Int
  let batchCount: Int

  /// Micro-batches are cut so that a worker's maps stay in half of a second-level cache of 1 MiB,
  /// the other half being for weights.
  private static let cacheBudget = 512 << 10

  /// More examples at a time than rows in the tallest tile gain nothing.
  private static let largestMicroBatch = 16

  /// Vectors are read whole, up to two of AVX-512 past the end of a map.
  private static let slack = 32

  /// - Parameter microBatch: nil for what fits a cache.
  init(_ sizes: Sizes, _ lifetimes: Lifetimes, slots: Int, microBatch: Int?) {
    let all = zip(
      (sizes.values + sizes.gradients + sizes.indices).map(Self.padded),
      lifetimes.values + lifetimes.gradients + lifetimes.indices
    ).map { $0 }
    func buffers(_ scope: Lifetimes.Scope, examples: Int) -> [MemoryPlan.Buffer] {
      all.map { size, lifetime in
        guard let lifetime, lifetime.scope == scope else {
          return MemoryPlan.Buffer(count: 0, steps: 0...0)
        }
        return MemoryPlan.Buffer(count: size * examples, steps: lifetime.steps)
      }
    }
    let bytesPerExample =
      MemoryPlan(buffers(.worker, examples: 1)).count * MemoryLayout<Float>.stride
    let microBatch =
      microBatch
      ?? min(Self.largestMicroBatch, max(1, Self.cacheBudget / max(1, bytesPerExample)))
    let worker = MemoryPlan(buffers(.worker, examples: microBatch))
    let batch = MemoryPlan(buffers(.batch, examples: slots))
    let parts = all.enumerated().map { index, entry in
      let (size, lifetime) = entry
      guard let lifetime else { return Part() }
      let plan = lifetime.scope == .worker ? worker : batch
      return Part(
        offset: plan.offsets[index], step: size, scope: lifetime.scope,
        isShared: plan.isShared[index], exists: true)
    }
    let count = lifetimes.values.count
    values = Array(parts[..<count])
    gradients = Array(parts[count..<2 * count])
    indices = Array(parts[(2 * count)...])
    self.microBatch = microBatch
    self.slots = slots
    workerCount = worker.count
    batchCount = batch.count
  }

  /// A map with what is read past its end, so that no example's map, which another worker may be
  /// writing, follows at once.
  private static func padded(_ size: Int) -> Int { size == 0 ? 0 : (size + slack + 15) / 16 * 16 }

  func byteCount(workers: Int) -> Int {
    (workerCount * workers + batchCount) * MemoryLayout<Float>.stride
  }
}
