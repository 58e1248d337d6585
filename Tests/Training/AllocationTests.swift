import AllocationCount
import ConvKitCore
import ConvKitNetworks
import ConvKitReference
import ConvKitWorkloads
import Testing

@testable import ConvKitTraining

/// A training step takes nothing from the heap once there has been one of its size.
@Suite("Allocations of a training step")
struct AllocationTests {
  /// In a process of its own, where nothing else runs meanwhile.
  @Test(.enabled(if: allocation_count_works(), "no count beside a sanitizer"))
  func stepsTakeNothingFromTheHeap() async {
    await #expect(processExitsWith: .success) {
      for workload in Workload.all {
        for (threads, optimizer) in [(1, TrainingOptions.Optimizer.adam), (3, .sgd)] {
          let count = try Self.allocations(workload, threads: threads, optimizer)
          #expect(count == 0, "\(workload.name), \(threads) threads: \(count) calls in two steps")
        }
      }
    }
  }

  /// The count must see what it is there for.
  @Test(.enabled(if: allocation_count_works(), "no count beside a sanitizer"))
  func countSeesAnAllocationOfAThread() async {
    await #expect(processExitsWith: .success) {
      let workers = try Workers(count: 2)
      allocation_count_begin()
      workers.run(items: 4) { _, item in
        UnsafeMutablePointer<Int>.allocate(capacity: item + 1).deallocate()
      }
      #expect(allocation_count_end() >= 4)
    }
  }

  private static func allocations(
    _ workload: Workload, threads: Int, _ optimizer: TrainingOptions.Optimizer
  ) throws -> Int {
    var options = TrainingOptions()
    options.batchSize = workload.batch
    options.optimizer = optimizer
    options.gradientNorm = 1
    let trainer = try Trainer(
      CompiledNetwork(workload.network, input: workload.input, labels: workload.labels),
      options: options, threads: threads)
    var random = SplitMix64(seed: 1)
    let examples = (0..<workload.batch).map { number in
      Trainer.Example(
        input(workload.input, &random), label: number % workload.labels, number: number)
    }
    func step(_ epoch: Int) throws {
      try trainer.take(examples[...], epoch: epoch, learningRate: 0.001)
    }
    for epoch in 1...2 { try step(epoch) }
    allocation_count_begin()
    for epoch in 3...4 { try step(epoch) }
    return Int(allocation_count_end())
  }

  private static func input(_ shape: InputShape, _ random: inout SplitMix64) -> Input {
    let positions = shape.extent.reduce(1, *)
    switch shape.content {
    case .values(let channels):
      return .values(
        Tensor(
          shape: shape.extent + [channels], elements: random.reals(positions * channels)))
    case .tokens(let vocabulary):
      return .tokens(
        Tensor(
          shape: shape.extent,
          elements: (0..<positions).map { _ in Int32(random.integer(in: 1...vocabulary - 1)) }))
    }
  }
}
