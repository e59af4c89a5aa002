import Synchronization
import Threads

extension FileRights {
  /// A thread with these rights: actors on it can open files at any time, as SQLite does.
  func thread() throws(FileRefusal) -> ThreadExecutor {
    let box = RefusalBox()
    let thread = ThreadExecutor { [self] in
      do throws(FileRefusal) {
        try assume()
      } catch {
        box.refusal.withLock { $0 = error }
      }
    }
    guard let thread else { throw FileRefusal("cannot create a thread") }
    if let refusal = box.refusal.withLock({ $0 }) { throw refusal }
    return thread
  }
}

/// What a thread says about its start.
private final class RefusalBox: Sendable {
  let refusal = Mutex<FileRefusal?>(nil)
}
