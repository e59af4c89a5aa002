import Connections
import Dispatch

extension Tracer {
  /// Keeps it from all else.
  func hold(until released: DispatchSemaphore) {
    released.wait()
  }
}
