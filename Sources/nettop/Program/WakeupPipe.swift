import Glibc
import SystemPackage

/// A pipe by which a signal handler or another thread wakes a thread that waits in `poll`. Nobody
/// waits for the other end: what finds no room is dropped, as there is enough to wake the reader.
final class WakeupPipe: Sendable {
  private let ends: (read: FileDescriptor, write: FileDescriptor)

  init() throws(Failure) {
    do throws(Errno) {
      let (readEnd, writeEnd) = try FileDescriptor.pipe(options: [.closeOnExec, .nonBlocking])
      ends = (readEnd, writeEnd)
    } catch {
      throw .noPipe
    }
  }

  deinit {
    try? ends.read.close()
    try? ends.write.close()
  }

  /// What to wait for in `poll`.
  var readiness: pollfd { pollfd(fd: ends.read.rawValue, events: Int16(POLLIN), revents: 0) }

  /// Where a signal handler writes.
  var writeEnd: Int32 { ends.write.rawValue }

  /// Wakes the reader with a byte.
  func send(_ byte: UInt8) {
    _ = withUnsafeBytes(of: byte) { try? ends.write.write($0) }
  }

  /// All bytes that were sent, in their order.
  func take() -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 512)
    while let count = piece.withUnsafeMutableBytes({ try? ends.read.read(into: $0) }), count > 0 {
      bytes += piece.prefix(count)
    }
    return bytes
  }
}
