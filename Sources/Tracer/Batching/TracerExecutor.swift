import Dispatch

/// Runs an actor on a serial dispatch queue, so that dispatch sources on that queue are part of it.
final class TracerExecutor: SerialExecutor {
  let queue = DispatchQueue(label: "nettop.tracer", qos: .userInitiated)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async {
      job.runSynchronously(on: self.asUnownedSerialExecutor())
    }
  }

  func checkIsolated() {
    dispatchPrecondition(condition: .onQueue(queue))
  }
}
