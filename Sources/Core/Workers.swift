import ConvKitKernels

/// A few threads that share out numbered pieces of work; the caller is one of them.
package final class Workers {
  package let count: Int
  private let handle: OpaquePointer

  /// - Parameter count: as many threads, taken as given, also above the number of cores.
  /// - Throws: `WorkersError` when the system refuses a thread.
  package init(count: Int) throws {
    precondition(count >= 1, "at least one worker, received \(count)")
    guard let handle = convkit_workers_create(Int32(clamping: count)) else {
      throw WorkersError(count: count)
    }
    self.count = count
    self.handle = handle
  }

  deinit { convkit_workers_destroy(handle) }

  /// Calls `body(worker, item)` for every item, each once, and returns when all are done.
  ///
  /// Which worker takes which item is not determined, so a result must not depend on it. Denormal
  /// numbers are flushed to zero meanwhile; the caller's setting is restored. `body` must not call
  /// `run` of the same workers.
  package func run(items: Int, _ body: (_ worker: Int, _ item: Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var body = body
      withUnsafeMutablePointer(to: &body) { context in
        convkit_workers_run(handle, Int32(items), context) { context, worker, item in
          let body = context!.assumingMemoryBound(to: ((Int, Int) -> Void).self)
          body.pointee(Int(worker), Int(item))
        }
      }
    }
  }

  /// Shares out the items of a call, in C's terms.
  func share(
    items: Int, _ context: UnsafeMutableRawPointer,
    _ body: @convention(c) (UnsafeMutableRawPointer?, Int32, Int32) -> Void
  ) {
    convkit_workers_run(handle, Int32(items), context, body)
  }

  /// Calls `body` here, with denormal numbers flushed to zero as `run` has them; it may call `run`.
  package func alone(_ body: () -> Void) {
    let setting = convkit_flush_denormals()
    defer { convkit_restore_denormals(setting) }
    body()
  }
}

/// The system refused to start a thread.
package struct WorkersError: ReportableError {
  package let count: Int
  package var category: ErrorCategory { .inputOutput }
  package var description: String {
    "The system refused to start \(count) threads. Ask for fewer with --threads."
  }
}

extension Workers {
  /// The cores that this process may use: of its affinity, and of its quota where one is set.
  package static var availableCount: Int { max(1, Int(convkit_available_cores())) }
}
