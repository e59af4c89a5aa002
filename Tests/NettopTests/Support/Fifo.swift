import Glibc
import Testing

/// A named pipe whose reader is the test, which takes what is in it when it likes.
final class Fifo {
  let path: String
  private let directory: TemporaryDirectory
  private var descriptor: Int32
  private(set) var text = ""

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.path + "/fifo"
    try #require(mkfifo(path, 0o600) == 0)
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    try #require(descriptor >= 0)
  }

  deinit {
    close()
  }

  /// Leaves: whoever writes gets EPIPE.
  func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  /// Takes what is there.
  func read() {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = Glibc.read(descriptor, &piece, piece.count), count > 0 {
      text += String(decoding: piece.prefix(count), as: UTF8.self)
    }
  }

  /// Whether a writer would have to wait. Pages need not be full for that.
  var isFull: Bool {
    let writer = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    defer { Glibc.close(writer) }
    var readiness = pollfd(fd: writer, events: Int16(POLLOUT), revents: 0)
    return poll(&readiness, 1, 0) == 0
  }

  /// The lines so far that are whole.
  var lines: [JSONLine] {
    get throws {
      guard let end = text.lastIndex(of: "\n") else { return [] }
      return try JSONLine.lines(of: String(text[...end]))
    }
  }
}
