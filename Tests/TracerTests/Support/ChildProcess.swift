import Glibc
import Synchronization
import TestSupport

/// A program that runs beside the test. What it says on standard error is among its output.
final class ChildProcess: Sendable {
  let pid: pid_t
  /// Its input and output.
  private let channel: Int32
  /// What was read and is no whole line yet.
  private let rest = Mutex<[UInt8]>([])
  private let status = Mutex<Int32?>(nil)

  /// Starts a program, which is looked for in `PATH`.
  init(_ words: [String]) throws {
    var ends: [Int32] = [-1, -1]
    // No pipe: its ends would be inherited by what another thread starts at this moment.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw HarnessError("socketpair: \(errno)")
    }
    channel = ends[0]
    defer { close(ends[1]) }
    do throws(Spawn.Failure) {
      pid = try Spawn(words, descriptors: (0...2).map { .copy(of: ends[1], as: $0) }).start()
    } catch {
      close(channel)
      throw HarnessError(error.description)
    }
  }

  deinit {
    close(channel)
  }

  func write(_ line: String) throws {
    let bytes = Array((line + "\n").utf8)
    guard Glibc.write(channel, bytes, bytes.count) == bytes.count else {
      throw HarnessError("process \(pid) reads no more")
    }
  }

  /// The next line of its output, `nil` at the end.
  func readLine(seconds: Int32) throws -> [UInt8]? {
    try rest.withLock { rest in
      while true {
        if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
          let line = Array(rest[..<end])
          rest.removeSubrange(...end)
          return line
        }
        var descriptor = pollfd(fd: channel, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, Int32(Patience.seconds(Int(seconds))) * 1000) == 1 else {
          throw HarnessError("process \(pid) says nothing")
        }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let got = read(channel, &bytes, bytes.count)
        guard got > 0 else { return nil }
        rest += bytes[..<got]
      }
    }
  }

  /// Waits until it has ended; gives its exit status, or minus the signal that ended it.
  @discardableResult
  func wait() -> Int32 {
    status.withLock { status in
      if let status { return status }
      var ended: Int32 = 0
      while waitpid(pid, &ended, 0) < 0, errno == EINTR {}
      let result = ended & 0x7f == 0 ? (ended >> 8) & 0xff : -(ended & 0x7f)
      status = result
      return result
    }
  }

  /// Kills it if it still runs.
  func end() {
    if status.withLock({ $0 == nil }) { kill(pid, SIGKILL) }
    wait()
  }
}
