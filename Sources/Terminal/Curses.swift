import CNcurses
import Glibc

/// ncurses on one terminal: the only place that calls it, and never from two threads at once.
///
/// Its functions work on globals, so there is one of these at a time.
final class Curses {
  private let screen: OpaquePointer
  private let window: UnsafeMutablePointer<WINDOW>
  private let streams: [UnsafeMutablePointer<FILE>]
  private let characters: CharacterSet
  private var colors: ColorPairs
  /// How styles look from the next `draw` on.
  var theme = Theme.plain
  private var isCursorShown: Bool?
  // A row and a character on their way to ncurses, kept to be used again.
  private var row: [cchar_t] = []
  private var text: [wchar_t] = [0, 0]

  private(set) var width = 1
  private(set) var height = 1

  /// Takes the terminal over: alternate screen, no echo, keys as they are pressed.
  init(type: String, input: Int32, output: Int32) throws(ScreenError) {
    characters = CharacterSet.adopt()
    let reading = try Curses.stream(on: input, mode: "r")
    let writing: UnsafeMutablePointer<FILE>
    do {
      writing = try Curses.stream(on: output, mode: "w")
    } catch {
      fclose(reading)
      throw error
    }
    streams = [reading, writing]

    // ncurses would end the program at these; how it ends is not for the screen to say.
    let handlers = [SIGINT, SIGTERM].map { signal in
      var action = sigaction()
      sigaction(signal, nil, &action)
      return (signal, action)
    }
    let opened = newterm(type, writing, reading)
    for (signal, var action) in handlers { sigaction(signal, &action, nil) }
    guard let opened else {
      for stream in streams { fclose(stream) }
      throw .unknownTerminal(type)
    }
    screen = opened
    guard Capability("cup") != nil, let window = newwin(0, 0, 0, 0) else {
      endwin()
      delscreen(opened)
      for stream in streams { fclose(stream) }
      throw .incapableTerminal(type)
    }
    self.window = window

    raw()
    noecho()
    nonl()
    keypad(window, true)
    // Waiting input would make ncurses put off drawing.
    typeahead(-1)
    leaveok(window, true)
    colors = ColorPairs(isWanted: (environment("NO_COLOR") ?? "").isEmpty)
    resize()
    showCursor(nil)
  }

  /// Shows a canvas; only what differs from the screen is written. What lies outside of the screen
  /// is left out, and what the canvas does not reach is blank.
  func draw(_ canvas: Canvas, cursor: (x: Int, y: Int)?) {
    if cursor == nil { showCursor(nil) }
    werase(window)
    for y in 0..<min(canvas.height, height) {
      encode(row: y, of: canvas)
      wmove(window, Int32(y), 0)
      wadd_wchnstr(window, row, Int32(row.count))
    }
    if let cursor { wmove(window, clamped(cursor.y, height), clamped(cursor.x, width)) }
    wnoutrefresh(window)
    doupdate()
    if let cursor { showCursor(cursor) }
  }

  /// Writes the whole screen again, whatever the terminal has made of it.
  func repaint() {
    clearok(window, true)
    wnoutrefresh(window)
    doupdate()
    // Leaving has ended it, and only reading keys through ncurses would begin it again.
    keypad(window, true)
  }

  /// Learns the size of the terminal. Some terminals move what they show, so all is drawn again.
  func resize() {
    var size = winsize()
    if ioctl(fileno(streams[1]), UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 {
      resizeterm(Int32(size.ws_row), Int32(size.ws_col))
      wresize(window, Int32(size.ws_row), Int32(size.ws_col))
    }
    width = max(1, Int(getmaxx(window)))
    height = max(1, Int(getmaxy(window)))
    clearok(window, true)
  }

  /// Leaves the terminal as it was found, until `repaint()`.
  func leave() {
    endwin()
  }

  /// Takes the modes that the terminal has now for the ones to leave it in.
  func adoptModes() {
    def_shell_mode()
  }

  /// Leaves the terminal for good; nothing else may be called then.
  func close() {
    endwin()
    delwin(window)
    delscreen(screen)
    for stream in streams { fclose(stream) }
  }

  /// What to write to the terminal to leave it as it was found.
  var resetSequence: [UInt8] {
    var sequence: [UInt8] = []
    for name in ["sgr0", "op", "rmcup", "cnorm", "rmkx"] {
      sequence += Capability(name)?.bytes ?? []
    }
    // Without another screen to go back to, what follows begins on a line of its own.
    return Capability("rmcup") == nil ? sequence + Array("\r\n".utf8) : sequence
  }

  /// The sequences that the terminal says its keys send.
  var keys: [[UInt8]: Key] {
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in KeySequences.capabilities {
      if let bytes = Capability(name)?.bytes { keys[bytes] = key }
    }
    return keys
  }
}

extension Curses {
  private func encode(row y: Int, of canvas: Canvas) {
    row.removeAll(keepingCapacity: true)
    var style = Style.plain
    var look = colors.attributes(of: theme[style])
    let columns = min(canvas.width, width)
    for x in 0..<columns {
      let index = y * canvas.width + x
      let cell = canvas.cells[index]
      if cell.style != style {
        style = cell.style
        look = colors.attributes(of: theme[style])
      }

      let isWide = x + 1 < canvas.width && canvas.cells[index + 1].isContinuation
      var scalar = characters.shown(cell.scalar)
      if cell.isContinuation {
        // ncurses knows of a wide character's second cell by itself, but `?` has none.
        if characters == .unicode { continue }
        scalar = " "
      } else if isWide, x + 1 == columns {
        scalar = " "
      }
      text[0] = wchar_t(scalar.value)
      if characters == .unicode, !canvas.marks.isEmpty {
        text = [text[0]] + (canvas.marks[index] ?? []).map { wchar_t($0.value) } + [0]
      }
      var encoded = cchar_t()
      setcchar(&encoded, text, look.attributes, look.pair, nil)
      row.append(encoded)
    }
  }

  private func showCursor(_ position: (x: Int, y: Int)?) {
    let isShown = position != nil
    guard isShown != isCursorShown else { return }
    isCursorShown = isShown
    leaveok(window, !isShown)
    curs_set(isShown ? 1 : 0)
  }

  private func clamped(_ coordinate: Int, _ count: Int) -> Int32 {
    Int32(min(max(coordinate, 0), count - 1))
  }

  private static func stream(
    on descriptor: Int32,
    mode: String
  ) throws(ScreenError) -> UnsafeMutablePointer<FILE> {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .refused(errno) }
    guard let stream = fdopen(copy, mode) else {
      let code = errno
      Glibc.close(copy)
      throw .refused(code)
    }
    return stream
  }
}
