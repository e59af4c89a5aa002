import CNcurses
import Dispatch
import Glibc
import Synchronization
import Testing

/// A terminal that the test holds the other end of. What is written to it is read at once, as a
/// terminal would.
final class PseudoTerminal: Sendable {
  /// What a program opens.
  let device: Int32
  let path: String
  private let controller: Int32
  private nonisolated(unsafe) let source: any DispatchSourceRead
  private let received = Mutex<[UInt8]>([])
  private let answer: String

  /// No screen writes this byte: it marks how far the output has come.
  private static let marker: UInt8 = 0x1E

  /// - Parameter answer: what it sends when it is asked for its attributes, which a program asks
  ///   for last.
  init(width: Int = 80, height: Int = 24, answer: String = XTerm.attributes) throws {
    self.answer = answer
    var controller: Int32 = -1
    var device: Int32 = -1
    var name = [CChar](repeating: 0, count: 128)
    try #require(openpty(&controller, &device, &name, nil, nil) == 0)
    for descriptor in [controller, device] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    self.controller = controller
    self.device = device
    path = String(
      decoding: name.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) },
      as: UTF8.self
    )

    let queue = DispatchQueue(label: "pseudo terminal")
    source = DispatchSource.makeReadSource(fileDescriptor: controller, queue: queue)
    source.setCancelHandler { [controller] in Glibc.close(controller) }
    source.setEventHandler { [weak self] in self?.receive() }
    source.activate()
    resize(width: width, height: height)
  }

  deinit {
    Glibc.close(device)
    hangUp()
  }

  func hangUp() {
    source.cancel()
  }

  func resize(width: Int, height: Int) {
    var size = winsize(
      ws_row: UInt16(height),
      ws_col: UInt16(width),
      ws_xpixel: 0,
      ws_ypixel: 0
    )
    _ = ioctl(device, UInt(TIOCSWINSZ), &size)
  }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(controller, bytes, bytes.count)
  }

  /// All that was written to the terminal before this call and not taken yet.
  func taken() -> String {
    var marker = PseudoTerminal.marker
    _ = write(device, &marker, 1)
    for _ in 0..<20_000 {
      let bytes = received.withLock { received -> ArraySlice<UInt8>? in
        guard let end = received.firstIndex(of: marker) else { return nil }
        defer { received.removeFirst(end + 1) }
        return received[..<end]
      }
      if let bytes { return String(decoding: bytes, as: UTF8.self) }
      usleep(1000)
    }
    Issue.record("The output never came.")
    return ""
  }

  /// All that has come from the terminal so far and was not taken.
  var output: String {
    received.withLock { String(decoding: $0, as: UTF8.self) }
  }

  /// Waits up to 20 s for the condition.
  func wait(until condition: () throws -> Bool) async throws -> Bool {
    for _ in 0..<2000 {
      if try condition() { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return try condition()
  }

  private func receive() {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(controller, &buffer, buffer.count)
    guard count > 0 else { return }
    if !buffer[..<count].ranges(of: Array("\u{1B}[c".utf8)).isEmpty { send(answer) }
    received.withLock { $0 += buffer.prefix(count) }
  }
}

extension PseudoTerminal {
  /// The settings that say how the terminal treats what passes through it.
  var modes: Modes {
    get {
      var modes = termios()
      tcgetattr(device, &modes)
      return Modes(modes: modes)
    }
    set {
      var modes = newValue.modes
      tcsetattr(device, TCSANOW, &modes)
    }
  }

  struct Modes: Equatable {
    var modes: termios

    var isRaw: Bool { modes.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0 }

    static func == (one: Modes, other: Modes) -> Bool {
      let flags = { (modes: termios) in
        [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
      }
      let characters = { (modes: termios) in withUnsafeBytes(of: modes.c_cc) { Array($0) } }
      return flags(one.modes) == flags(other.modes)
        && characters(one.modes) == characters(other.modes)
    }
  }
}

/// What `TERM=xterm-256color` writes.
enum XTerm {
  static let enterScreen = "\u{1B}[?1049h"
  static let leaveScreen = "\u{1B}[?1049l"
  static let hideCursor = "\u{1B}[?25l"
  static let showCursor = "\u{1B}[?12l\u{1B}[?25h"
  static let enterKeypad = "\u{1B}[?1h\u{1B}="
  static let leaveKeypad = "\u{1B}[?1l\u{1B}>"
  static let enterPaste = "\u{1B}[?2004h"
  static let leavePaste = "\u{1B}[?2004l"
  static let enterMouse = "\u{1B}[?1000h\u{1B}[?1006h"
  static let leaveMouse = "\u{1B}[?1006l\u{1B}[?1000l"
  static let beginFrame = "\u{1B}[?2026h"
  static let endFrame = "\u{1B}[?2026l"
  /// What it sends when it is asked for its attributes.
  static let attributes = "\u{1B}[?62;22c"
}
