import ConvKitKernels

extension Workers {
  /// How long workers take up new items before those that are done are handed over: a caller that is
  /// told of each can then show progress, or stop, at least twenty times a second where items are small.
  private static let round = Duration.milliseconds(50)

  /// Calls `work` for every item, each on one of the workers, and hands over the results in the order
  /// of the items, on the caller's thread.
  ///
  /// Denormal numbers are as the caller has them, so that a result is the same as without workers. An
  /// item may be worked on twice, which must change nothing.
  ///
  /// - Parameters:
  ///   - atOnce: how many results there may be that have not been handed over.
  ///   - take: called with the items in a row that are done, and their results. What it throws ends
  ///     the work.
  package func runInOrder<Result: Sendable>(
    items: Int, atOnce: Int, _ work: @Sendable (_ item: Int) -> Result,
    take: (_ items: Range<Int>, _ results: [Result]) throws -> Void
  ) rethrows {
    precondition(atOnce >= 1, "at least one result at once, received \(atOnce)")
    let setting = convkit_flush_denormals()
    convkit_restore_denormals(setting)
    var first = 0
    while first < items {
      var results = [Result?](repeating: nil, count: min(atOnce, items - first))
      let deadline = ContinuousClock.now + Self.round
      results.withUnsafeMutableBufferPointer { results in
        // Each item has its own place, so the threads do not meet.
        nonisolated(unsafe) let results = results
        run(items: results.count) { _, item in
          if item > 0, ContinuousClock.now > deadline { return }
          let flushing = convkit_flush_denormals()
          convkit_restore_denormals(setting)
          results[item] = work(first + item)
          convkit_restore_denormals(flushing)
        }
      }
      // A worker that looked at the clock later than the next item's leaves a gap.
      let done = results.prefix { $0 != nil }.compactMap(\.self)
      try take(first..<first + done.count, done)
      first += done.count
    }
  }
}
