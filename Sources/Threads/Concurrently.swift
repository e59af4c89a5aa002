import Synchronization
import SystemPackage

/// Runs `other` on a thread of its own while the caller runs `body`, and returns when both have ended.
/// Where there is no thread, the caller runs one after the other.
package func concurrently<Value: Sendable, Result, Failure: Error>(
  _ other: @escaping @Sendable () -> Value,
  _ body: () throws(Failure) -> Result
) throws(Failure) -> (Value, Result) {
  let box = Box<Value>()
  let thread = try? SystemThread.start {
    let value = other()
    box.value.withLock { $0 = value }
  }
  let result: Result
  do throws(Failure) {
    result = try body()
  } catch {
    thread?.join()
    throw error
  }
  thread?.join()
  return (box.value.withLock { $0 } ?? other(), result)
}

private final class Box<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}
