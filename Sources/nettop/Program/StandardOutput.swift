import Glibc

/// Standard output, written in large pieces.
struct StandardOutput: TextOutputStream {
  enum Reader {
    case present
    /// Nobody reads any more: the end of the output, and no failure.
    case closed
  }

  private static let piece = 1 << 16
  private var buffer: [UInt8] = []
  private var outcome: Result<Reader, Failure> = .success(.present)

  mutating func write(_ string: String) {
    buffer.append(contentsOf: string.utf8)
    if buffer.count >= Self.piece { empty() }
  }

  /// Writes out what is left.
  ///
  /// - Throws: why it could not be written, now or before.
  mutating func flush() throws(Failure) -> Reader {
    empty()
    return try outcome.get()
  }

  private mutating func empty() {
    defer { buffer.removeAll(keepingCapacity: true) }
    var bytes = buffer[...]
    while case .success(.present) = outcome, !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if errno == EPIPE {
        outcome = .success(.closed)
      } else if errno == EAGAIN {
        // A pipe that somebody else made non-blocking: wait for its reader.
        var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&descriptor, 1, -1)
      } else if errno != EINTR {
        outcome = .failure(Failure("cannot write: \(String(cString: strerror(errno)))"))
      }
    }
  }
}
