internal import CTracer
@preconcurrency import Dispatch
import Glibc

/// Calls when the kernel has reported freed sockets, of any number of namespaces, but not for each:
/// many wait together.
final class FreedSocketWakeup {
  private let epoll: Int32
  private let source: any DispatchSourceRead
  private let queue: DispatchQueue

  /// How long reports wait for others.
  private static let pause = DispatchTimeInterval.milliseconds(10)

  /// `nil` if too many files are open.
  ///
  /// - Parameter receive: returns whether it left some, for which it is called again soon.
  init?(queue: DispatchQueue, _ receive: @escaping @Sendable () -> Bool) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard epoll >= 0 else { return nil }
    self.queue = queue
    let source = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue)
    self.source = source
    let epoll = epoll
    source.setCancelHandler { close(epoll) }
    source.setEventHandler {
      let isMore = receive()
      source.suspend()
      if isMore {
        // What else waits for the queue comes first.
        queue.async { source.resume() }
      } else {
        queue.asyncAfter(deadline: .now() + Self.pause) { source.resume() }
      }
    }
    source.activate()
  }

  /// Listens to one more; it leaves with its descriptor.
  func add(_ descriptor: Int32) {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue
    epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
  }

  deinit {
    source.cancel()
  }
}
