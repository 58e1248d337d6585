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

  /// The plan of every example of the batch at work.
  private(set) var plans: [ExtentPlan] = []

  private let lifetimes: Lifetimes
  private let chunk: Int
  private let fixedMicroBatch: Int?
  private var arena: Arena?
  private var sizes: BatchLayout.Sizes
  private var layout: BatchLayout
  private let workers: [WorkerState]
  /// By place of an example: whose halos its maps have now.
  private var slotPlans: [ExtentPlan?] = []

  var microBatch: Int { layout.microBatch }

  /// - Parameters:
  ///   - chunk: the most examples whose maps are kept at a time.
  ///   - microBatch: nil for what fits a cache.
  init(lifetimes: Lifetimes, workerCount: Int, chunk: Int, microBatch: Int?) {
    self.lifetimes = lifetimes
    self.chunk = chunk
    fixedMicroBatch = microBatch
    let valueCount = lifetimes.values.count
    sizes = BatchLayout.Sizes(valueCount: valueCount)
    layout = BatchLayout(sizes, lifetimes, slots: 0, microBatch: microBatch)
    workers = (0..<workerCount).map { _ in WorkerState(valueCount: valueCount) }
  }

  /// Makes room for these examples; what the last batch left is lost when more room is needed.
  ///
  /// - Parameter plan: finds that of an input.
  func lay(_ inputs: [Input], plan: (Input) throws -> ExtentPlan) throws {
    plans.removeAll(keepingCapacity: true)
    for input in inputs { plans.append(try plan(input)) }
    let slots = max(layout.slots, min(plans.count, chunk))
    var grows = slots > layout.slots || arena == nil
    var last: ExtentPlan?
    for plan in plans where plan !== last {
      last = plan
      grows = sizes.widen(to: plan) || grows
    }
    if grows {
      layout = BatchLayout(sizes, lifetimes, slots: slots, microBatch: fixedMicroBatch)
      arena = nil
      arena = try Arena(byteCount: layout.byteCount(workers: workers.count))
      for worker in workers { worker.plan = nil }
      slotPlans = Array(repeating: nil, count: slots)
    }
  }

  /// Where the maps of a batch of one extent would lie if it were the first.
  func layout(for plan: ExtentPlan, examples: Int) -> BatchLayout {
    var sizes = BatchLayout.Sizes(valueCount: lifetimes.values.count)
    _ = sizes.widen(to: plan)
    return BatchLayout(
      sizes, lifetimes, slots: min(examples, chunk), microBatch: fixedMicroBatch)
  }

  /// Prepares the places of a chunk of the batch for its examples: zeros for the halos that nothing
  /// but maps of another extent had values in.
  func begin(_ examples: Range<Int>) {
    for example in examples where slotPlans[example % chunk] !== plans[example] {
      clearHalos(
        of: plans[example], scope: .batch, places: fill(worker: 0, first: example), count: 1)
      slotPlans[example % chunk] = plans[example]
    }
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

  /// Where the values of a group lie for a worker. Valid until the worker's next call.
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

  /// What the last call of `places` for a worker returned.
  func lastPlaces(_ worker: Int) -> UnsafeMutablePointer<ValuePlace> { workers[worker].places }

  private func fill(worker: Int, first: Int) -> UnsafeMutablePointer<ValuePlace> {
    guard let arena else { preconditionFailure("no batch has been laid") }
    let base = arena.base.assumingMemoryBound(to: Float.self)
    let own = base + worker * layout.workerCount
    let shared = base + workers.count * layout.workerCount
    let slot = first % chunk
    func pointer(_ part: BatchLayout.Part) -> UnsafeMutablePointer<Float> {
      part.scope == .worker ? own + part.offset : shared + part.offset + slot * part.step
    }
    let places = workers[worker].places
    for index in layout.values.indices {
      let (value, gradient, integers) =
        (layout.values[index], layout.gradients[index], layout.indices[index])
      places[index] = ValuePlace(
        value: pointer(value), valueStep: value.step, gradient: pointer(gradient),
        gradientStep: gradient.step,
        index: UnsafeMutableRawPointer(pointer(integers)).assumingMemoryBound(to: Int32.self),
        indexStep: integers.step)
    }
    return places
  }

  // MARK: halos

  /// Writes zeros to the halo of a map that is about to be made where another map had the place.
  func clearSharedHalo(ofValue value: Graph.ValueID, _ plan: ExtentPlan, _ frame: Frame) {
    guard layout.values[value].isShared, let halo = plan.valueHalos[value] else { return }
    let place = frame.places[value]
    for example in 0..<frame.count { halo.clear(place.value + example * place.valueStep) }
  }

  /// The same for a gradient.
  func clearSharedHalo(ofGradient value: Graph.ValueID, _ plan: ExtentPlan, _ frame: Frame) {
    guard layout.gradients[value].isShared, let halo = plan.gradientHalos[value] else { return }
    let place = frame.places[value]
    for example in 0..<frame.count { halo.clear(place.gradient + example * place.gradientStep) }
  }

  /// Another extent may have had its values where this one has its halo. Halos in a place of several
  /// maps are cleared whenever one is made.
  private func clearHalos(
    of plan: ExtentPlan, scope: Lifetimes.Scope, places: UnsafeMutablePointer<ValuePlace>,
    count: Int
  ) {
    func isDue(_ part: BatchLayout.Part) -> Bool {
      part.exists && part.scope == scope && !part.isShared
    }
    for index in layout.values.indices {
      let place = places[index]
      if isDue(layout.values[index]), let halo = plan.valueHalos[index] {
        for example in 0..<count { halo.clear(place.value + example * place.valueStep) }
      }
      if isDue(layout.gradients[index]), let halo = plan.gradientHalos[index] {
        for example in 0..<count { halo.clear(place.gradient + example * place.gradientStep) }
      }
    }
  }
}
