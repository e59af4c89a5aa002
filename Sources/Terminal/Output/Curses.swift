import CNcurses
import CTerminal
import Glibc
import SystemPackage

/// ncurses on one terminal: the only place that calls it, and never from two threads at once.
///
/// Its functions work on globals, so there is one of these at a time.
final class Curses {
  private let screen: OpaquePointer
  private let window: UnsafeMutablePointer<WINDOW>
  private let streams: [UnsafeMutablePointer<FILE>]
  private var encoder: RowEncoder
  private var modes: Modes
  private var isCursorShown: Bool?
  /// What is on the screen; nil where all has to be drawn.
  private var shown: (canvas: Canvas, cursor: Canvas.Position?)?

  /// Whether the terminal may be queried, and has a clipboard.
  let isXTermLike: Bool
  /// Whether characters beyond ASCII are shown as they are.
  let isUnicode: Bool
  private(set) var width = 1
  private(set) var height = 1

  /// Takes the terminal over: alternate screen, no echo, keys as they are pressed.
  init(type: TerminalType, input: Int32, output: Int32) throws(ScreenError) {
    let characters = CharacterSet.adopt()
    isUnicode = characters == .unicode
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
    // ncurses refuses a terminal that is larger than it can count. If it may not query the size, it
    // takes that of the description, which not all have; `resize()` finds the true one.
    use_env(!TerminalSize(of: output).isRefused)
    let opened = withRightsOfCaller { newterm(type.description, writing, reading) }
    for (signal, var action) in handlers { sigaction(signal, &action, nil) }
    guard let opened else {
      for stream in streams { fclose(stream) }
      throw .unknownTerminal(type.name)
    }
    screen = opened
    guard TerminfoString("cup") != nil, let window = newwin(0, 0, 0, 0) else {
      endwin()
      delscreen(opened)
      for stream in streams { fclose(stream) }
      throw .incapableTerminal(type.name)
    }
    self.window = window

    raw()
    noecho()
    nonl()
    // These are the modes that ncurses sets whenever it comes back to its screen.
    if terminal_pass_output(output) { def_prog_mode() }
    keypad(window, true)
    // Waiting input would make ncurses put off drawing.
    typeahead(-1)
    leaveok(window, true)
    encoder = RowEncoder(
      characters: characters,
      colors: ColorPairs(isWanted: (environment("NO_COLOR") ?? "").isEmpty)
    )
    modes = Modes(type)
    isXTermLike = type.isXTermLike
    resize()
    showCursor(nil)
    write(modes.enter)
  }

  /// How styles look from the next `draw` on.
  var theme: Theme {
    get { encoder.theme }
    set {
      guard newValue != encoder.theme else { return }
      encoder.theme = newValue
      shown = nil
    }
  }

  var depth: ColorDepth { encoder.depth }

  /// Shows a canvas; only what differs from the screen is written. What lies outside of the screen
  /// is left out, and what the canvas does not reach is blank.
  func draw(_ canvas: Canvas, cursor: Canvas.Position?) {
    let rows = 0..<min(canvas.height, height)
    // A canvas of another size may not reach as far as the one before.
    let previous = shown.flatMap { $0.canvas.height == canvas.height ? $0 : nil }
    let changed = rows.filter { y in previous.map { !canvas.isRow(y, equalTo: $0.canvas) } ?? true }
    if let previous, changed.isEmpty, previous.cursor == cursor {
      return
    }
    frame {
      if cursor == nil { showCursor(nil) }
      if previous == nil { werase(window) }
      for y in changed {
        wmove(window, Int32(y), 0)
        wclrtoeol(window)
        let row = encoder.encode(row: y, of: canvas, columns: min(canvas.width, width))
        wadd_wchnstr(window, row, Int32(row.count))
      }
      if let cursor { wmove(window, clamped(cursor.y, height), clamped(cursor.x, width)) }
      wnoutrefresh(window)
      doupdate()
      if let cursor { showCursor(cursor) }
    }
    shown = (canvas, cursor)
  }

  /// Writes the whole screen again, whatever the terminal has made of it.
  func repaint() {
    frame {
      clearok(window, true)
      wnoutrefresh(window)
      doupdate()
    }
    // Leaving has ended these, and only reading keys through ncurses would begin the first again.
    keypad(window, true)
    write(modes.enter)
  }

  /// Learns the size of the terminal. Some terminals move what they show, so all is drawn again.
  func resize() {
    let size = TerminalSize(of: fileno(streams[1]))
    let rows = size.height.map { Int32($0) } ?? getmaxy(window)
    let columns = size.width.map { Int32($0) } ?? getmaxx(window)
    // Without memory for the new size, the old one stays.
    if resizeterm(rows, columns) == OK { wresize(window, rows, columns) }
    width = max(1, Int(getmaxx(window)))
    height = max(1, Int(getmaxy(window)))
    clearok(window, true)
    shown = nil
  }

  /// Asks the terminal for `Reply`s.
  func ask() {
    write(Reply.questions)
  }

  /// Whether a frame may be put off until it is complete.
  var hasSynchronizedOutput: Bool {
    get { modes.hasSynchronizedOutput }
    set { modes.hasSynchronizedOutput = newValue }
  }

  /// Whether the terminal sends what the mouse does; never where it cannot.
  var isMouseCaptured: Bool {
    get { modes.hasMouse && modes.isMouseCaptured }
    set {
      guard newValue != modes.isMouseCaptured else { return }
      modes.isMouseCaptured = newValue
      write(modes.mouse)
    }
  }

  /// Gives the terminal text for the clipboard.
  func copy(_ text: String) {
    write(Clipboard.sequence(for: text))
  }

  /// Rings the bell, or flashes where there is none.
  func ring() {
    beep()
  }

  /// Leaves the terminal as it was found, until `repaint()`.
  func leave() {
    write(modes.leave)
    endwin()
  }

  /// Takes the modes that the terminal has now for the ones to leave it in.
  func adoptModes() {
    def_shell_mode()
  }

  /// Leaves the terminal for good; nothing else may be called then.
  func close() {
    leave()
    delwin(window)
    delscreen(screen)
    for stream in streams { fclose(stream) }
  }

  /// What to write to the terminal to leave it as it was found.
  var resetSequence: [UInt8] {
    modes.leave + TerminfoString.reset
  }
}

extension Curses {
  /// Lets the terminal show at once all that the body writes, where it can.
  private func frame(_ body: () -> Void) {
    write(modes.frame(isBegin: true))
    body()
    // ncurses has passed on all that it had.
    write(modes.frame(isBegin: false))
  }

  /// Writes to the terminal past ncurses, which holds nothing back between its functions here.
  private func write(_ bytes: [UInt8]) {
    _ = try? FileDescriptor(rawValue: fileno(streams[1])).writeAll(bytes)
  }

  private func showCursor(_ position: Canvas.Position?) {
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
