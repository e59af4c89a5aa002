import Glibc

/// A `nettop` on a terminal of 200 × 50, whose output is read as fast as it comes.
final class NettopSession {
  /// What the header has from the first figures on: the screen is full.
  static let figures = ", memory "
  /// What the table has before them.
  static let waiting = "Waiting for the first figures"

  let pid: pid_t
  private let startedAt: Double
  private let terminal: Int32
  /// What the terminal was sent since `mark()`.
  private var output: [UInt8] = []

  init(arguments: [String] = []) throws {
    var terminal: Int32 = -1
    var device: Int32 = -1
    var name = [CChar](repeating: 0, count: 128)
    var size = winsize(ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
    try BenchError.check(openpty(&terminal, &device, &name, nil, &size), "openpty")
    defer { close(device) }
    for descriptor in [terminal, device] {
      try BenchError.check(fcntl(descriptor, F_SETFD, FD_CLOEXEC), "fcntl")
    }
    self.terminal = terminal
    let path = String(
      decoding: name.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) },
      as: UTF8.self
    )
    let command = Command(arguments: [try Command.nettop] + arguments, terminal: path)
    startedAt = Clocks.now
    pid = try command.start()
  }

  /// The terminal goes away, and nettop with it.
  deinit {
    kill(pid, SIGTERM)
    let deadline = Clocks.now + 5
    while Clocks.now < deadline, waitpid(pid, nil, WNOHANG) == 0 { read(until: Clocks.now + 0.01) }
    close(terminal)
  }

  /// Reads on, until this text has come.
  ///
  /// - Returns: the seconds from the start until then.
  func wait(for text: String) throws -> Double {
    let wanted = Array(text.utf8)
    let deadline = Clocks.now + 60
    while Clocks.now < deadline {
      let searched = max(0, output.count - wanted.count)
      if read(until: deadline, once: true), contains(wanted, from: searched) {
        return Clocks.now - startedAt
      }
    }
    throw BenchError("nettop did not show '\(text)'")
  }

  /// Reads for so long.
  ///
  /// - Returns: how many bytes came.
  @discardableResult
  func read(for seconds: Double) -> Int {
    output = []
    read(until: Clocks.now + seconds)
    defer { output = [] }
    return output.count
  }

  /// The seconds from a key to the first that it makes nettop draw.
  func press(_ key: String) throws -> Double {
    let bytes = Array(key.utf8)
    output = []
    let pressed = Clocks.now
    guard write(terminal, bytes, bytes.count) == bytes.count else { throw BenchError.system("key") }
    guard read(until: pressed + 5, once: true) else { throw BenchError("a key drew nothing") }
    return Clocks.now - pressed
  }

  /// The seconds from a key to the end of the first frame after it, whatever else is drawn meanwhile:
  /// Ctrl-L follows it at once, whose frame begins by clearing the terminal.
  func pressAndRepaint(_ key: String) throws -> Double {
    let bytes = Array("\(key)\u{0c}".utf8)
    output = []
    let pressed = Clocks.now
    guard write(terminal, bytes, bytes.count) == bytes.count else { throw BenchError.system("key") }
    while read(until: pressed + 5, once: true) {
      if contains(Self.clearing, from: 0) { return Clocks.now - pressed }
    }
    throw BenchError("a key drew nothing")
  }

  /// Clears the screen, as nothing but a repaint does.
  private static let clearing = Array("\u{1b}[H\u{1b}[2J".utf8)

  /// A field of its `/proc/PID/status`, in bytes.
  func memory(_ field: String) -> Double {
    ProcessMemory.field(field, of: "\(pid)")
  }

  /// What its BPF maps take in the kernel, in bytes.
  func kernelMemory() -> Double {
    var maps: [Substring: Double] = [:]
    for fields in Files.descriptors("\(pid)") {
      if let id = fields["map_id"], let bytes = fields["memlock"] { maps[id] = Double(bytes) }
    }
    return maps.values.reduce(0, +)
  }

  /// Reads until the deadline, or until something came.
  @discardableResult
  private func read(until deadline: Double, once: Bool = false) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      var descriptor = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
      let left = deadline - Clocks.now
      if left <= 0 { return false }
      guard poll(&descriptor, 1, Int32(left * 1000) + 1) > 0 else { continue }
      let count = Glibc.read(terminal, &buffer, buffer.count)
      if count <= 0 { return false }
      output += buffer.prefix(count)
      if once { return true }
    }
  }

  private func contains(_ wanted: [UInt8], from start: Int) -> Bool {
    guard output.count >= wanted.count else { return false }
    return (start...(output.count - wanted.count)).contains {
      output[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
  }
}
