import ConvKitCore
import ConvKitKernels
import Foundation
import Synchronization
import Testing

/// Serialised, so that the rounds meet one another's threads and not another test's.
@Suite(.serialized) struct WorkersTests {
  @Test(arguments: 1...3) func everyItemIsRunOnce(count: Int) throws {
    let workers = try Workers(count: count)
    #expect(workers.count == count)
    for items in [0, 1, 2, 3, 7, 100, 1000] {
      let runs = UnsafeMutablePointer<Int>.allocate(capacity: items + 1)
      runs.initialize(repeating: 0, count: items + 1)
      defer { runs.deallocate() }
      let taken = UnsafeMutablePointer<Int>.allocate(capacity: items + 1)
      taken.initialize(repeating: -1, count: items + 1)
      defer { taken.deallocate() }
      workers.run(items: items) { worker, item in
        runs[item] += 1
        taken[item] = worker
      }
      #expect((0..<items).allSatisfy { runs[$0] == 1 && (0..<count).contains(taken[$0]) })
      #expect(runs[items] == 0)
    }
  }

  /// Items that wait for one another need a thread each. Without one, this gives up after a while.
  @Test func workersRunAtOnce() throws {
    let workers = try Workers(count: 3)
    for _ in 0..<20 {
      let arrived = Atomic(0)
      let left = Atomic(0)
      let deadline = ContinuousClock.now + .seconds(20)
      workers.run(items: 3) { _, _ in
        arrived.add(1, ordering: .sequentiallyConsistent)
        while arrived.load(ordering: .sequentiallyConsistent) < 3 {
          if ContinuousClock.now > deadline { return }
          sched_yield()
        }
        left.add(1, ordering: .sequentiallyConsistent)
      }
      #expect(left.load(ordering: .sequentiallyConsistent) == 3)
    }
  }

  /// Many short rounds, where a wake-up that is lost would leave an item undone or the test hanging;
  /// each of the outer ones waits for an inner one on workers of its own.
  @Test(.timeLimit(.minutes(1))) func manyNestedRounds() throws {
    let outer = try Workers(count: 3)
    let inner = try (0..<3).map { _ in try Workers(count: 2) }
    let done = Atomic(0)
    for round in 0..<3000 {
      outer.run(items: 1 + round % 4) { worker, _ in
        inner[worker].run(items: 3) { _, _ in done.add(1, ordering: .relaxed) }
      }
    }
    let items = (0..<3000).reduce(0) { $0 + 1 + $1 % 4 }
    #expect(done.load(ordering: .relaxed) == 3 * items)
  }

  @Test(.timeLimit(.minutes(1))) func manyRounds() throws {
    let workers = try Workers(count: 2)
    let done = Atomic(0)
    for _ in 0..<20_000 { workers.run(items: 2) { _, _ in done.add(1, ordering: .relaxed) } }
    #expect(done.load(ordering: .relaxed) == 40_000)
  }

  /// Pauses around the time for which a thread spins before it sleeps, so that rounds meet threads
  /// that spin, that are falling asleep, that sleep and that are waking up; with a thread more than
  /// there are cores, with one for each, and with fewer items than either.
  @Test(
    .timeLimit(.minutes(1)), arguments: [2, Workers.availableCount, Workers.availableCount + 3])
  func roundsAfterPausesOfEveryLength(count: Int) throws {
    let workers = try Workers(count: count)
    let clock = ContinuousClock()
    for round in 0..<3000 {
      let items = round % (count + 3)
      let pause = Duration.microseconds(round % 60)
      let sums = Atomic(0)
      workers.run(items: items) { _, item in
        // Some items take longer than a thread spins.
        if round % 7 == 0, item == 1 { usleep(60) }
        sums.add(item + 1, ordering: .relaxed)
      }
      #expect(sums.load(ordering: .relaxed) == items * (items + 1) / 2)
      let start = clock.now
      while clock.now - start < pause {}
    }
  }

  /// What a round has written is there for the caller and for the next round, whoever ran it.
  @Test(.timeLimit(.minutes(1)), arguments: 2...5)
  func roundsSeeWhatTheLastOnesWrote(count: Int) throws {
    let workers = try Workers(count: count)
    let width = 7
    let values = UnsafeMutablePointer<Int>.allocate(capacity: width)
    values.initialize(repeating: 0, count: width)
    defer { values.deallocate() }
    let next = UnsafeMutablePointer<Int>.allocate(capacity: width)
    next.initialize(repeating: 0, count: width)
    defer { next.deallocate() }
    for round in 1...4000 {
      workers.run(items: width) { _, item in next[item] = values[(item + 1) % width] + 1 }
      workers.run(items: width) { _, item in values[item] = next[(item + 1) % width] }
      #expect((0..<width).allSatisfy { values[$0] == round })
    }
  }

  /// Threads that were told to look for work until a moment ago must not look at what is gone.
  @Test(.timeLimit(.minutes(1))) func stopsRightAfterARound() throws {
    let done = Atomic(0)
    for count in 1...400 {
      let workers = try Workers(count: 1 + count % 5)
      for _ in 0...count % 3 {
        workers.run(items: 1 + count % 6) { _, _ in done.add(1, ordering: .relaxed) }
      }
    }
    let items = (1...400).reduce(0) { $0 + (1 + $1 % 3) * (1 + $1 % 6) }
    #expect(done.load(ordering: .relaxed) == items)
  }

  #if os(Linux)
    /// A thread without work spins for a moment only: of half a second of idling, next to nothing is
    /// spent computing. Other threads of this process may compute meanwhile, so its own clock is read.
    @Test func idleThreadsSleep() throws {
      let workers = try Workers(count: 2)
      let deadline = ContinuousClock.now + .seconds(20)
      var clock = clockid_t()
      let found = Atomic(false)
      while !found.load(ordering: .acquiring), ContinuousClock.now < deadline {
        workers.run(items: 2) { worker, _ in
          if worker == 1, !found.load(ordering: .relaxed) {
            pthread_getcpuclockid(pthread_self(), &clock)
            found.store(true, ordering: .releasing)
          }
          usleep(100)
        }
      }
      guard found.load(ordering: .acquiring) else {
        Issue.record("a second thread took no item")
        return
      }
      func seconds() -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
      }
      usleep(20_000)
      let before = seconds()
      usleep(500_000)
      #expect(seconds() - before < 0.01)
    }
  #endif

  /// Workers come and go without a trace.
  @Test(.timeLimit(.minutes(1))) func startAndStop() throws {
    for count in 1...200 {
      let workers = try Workers(count: 1 + count % 4)
      if count % 2 == 0 { workers.run(items: 5) { _, _ in } }
    }
  }

  /// Whether this thread takes a denormal for zero, as an operand and as a result.
  @inline(never) private static func flushes() -> (operand: Bool, result: Bool) {
    // The compiler cannot work out what it does not know before the process starts.
    let bits = UInt32(CommandLine.arguments.count)
    let denormal = Float(bitPattern: bits)
    let least = Float(bitPattern: 0x0080_0000 + bits)
    return (denormal * 0x1p60 == 0, (least / 2).bitPattern == 0)
  }

  @Test(arguments: 1...3) func denormalsAreFlushedInsideAndNotAfter(count: Int) throws {
    let workers = try Workers(count: count)
    #expect(Self.flushes() == (false, false), "a thread starts without")
    for items in [1, 2, 50] {
      let flushed = Atomic(0)
      workers.run(items: items) { _, _ in
        if Self.flushes() == (true, true) { flushed.add(1, ordering: .relaxed) }
      }
      #expect(flushed.load(ordering: .relaxed) == items)
      #expect(Self.flushes() == (false, false), "restored after \(items) items")
    }
    // A caller who had them flushed keeps that.
    let setting = convkit_flush_denormals()
    workers.run(items: 4) { _, _ in }
    #expect(Self.flushes() == (true, true))
    convkit_restore_denormals(setting)
    #expect(Self.flushes() == (false, false))
  }

  #if os(Linux)
    /// In a process of its own, which may take no more memory, so that threads find no stack (nor
    /// does a sanitizer find its own: under one this test fails).
    @Test func aRefusedThreadIsAnError() async {
      await #expect(processExitsWith: .success) {
        var none = rlimit(rlim_cur: 1, rlim_max: 1)
        guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &none) == 0 else { exit(2) }
        do {
          _ = try Workers(count: 100)
          exit(3)
        } catch let error as WorkersError {
          let sentence = error.description
          exit(
            error.category == .inputOutput && sentence.contains("100 threads")
              && sentence.contains("--threads") ? 0 : 4)
        }
      }
    }
  #endif
}
