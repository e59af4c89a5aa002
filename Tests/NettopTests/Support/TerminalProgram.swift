import CNcurses
import Foundation
import Glibc
import TestSupport
import Testing

/// A program on a terminal of its own, which shows nothing unless it is told to, as one whose
/// connection is dead.
final class TerminalProgram {
  let pid: pid_t
  private let controller: Int32
  private let device: Int32
  private var waitStatus: Int32?

  init(_ words: [String]) throws {
    var (controller, device): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&controller, &device, &name, nil, &size) == 0)
    (self.controller, self.device) = (controller, device)
    for descriptor in [controller, device] {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
    var environment = Child.environment
    environment["TERM"] = "xterm-256color"
    let path = String(
      decoding: name.prefix { $0 != 0 }.map(UInt8.init(truncatingIfNeeded:)),
      as: UTF8.self
    )
    // The terminal becomes the session's.
    pid = try Spawn(
      words,
      descriptors: (0...2).map { .file(path, flags: O_RDWR, as: $0) },
      environment: environment,
      isApart: true
    ).start()
  }

  deinit {
    if waitStatus == nil {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    close(controller)
    close(device)
  }

  /// Takes what the terminal is given, which makes room for more.
  @discardableResult
  func read() -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(controller, &piece, piece.count)
      if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece.prefix(count)
    }
  }

  /// Shows the program's output until it has this text.
  func show(until text: String) async throws {
    var shown = ""
    let isShown = try await eventually {
      shown += read()
      return shown.contains(text)
    }
    try #require(isShown, "\(shown.debugDescription)")
  }

  /// Takes no more output: fills the terminal up and waits until the program waits for it.
  func stick() async throws {
    let noise = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
    let isStuck = try await eventually {
      // The kernel makes more room a little later.
      while write(device, noise, noise.count) > 0 {}
      return isWriting
    }
    try #require(isStuck)
  }

  func type(_ text: String) {
    _ = write(controller, text, text.utf8.count)
  }

  var modes: [tcflag_t] {
    var modes = termios()
    tcgetattr(device, &modes)
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
  }

  /// The wait status once it has ended.
  func ended(within limit: Duration) async throws -> Int32? {
    let hasEnded = try await eventually(within: limit) {
      var status: Int32 = 0
      if waitpid(pid, &status, WNOHANG) == pid { waitStatus = status }
      return waitStatus != nil
    }
    return hasEnded ? waitStatus : nil
  }

  /// Whether one of its threads is inside of write(2).
  private var isWriting: Bool {
    #if arch(x86_64)
      let write = "1 "
    #else
      let write = "64 "
    #endif
    let tasks = "/proc/\(pid)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return threads.contains { thread in
      let call = try? String(contentsOfFile: "\(tasks)/\(thread)/syscall", encoding: .utf8)
      return call?.hasPrefix(write) == true
    }
  }
}
