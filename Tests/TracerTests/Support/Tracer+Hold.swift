import Connections
import Dispatch

@testable import Tracer

extension Tracer {
  /// Keeps it from all else.
  func hold(until released: DispatchSemaphore) {
    released.wait()
  }
}
