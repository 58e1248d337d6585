import ConvKitNetworks
import ConvKitReference
import Testing

/// Where buffers with lifetimes lie.
struct MemoryPlanTests {
  private static func buffers(seed: UInt64) -> [MemoryPlan.Buffer] {
    var random = SplitMix64(seed: seed)
    return (0..<random.integer(in: 1...30)).map { _ in
      let first = random.integer(in: 0...20)
      return MemoryPlan.Buffer(
        count: random.integer(in: 0...200),
        steps: first...first + random.integer(in: 0...12))
    }
  }

  /// In whole lines of the cache.
  private static func size(_ buffer: MemoryPlan.Buffer) -> Int { (buffer.count + 15) / 16 * 16 }

  @Test(arguments: 0..<UInt64(200))
  func buffersNeededAtOnceShareNothing(_ seed: UInt64) {
    let buffers = Self.buffers(seed: seed)
    let plan = MemoryPlan(buffers)
    func place(_ index: Int) -> Range<Int> {
      plan.offsets[index]..<plan.offsets[index] + Self.size(buffers[index])
    }
    for first in buffers.indices {
      #expect(plan.offsets[first] % 16 == 0 && place(first).upperBound <= plan.count)
      let others = buffers.indices.filter { $0 != first && place($0).overlaps(place(first)) }
      #expect(others.allSatisfy { !buffers[$0].steps.overlaps(buffers[first].steps) })
      #expect(plan.isShared[first] == !others.isEmpty)
    }
    // No plan is smaller than what is needed at one step.
    let mostAtOnce = (0...32).map { step in
      buffers.filter { $0.steps.contains(step) }.reduce(0) { $0 + Self.size($1) }
    }.max()
    #expect(plan.count >= mostAtOnce ?? 0)
    #expect(plan.count <= buffers.reduce(0) { $0 + Self.size($1) })
    #expect(MemoryPlan(buffers) == plan)
  }

  @Test func aChainNeedsTwoPlaces() {
    let chain = (0..<9).map { MemoryPlan.Buffer(count: 64, steps: $0...$0 + 1) }
    #expect(MemoryPlan(chain).count == 128)
  }

  @Test func theLargestComesFirstAndGapsAreFilled() {
    let plan = MemoryPlan([
      MemoryPlan.Buffer(count: 16, steps: 0...9), MemoryPlan.Buffer(count: 64, steps: 0...4),
      MemoryPlan.Buffer(count: 32, steps: 5...9), MemoryPlan.Buffer(count: 1, steps: 6...6),
    ])
    #expect(plan.offsets == [64, 0, 0, 32])
    #expect(plan.isShared == [false, true, true, true])
    #expect(plan.count == 80)
    #expect(MemoryPlan([]).count == 0)
  }
}
