import ConvKitKernels

/// Work in numbered items for several threads. Sharing out a job takes no memory from the heap, where
/// a closure takes some at every call, because its life must be watched.
package protocol WorkerJob {
  func run(worker: Int, item: Int)
}

extension Workers {
  /// Calls `job.run` for every item, each once, and returns when all are done; as `run` with a
  /// closure has it.
  package func run<Job: WorkerJob>(items: Int, _ job: Job) {
    withUnsafePointer(to: job) { job in
      var call = JobCall(type: Job.self, job: UnsafeRawPointer(job))
      withUnsafeMutablePointer(to: &call) { call in
        share(items: items, call) { call, worker, item in
          guard let call = call?.assumingMemoryBound(to: JobCall.self).pointee else { return }
          call.type.run(call.job, worker: Int(worker), item: Int(item))
        }
      }
    }
  }
}

/// A job without its type: a C function takes no generic parameter.
private struct JobCall {
  let type: any WorkerJob.Type
  let job: UnsafeRawPointer
}

extension WorkerJob {
  fileprivate static func run(_ job: UnsafeRawPointer, worker: Int, item: Int) {
    job.assumingMemoryBound(to: Self.self).pointee.run(worker: worker, item: item)
  }
}
