import CThreads
import Glibc
package import SystemPackage

/// A thread of one's own: it may wait for as long as it likes, which would hold up the threads of a
/// pool.
package struct SystemThread: Sendable {
  private let handle: pthread_t

  /// Starts one that the caller can do without, to be joined or detached.
  ///
  /// - Throws: why there is none, `resourceTemporarilyUnavailable` at the task limit. The body does
  ///   not run then.
  package static func start(_ body: @escaping @Sendable () -> Void) throws(Errno) -> SystemThread {
    try create(body) { thread_try_create($0, $1, $2, $3) }
  }

  /// Starts one that nobody waits for. Signals go to others.
  ///
  /// - Returns: whether there is such a thread now; otherwise the body does not run.
  package static func startDetached(_ body: @escaping @Sendable () -> Void) -> Bool {
    // A thread has the mask of the one that makes it.
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    do throws(Errno) {
      try start(body).detach()
      return true
    } catch {
      return false
    }
  }

  /// Starts one that is needed: where the system refuses it time and again, the handler of
  /// `threads_on_shortage` is called.
  static func startNeeded(_ body: @escaping () -> Void) throws(Errno) -> SystemThread {
    try create(body) { pthread_create($0, $1, $2, $3) }
  }

  /// Whether it is the one that asks.
  package var isCurrent: Bool { pthread_equal(handle, pthread_self()) != 0 }

  /// Waits for its end.
  package func join() {
    pthread_join(handle, nil)
  }

  /// Nobody waits for its end.
  package func detach() {
    pthread_detach(handle)
  }

  private typealias Entry = @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?

  private static func create(
    _ body: @escaping () -> Void,
    by create: (
      UnsafeMutablePointer<pthread_t>, UnsafePointer<pthread_attr_t>?, Entry,
      UnsafeMutableRawPointer
    ) -> Int32
  ) throws(Errno) -> SystemThread {
    let box = Unmanaged.passRetained(Body(body))
    var handle = pthread_t()
    let entry: Entry = { context in
      if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
      return nil
    }
    let code = create(&handle, nil, entry, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw Errno(rawValue: code)
    }
    return SystemThread(handle: handle)
  }

  private final class Body {
    let run: () -> Void

    init(_ run: @escaping () -> Void) {
      self.run = run
    }
  }
}
