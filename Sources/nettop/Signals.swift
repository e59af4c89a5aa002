@preconcurrency import Dispatch
import Glibc
import Synchronization

/// Signals that ask the program to end.
enum Signals {
  static let ending = [SIGTERM, SIGHUP, SIGINT, SIGQUIT]

  /// Where the handler writes: the number of each signal, as a byte.
  private static let pipeEnd = Atomic<Int32>(-1)

  /// The signals as they come, from this call on. As long as there is the stream, they do not end
  /// the process themselves. Those that the parent had ignored, as `nohup` does, stay ignored.
  ///
  /// A signal source of Dispatch would lose those that come while it is being made.
  static func stream() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return continuation.finish() }
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
      let (readEnd, writeEnd) = (ends[0], ends[1])
      pipeEnd.store(writeEnd, ordering: .sequentiallyConsistent)
      let taken = ending.filter(take)

      let source = DispatchSource.makeReadSource(fileDescriptor: readEnd, queue: .global())
      source.setEventHandler {
        var number: UInt8 = 0
        while read(readEnd, &number, 1) == 1 { continuation.yield(Int32(number)) }
      }
      source.setCancelHandler {
        close(readEnd)
        close(writeEnd)
      }
      source.activate()
      continuation.onTermination = { _ in
        for number in taken { signal(number, SIG_DFL) }
        pipeEnd.store(-1, ordering: .sequentiallyConsistent)
        source.cancel()
      }
    }
  }

  /// Ends the process by a signal, so that whoever started it sees why.
  static func die(of number: Int32) -> Never {
    signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
  }

  /// Leads a signal to the pipe.
  ///
  /// - Returns: whether it was not ignored before.
  private static func take(_ number: Int32) -> Bool {
    let handler: @convention(c) (Int32) -> Void = { number in
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      write(Signals.pipeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
      errno = saved
    }
    var before = sigaction()
    sigaction(number, nil, &before)
    if unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == 1 { return false }
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_RESTART
    sigaction(number, &action, nil)
    return true
  }
}
