import Dispatch
import Glibc
import Synchronization
import SystemPackage
import Threads

/// A thread with the rights that files are to be opened with: actors on it can open more of them at any
/// time, as SQLite does.
final class RightsThread: SerialExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let waiting = DispatchSemaphore(value: 0)
  private let refusal = Mutex<FileRefusal?>(nil)

  /// Returns once the thread has the rights. It lives as long as the process.
  init(_ rights: FileRights) throws(FileRefusal) {
    let isReady = DispatchSemaphore(value: 0)
    let isStarted = SystemThread.startDetached { [self] in
      do throws(FileRefusal) {
        try rights.assume()
      } catch {
        refusal.withLock { $0 = error }
      }
      isReady.signal()
      while true {
        waiting.wait()
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        job?.runSynchronously(on: asUnownedSerialExecutor())
      }
    }
    guard isStarted else { throw FileRefusal("cannot create a thread") }
    isReady.wait()
    if let refusal = refusal.withLock({ $0 }) { throw refusal }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    waiting.signal()
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// Runs what is not of an actor on such a thread.
actor RightsActor {
  private let thread: RightsThread

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(_ thread: RightsThread) { self.thread = thread }

  func perform<Value: Sendable>(_ body: @Sendable () throws -> Value) throws -> Value {
    try body()
  }
}
