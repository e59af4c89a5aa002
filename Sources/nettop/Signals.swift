@preconcurrency import Dispatch
import Glibc

/// Signals that ask the program to end.
enum Signals {
  static let ending = [SIGTERM, SIGHUP, SIGINT, SIGQUIT]

  /// The signals as they come. As long as it is read, they do not end the process themselves.
  static func stream() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      let sources = ending.map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { continuation.yield(number) }
        source.activate()
        return source
      }
      continuation.onTermination = { _ in
        for source in sources { source.cancel() }
        for number in ending { signal(number, SIG_DFL) }
      }
    }
  }

  /// Ends the process by a signal, so that whoever started it sees why.
  static func die(of number: Int32) -> Never {
    signal(number, SIG_DFL)
    raise(number)
    exit(128 + number)
  }
}
