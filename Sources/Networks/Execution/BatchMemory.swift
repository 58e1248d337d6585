import ConvKitCore

/// The maps of a batch: those that one worker needs at a time, and those kept for all examples.
final class BatchMemory {
  /// What one worker alone touches.
  private final class WorkerState {
    let places: UnsafeMutablePointer<ValuePlace>
    /// Whose halos its maps have now.
    var plan: ExtentPlan?

    init(valueCount: Int) { places = .allocate(capacity: valueCount) }
    deinit { places.deallocate() }
  }

  /// Consecutive examples of one extent.
  struct Group {
    let plan: ExtentPlan
    let examples: Range<Int>
  }

  /// Where the parts of a value start and how long each example's is.
  private struct Part {
    var offset = 0
    var step = 0
  }

  /// The plan of every example of the batch at work.
  private(set) var plans: [ExtentPlan] = []

  private var arena: Arena?
  private var exampleCapacity = 0
  private var workerStride = 0
  private(set) var microBatch = 1
  private var values: [Part]
  private var gradients: [Part]
  private var indices: [Part]
  private var valueScopes: [Schedule.Scope] = []
  private var gradientScopes: [Schedule.Scope] = []
  private var indexScopes: [Schedule.Scope] = []

  private let workers: [WorkerState]
  /// By example: whose halos its maps have now.
  private var examplePlans: [ExtentPlan?] = []

  /// Micro-batches are cut so that a worker's maps stay in half of a second-level cache of 1 MiB,
  /// the other half being for weights.
  private static let cacheBudget = 512 << 10

  /// More examples at a time than rows in the tallest tile gain nothing.
  private static let largestMicroBatch = 16

  init(valueCount: Int, workerCount: Int) {
    values = Array(repeating: Part(), count: valueCount)
    gradients = values
    indices = values
    workers = (0..<workerCount).map { _ in WorkerState(valueCount: valueCount) }
  }

  /// Makes room for these examples; what the last batch left is lost when more room is needed.
  func lay(_ newPlans: [ExtentPlan], _ schedule: Schedule) throws {
    plans = newPlans
    try grow(schedule)
    for (example, plan) in newPlans.enumerated() where examplePlans[example] !== plan {
      let places = fill(worker: 0, first: example)
      clearHalos(of: plan, scope: .batch, places: places, count: 1)
      examplePlans[example] = plan
    }
  }

  private func grow(_ schedule: Schedule) throws {
    var grows = plans.count > exampleCapacity || arena == nil
    var last: ExtentPlan?
    for plan in plans where plan !== last {
      last = plan
      for (index, layouts) in plan.layouts.enumerated() {
        grows =
          grows || layouts.value.count > values[index].step
          || schedule.needsGradient[index] && layouts.gradient.count > gradients[index].step
          || layouts.indexCount > indices[index].step
        values[index].step = max(values[index].step, layouts.value.count)
        if schedule.needsGradient[index] {
          gradients[index].step = max(gradients[index].step, layouts.gradient.count)
        }
        indices[index].step = max(indices[index].step, layouts.indexCount)
      }
    }
    guard grows else { return }
    exampleCapacity = max(exampleCapacity, plans.count)
    valueScopes = schedule.valueScopes
    gradientScopes = schedule.gradientScopes
    indexScopes = schedule.indexScopes

    let scoped = [(values, valueScopes), (gradients, gradientScopes), (indices, indexScopes)]
    let perExample = scoped.reduce(0) { sum, parts in
      sum + zip(parts.0, parts.1).reduce(0) { $0 + ($1.1 == .worker ? $1.0.step : 0) }
    }
    microBatch = min(
      Self.largestMicroBatch,
      max(1, Self.cacheBudget / (max(1, perExample) * MemoryLayout<Float>.stride)))

    var worker = ArenaLayout()
    var batch = ArenaLayout()
    func place(_ parts: inout [Part], _ scopes: [Schedule.Scope]) {
      for index in parts.indices {
        parts[index].offset =
          scopes[index] == .worker
          ? worker.add(parts[index].step * microBatch)
          : batch.add(parts[index].step * exampleCapacity)
      }
    }
    place(&values, valueScopes)
    place(&gradients, gradientScopes)
    place(&indices, indexScopes)
    workerStride = worker.count
    let batchOffset = workerStride * workers.count
    func shift(_ parts: inout [Part], _ scopes: [Schedule.Scope]) {
      for index in parts.indices where scopes[index] == .batch {
        parts[index].offset += batchOffset
      }
    }
    shift(&values, valueScopes)
    shift(&gradients, gradientScopes)
    shift(&indices, indexScopes)
    arena = nil
    arena = try Arena(
      byteCount: batch.byteCount + batchOffset * MemoryLayout<Float>.stride)
    for worker in workers { worker.plan = nil }
    examplePlans = Array(repeating: nil, count: exampleCapacity)
  }

  /// Cuts a range of examples into groups of one extent, of at most `limit` examples.
  func forEachGroup(in examples: Range<Int>, limit: Int, _ body: (Group) -> Void) {
    var start = examples.lowerBound
    while start < examples.upperBound {
      var end = start + 1
      while end < examples.upperBound, end - start < limit, plans[end] === plans[start] { end += 1 }
      body(Group(plan: plans[start], examples: start..<end))
      start = end
    }
  }

  /// Where the values of a group lie for a worker, with halos of zeros. Valid until the worker's
  /// next call.
  func places(
    of group: Group, worker: Int
  ) -> UnsafeMutablePointer<ValuePlace> {
    let places = fill(worker: worker, first: group.examples.lowerBound)
    if workers[worker].plan !== group.plan {
      clearHalos(of: group.plan, scope: .worker, places: places, count: microBatch)
      workers[worker].plan = group.plan
    }
    return places
  }

  private func fill(worker: Int, first: Int) -> UnsafeMutablePointer<ValuePlace> {
    guard let arena else { preconditionFailure("no batch has been laid") }
    let base = arena.base.assumingMemoryBound(to: Float.self)
    func pointer(_ part: Part, _ scope: Schedule.Scope) -> UnsafeMutablePointer<Float> {
      base + part.offset + (scope == .worker ? worker * workerStride : first * part.step)
    }
    let places = workers[worker].places
    for index in values.indices {
      let integers = UnsafeMutableRawPointer(pointer(indices[index], indexScopes[index]))
      places[index] = ValuePlace(
        value: pointer(values[index], valueScopes[index]), valueStep: values[index].step,
        gradient: pointer(gradients[index], gradientScopes[index]),
        gradientStep: gradients[index].step,
        index: integers.assumingMemoryBound(to: Int32.self), indexStep: indices[index].step)
    }
    return places
  }

  /// Another extent may have had its values where this one has its halo.
  private func clearHalos(
    of plan: ExtentPlan, scope: Schedule.Scope, places: UnsafeMutablePointer<ValuePlace>, count: Int
  ) {
    for (index, layouts) in plan.layouts.enumerated() {
      let place = places[index]
      if valueScopes[index] == scope, layouts.value.hasHalo {
        place.value.update(repeating: 0, count: count * place.valueStep)
      }
      if gradientScopes[index] == scope, layouts.gradient.hasHalo {
        place.gradient.update(repeating: 0, count: count * place.gradientStep)
      }
    }
  }
}
