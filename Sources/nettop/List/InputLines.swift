import Glibc
import Threads

/// Reads standard input on a thread of its own and reports each line, until it ends.
///
/// Standard input is only read where the user wants that: a script may have other uses for it. In the
/// background of a terminal nothing is read, as lines there are for somebody else. To read would stop
/// the process (`SIGTTIN`).
enum InputLines {
  /// How long lines are collected until the next report, in microseconds: as often as `--delay`
  /// allows.
  private static let pause: UInt32 = 100_000
  /// How often a process in the background asks whether it still is there, in microseconds.
  private static let backgroundPause: UInt32 = 500_000

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - onLine: called for a line, or several that came together.
  ///   - onEnd: called once, at the end of the file or where it cannot be read.
  static func read(
    onLine: @escaping @Sendable () -> Void,
    onEnd: @escaping @Sendable () -> Void
  ) throws(Failure) {
    // The terminal can go to another process between the question and the read.
    signal(SIGTTIN, SIG_IGN)
    let isStarted = SystemThread.startDetached {
      while let bytes = next() {
        guard bytes.contains(UInt8(ascii: "\n")) else { continue }
        onLine()
        usleep(pause)
      }
      onEnd()
    }
    guard isStarted else { throw .noThread }
  }

  /// Waits for the next bytes; `nil` if there will be none.
  private static func next() -> ArraySlice<UInt8>? {
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      if isInBackground {
        usleep(backgroundPause)
        continue
      }
      var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      if poll(&descriptor, 1, -1) < 0, errno != EINTR { return nil }
      if isInBackground { continue }
      let count = Glibc.read(STDIN_FILENO, &piece, piece.count)
      if count > 0 { return piece.prefix(count) }
      if count == 0 { return nil }
      let isBusy = errno == EINTR || errno == EAGAIN || errno == EIO && isInBackground
      if !isBusy { return nil }
    }
  }

  /// Whether standard input is the terminal of this session, and another job has it.
  private static var isInBackground: Bool {
    let group = tcgetpgrp(STDIN_FILENO)
    return group >= 0 && group != getpgrp()
  }
}
