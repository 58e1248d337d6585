import ConvKitCore
import ConvKitKernels
import Synchronization
import Testing

@Suite struct WorkersInOrderTests {
  struct Stop: Error {}

  @Test(arguments: 1...3, [1, 2, 7, 1000])
  func resultsComeInOrder(threads: Int, atOnce: Int) throws {
    let workers = try Workers(count: threads)
    for items in [0, 1, 2, 100] {
      var taken: [Int] = []
      workers.runInOrder(items: items, atOnce: atOnce) {
        $0 * $0
      } take: { places, results in
        #expect(results == places.map { $0 * $0 })
        #expect((1...atOnce).contains(results.count))
        taken += places
      }
      #expect(taken == Array(0..<items))
    }
  }

  /// Items that take long are handed over in between, whatever the number that may wait.
  @Test(arguments: 1...3) func slowItemsDoNotWaitForOneAnother(threads: Int) throws {
    let workers = try Workers(count: threads)
    var (rounds, taken) = (0, [Int]())
    workers.runInOrder(items: 12, atOnce: 12) { item in
      let end = ContinuousClock.now + .milliseconds(item == 4 ? 90 : 20)
      while ContinuousClock.now < end {}
      return item
    } take: { _, results in
      rounds += 1
      taken += results
    }
    #expect(taken == Array(0..<12))
    #expect(rounds > 1)
  }

  @Test(arguments: 1...3) func whatIsThrownEndsTheWork(threads: Int) throws {
    let workers = try Workers(count: threads)
    let begun = Atomic(0)
    var taken = 0
    #expect(throws: Stop.self) {
      try workers.runInOrder(items: 100, atOnce: 5) { _ in
        begun.add(1, ordering: .relaxed)
      } take: { places, _ in
        taken += places.count
        if places.upperBound > 12 { throw Stop() }
      }
    }
    #expect(taken > 12 && taken <= 17)
    #expect(begun.load(ordering: .relaxed) < 100)
    // The workers can be used again.
    workers.runInOrder(items: 3, atOnce: 3) {
      $0
    } take: { _, results in
      taken = results.count
    }
    #expect(taken == 3)
  }

  /// Front ends compute as they do without workers, while a network's threads flush denormals.
  @Test(arguments: 1...3) func denormalsAreTheCallers(threads: Int) throws {
    let workers = try Workers(count: threads)
    @Sendable func half(_ item: Int) -> UInt32 {
      (Float(bitPattern: 0x0080_0000 + UInt32(item)) / 2).bitPattern
    }
    func halves() -> [UInt32] {
      var all: [UInt32] = []
      workers.runInOrder(items: 40, atOnce: 40, half) { _, results in all += results }
      return all
    }
    #expect(halves().allSatisfy { $0 != 0 })
    let setting = convkit_flush_denormals()
    #expect(halves().allSatisfy { $0 == 0 })
    convkit_restore_denormals(setting)
    #expect(halves().allSatisfy { $0 != 0 })
  }
}
