import Dispatch
import Synchronization

/// A thread for actors that wait, for a disk or with rights of their own: the threads of the pool may
/// not. It lives as long as the process.
package final class ThreadExecutor: SerialExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let waiting = DispatchSemaphore(value: 0)

  /// - Parameter prepare: runs on the thread first; it returns when that has.
  /// - Returns: `nil` if there can be no thread.
  package init?(_ prepare: @escaping @Sendable () -> Void = {}) {
    let isReady = DispatchSemaphore(value: 0)
    let isStarted = SystemThread.startDetached { [self] in
      prepare()
      isReady.signal()
      while true {
        waiting.wait()
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        job?.runSynchronously(on: asUnownedSerialExecutor())
      }
    }
    guard isStarted else { return nil }
    isReady.wait()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    waiting.signal()
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }
}

/// Runs what is not of an actor on such a thread.
package actor ThreadActor {
  private let thread: ThreadExecutor

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    thread.asUnownedSerialExecutor()
  }

  package init(_ thread: ThreadExecutor) { self.thread = thread }

  package func perform<Value: Sendable>(_ body: @Sendable () throws -> Value) throws -> Value {
    try body()
  }
}
