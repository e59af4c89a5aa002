import CTerminal
import Glibc
import Synchronization

/// The terminal as a full screen, and its keys. There is one at a time.
///
/// It may be used from any thread. Drawing waits for the terminal to take what is written. Nobody
/// reads keys meanwhile, so Ctrl-C sends this process SIGINT once that has taken a second.
package final class Screen: Sendable {
  /// Keys and changes of the screen, for one reader. It ends with `endOfInput`, or at `close()`.
  package let input: AsyncStream<Input>

  private struct State {
    var curses: Curses
    /// The modes in which to leave the terminal.
    var modes: termios
  }

  /// Nil once closed.
  private let state: Mutex<State?>
  /// What has been learnt of the terminal and not been heeded: whoever learns it must not wait for a
  /// terminal that takes no output.
  private struct News {
    var isResized = false
    var hasSynchronizedOutput: Bool?
  }

  private let news = Mutex(News())
  /// Since when the terminal has been in use, in ns of the monotonic clock; 0 while it is not.
  private let busySince = Atomic<UInt64>(0)
  private let loop: InputLoop
  private let descriptors: (input: Int32, output: Int32)

  /// Takes the terminal over, until `close()`.
  ///
  /// - Parameters:
  ///   - input: the terminal that keys come from; stays the caller's.
  ///   - output: the terminal to draw on; stays the caller's.
  ///   - type: what kind of terminal it is; nil goes by TERM.
  /// - Throws: an error whose description says what to do.
  package init(
    input: Int32 = STDIN_FILENO,
    output: Int32 = STDOUT_FILENO,
    type: String? = nil
  ) throws(ScreenError) {
    guard isatty(output) == 1 else { throw .outputIsNoTerminal }
    guard isatty(input) == 1 else { throw .inputIsNoTerminal }
    guard let type = type ?? environment("TERM"), !type.isEmpty else { throw .unnamedTerminal }
    terminal_await_foreground(input)
    var modes = termios()
    guard tcgetattr(input, &modes) == 0 else { throw .refused(errno) }
    crash_guard_arm(input, output, &modes, nil, 0)

    // ncurses leaves these signals alone where it finds them taken.
    let signals = terminal_signals_begin()
    guard signals >= 0 else {
      crash_guard_disarm()
      throw .refused(errno)
    }
    let curses: Curses
    do {
      curses = try Curses(type: TerminalType(name: type), input: input, output: output)
    } catch {
      terminal_signals_end()
      crash_guard_disarm()
      throw error
    }
    do {
      loop = try InputLoop(terminal: input, signals: signals, keys: KeySequences.described)
    } catch {
      curses.close()
      terminal_signals_end()
      crash_guard_disarm()
      throw error
    }

    descriptors = (input, output)
    self.input = loop.input
    state = Mutex(State(curses: curses, modes: modes))
    state.withLock { if let state = $0 { arm(state) } }
    try loop.start(
      onSignal: { [weak self] in self?.handle($0) },
      onReply: { [weak self] in self?.handle($0) },
      onInterrupt: { [weak self] in self?.interrupt(after: $0) }
    )
    // Before the first frame, which covers what a terminal might print instead of an answer.
    state.withLock { state in
      guard let state, state.curses.isXTermLike else { return }
      loop.expectReplies()
      state.curses.ask()
    }
  }

  deinit {
    close()
  }

  /// The size in columns and rows, at least 1 each.
  package var size: (width: Int, height: Int) {
    withState { state in
      state.map { ($0.curses.width, $0.curses.height) } ?? (1, 1)
    }
  }

  /// Whether the user's locale lets it show more than ASCII.
  package var isUnicode: Bool {
    withState { $0?.curses.isUnicode ?? false }
  }

  /// How styles look from the next `draw` on.
  package var theme: Theme {
    get { withState { $0?.curses.theme ?? .plain } }
    set { withState { $0?.curses.theme = newValue } }
  }

  /// Which colours it can distinguish; others become the nearest of these.
  package var colorDepth: ColorDepth {
    withState { $0?.curses.depth ?? .none }
  }

  /// Whether `input` reports the mouse, false at first. While it does, the user can select text
  /// only as the terminal provides for, often with Shift. Stays false where the terminal has none.
  package var isMouseCaptured: Bool {
    get { withState { $0?.curses.isMouseCaptured ?? false } }
    set { withState { $0?.curses.isMouseCaptured = newValue } }
  }

  /// Copies text to the user's clipboard, also from another host, where the terminal lets programs
  /// do so; in many, the user has to turn that on.
  ///
  /// - Parameter text: at most 100 kB.
  /// - Returns: false where the text is too long or the terminal knows of no clipboard.
  @discardableResult
  package func copy(_ text: String) -> Bool {
    guard text.utf8.count <= Clipboard.limit else { return false }
    return withState { state in
      guard let state, state.curses.isXTermLike else { return false }
      state.curses.copy(text)
      return true
    }
  }

  /// Rings the terminal's bell.
  package func ring() {
    crash_guard_cover_thread()
    withState { $0?.curses.ring() }
  }

  /// Shows a canvas; only what changed is written. A canvas of another size than the screen's is
  /// cut, or leaves the remaining cells blank.
  ///
  /// - Parameter cursor: where the cursor is, as in a prompt; nil hides it.
  package func draw(_ canvas: Canvas, cursor: Canvas.Position? = nil) {
    crash_guard_cover_thread()
    withState { $0?.curses.draw(canvas, cursor: cursor) }
  }

  /// Writes the whole screen again, for when something else has written over it.
  package func redraw() {
    withState { $0?.curses.repaint() }
  }

  /// Leaves the screen and stops the whole job, as Ctrl-Z does elsewhere. Returns when it is
  /// continued, with the screen painted again; `input` then gives `resized`.
  package func suspend() {
    suspend(wholeGroup: true)
  }

  /// Gives the terminal back exactly as it was. Does nothing the second time.
  package func close() {
    if withState({ $0 != nil }) { loop.awaitReplies(Screen.replyLimit) }
    let isClosed = withState { state in
      guard var open = state else { return true }
      state = nil
      open.curses.close()
      tcsetattr(descriptors.input, TCSANOW, &open.modes)
      crash_guard_disarm()
      terminal_signals_end()
      return false
    }
    if !isClosed { loop.stop() }
  }
}

extension Screen {
  /// How long a terminal that is slow to answer keeps nettop from giving it back, in ms.
  private static let replyLimit = 200

  /// Gives the terminal back from any thread, for the process to end at once. Where the terminal
  /// takes no output, it gets its modes back at least. Takes half a second at most.
  package static func abandon() {
    terminal_put_back()
  }

  /// Uses the terminal, once it has heeded the news.
  private func withState<Result: Sendable>(
    _ body: (inout sending State?) -> Result
  ) -> Result {
    state.withLock { state in
      busySince.store(Screen.now, ordering: .relaxed)
      defer { busySince.store(0, ordering: .relaxed) }
      let news = news.withLock { news in
        defer { news = News() }
        return news
      }
      if let open = state {
        if news.isResized { open.curses.resize() }
        if let isSupported = news.hasSynchronizedOutput {
          open.curses.hasSynchronizedOutput = isSupported
          arm(open)
        }
      }
      return body(&state)
    }
  }

  /// Sends SIGINT for Ctrl-C where the terminal keeps its reader waiting for long.
  ///
  /// - Parameter age: how long ago the key came.
  /// - Returns: after how long that is to be looked at again; `nil` once the key has been read, or
  ///   the signal sent.
  private func interrupt(after age: Duration) -> Duration? {
    let since = busySince.load(ordering: .relaxed)
    let isBusy = since != 0
    // A terminal that is idle now may be in use before the key has been read.
    let waited = isBusy ? Duration.nanoseconds(Int64(Screen.now) - Int64(since)) : age
    if waited < Screen.busyLimit {
      return age - waited > Screen.busyLimit ? nil : Screen.busyLimit - waited
    }
    if isBusy { kill(getpid(), SIGINT) }
    return nil
  }

  /// How long drawing waits for the terminal before Ctrl-C is a signal.
  private static let busyLimit = Duration.seconds(1)

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private func handle(_ reply: Reply) {
    guard case .synchronizedOutput(let isSupported) = reply else { return }
    news.withLock { $0.hasSynchronizedOutput = isSupported }
  }

  private func handle(_ signal: Int32) {
    switch signal {
    case SIGTSTP:
      suspend(wholeGroup: false)
    case SIGCONT:
      // Stopped by a signal that cannot be caught: the shell has had the terminal since.
      withState { state in
        guard let state else { return }
        terminal_await_foreground(descriptors.input)
        state.curses.leave()
        state.curses.resize()
        state.curses.repaint()
      }
      loop.yield(.resized)
    default:
      news.withLock { $0.isResized = true }
      loop.yield(.resized)
    }
  }

  private func suspend(wholeGroup: Bool) {
    loop.awaitReplies(Screen.replyLimit)
    withState { state in
      guard var open = state else { return }
      open.curses.leave()
      tcsetattr(descriptors.input, TCSANOW, &open.modes)
      crash_guard_disarm()

      // It is the user who keeps the terminal now.
      busySince.store(0, ordering: .relaxed)
      terminal_stop(descriptors.input, wholeGroup)
      busySince.store(Screen.now, ordering: .relaxed)

      // The user may have set other modes in the meantime.
      tcgetattr(descriptors.input, &open.modes)
      open.curses.adoptModes()
      state = open
      arm(open)
      open.curses.resize()
      open.curses.repaint()
    }
    loop.yield(.resized)
  }

  /// Makes a crash put the terminal back.
  private func arm(_ state: State) {
    var modes = state.modes
    let reset = state.curses.resetSequence
    reset.withUnsafeBytes { bytes in
      crash_guard_arm(
        descriptors.input,
        descriptors.output,
        &modes,
        bytes.baseAddress,
        bytes.count
      )
    }
  }
}
