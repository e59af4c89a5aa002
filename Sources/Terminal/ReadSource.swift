import Dispatch
import Glibc

/// Tells when a descriptor has something to read, on a queue. It owns the descriptor.
struct ReadSource: Sendable {
  let descriptor: Int32
  // Dispatch says that its objects may be used from any thread, if not in a way that Swift knows.
  private nonisolated(unsafe) let source: any DispatchSourceRead

  init(descriptor: Int32, queue: DispatchQueue) {
    self.descriptor = descriptor
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    source.setCancelHandler { close(descriptor) }
  }

  func start(_ handler: @escaping @Sendable () -> Void) {
    source.setEventHandler(handler: handler)
    source.activate()
  }

  /// Closes the descriptor once no handler runs any more.
  func cancel() {
    source.cancel()
  }
}
