import ConvKit
import ConvKitKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs work over and over on a number of threads at once and times it.
struct Stopwatch {
  let workers: Workers
  /// How long each thread repeats it.
  let seconds: Double

  init(threads: Int, seconds: Double) throws {
    workers = try Workers(count: threads)
    self.seconds = seconds
  }

  /// By thread: the processor times of single runs of `body`, in seconds and in rising order, at
  /// least five.
  ///
  /// - Parameter body: is called with the number of the thread's item, on one thread at a time.
  func times(_ body: (_ item: Int) -> Void) -> [[Double]] {
    let count = workers.count
    var times = Array(repeating: [Double](), count: count)
    let ready = Atomic(0)
    times.withUnsafeMutableBufferPointer { times in
      // Each item has its own place, so the threads do not meet.
      nonisolated(unsafe) let times = times
      workers.run(items: count) { _, item in
        body(item)
        // Nobody starts before all have come, so that no thread has the machine for itself.
        ready.add(1, ordering: .acquiringAndReleasing)
        while ready.load(ordering: .acquiring) < count {}
        times[item] = Self.repeated(seconds: seconds) { body(item) }
      }
    }
    return times
  }

  private static func repeated(seconds: Double, _ body: () -> Void) -> [Double] {
    let clock = ContinuousClock()
    // Runs that are too short for the clock are timed several at a time.
    let once = clock.measure(body) / .seconds(1)
    let runs = max(1, Int(2e-4 / max(once, 1e-8)))
    var times: [Double] = []
    let begin = clock.now
    while times.count < 5 || begin.duration(to: clock.now) < .seconds(seconds) {
      let start = processorTime()
      for _ in 0..<runs { body() }
      times.append((processorTime() - start) / Double(runs))
    }
    return times.sorted()
  }

  /// Seconds that this thread has run: what other programs take of the core is left out.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// A speed in GFLOP/s, of all threads together.
struct Rate {
  let median: Double
  let best: Double

  /// - Parameter operations: of a single run on one thread.
  init(operations: Int, times: [[Double]]) {
    median = times.reduce(0) { $0 + Double(operations) / $1[$1.count / 2] } / 1e9
    best = times.reduce(0) { $0 + Double(operations) / $1[0] } / 1e9
  }
}

extension Stopwatch {
  /// What the cores do at best: multiply-adds on registers alone.
  func peak(_ instructionSet: InstructionSet) -> Rate {
    // About a tenth of a millisecond.
    let rounds = 10_000
    let kernels = instructionSet.kernels.pointee
    let count = kernels.vector_floats
    let operations = withSums(count) { kernels.peak(rounds, $0) }
    return Rate(
      operations: operations, times: times { _ in _ = withSums(count) { kernels.peak(rounds, $0) } }
    )
  }

  private func withSums<Result>(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result)
    -> Result
  {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { sums in
      sums.initialize(repeating: 0.5)
      return body(sums.baseAddress!)
    }
  }
}
