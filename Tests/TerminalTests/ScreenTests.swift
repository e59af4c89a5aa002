import CNcurses
import Glibc
import StyledText
import Terminal
import Testing

extension ScreenSuites {
  @Suite struct ScreenTests {
    private func screen(on terminal: PseudoTerminal) throws -> Screen {
      try openScreen(on: terminal.device)
    }

    @Test func drawsOnAScreenOfItsOwn() throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      screen.draw(canvas("héllo 日本 e\u{301}"))
      let output = terminal.taken()
      #expect(output.contains(XTerm.enterScreen))
      #expect(output.contains(XTerm.hideCursor))
      #expect(output.contains(XTerm.enterKeypad))
      #expect(output.unicodeScalars.contains("\u{301}"))
      #expect(output.contains("  héllo") && output.contains("日本"))
      #expect(screen.size == (80, 24))
    }

    @Test func writesOnlyWhatChanged() throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      screen.draw(canvas("some words"))
      _ = terminal.taken()
      screen.draw(canvas("some words"))
      #expect(terminal.taken() == "")
      screen.draw(canvas("some wOrds"))
      let output = terminal.taken()
      #expect(output.contains("O") && output.utf8.count < 20)
      screen.redraw()
      #expect(terminal.taken().contains("some wOrds"))
    }

    @Test func showsStyles() throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      screen.theme = Theme([.alarm: Look(.red, on: .blue, [.bold, .underline])])
      screen.draw(canvas("x", style: .alarm))
      let output = terminal.taken()
      #expect(output.contains(";1;4m\u{1B}[31m\u{1B}[44mx"), "\(output.debugDescription)")
      // The rest keeps the terminal's own colours.
      #expect(!output.contains("\u{1B}[40m") && !output.contains("\u{1B}[37m"))
    }

    @Test func ringsTheBell() throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      screen.draw(canvas("some words"))
      #expect(!terminal.taken().contains("\u{7}"))
      screen.ring()
      #expect(terminal.taken() == "\u{7}")
    }

    @Test func honoursNoColor() throws {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(on: terminal.device, noColor: "1")
      screen.theme = Theme([.alarm: Look(.red, on: .blue)])
      screen.draw(canvas("marked", style: .alarm))
      let output = terminal.taken()
      #expect(output.contains(";7mmarked"))
      #expect(!output.contains("[31m") && !output.contains("[44m"))
    }

    @Test func fallsBackToASCII() throws {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(on: terminal.device, locale: "C")
      screen.draw(canvas("a…│日é\u{301}z"))
      #expect(terminal.taken().contains("a~|? ?z"))
    }

    @Test func showsACursorForPrompts() throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      screen.draw(canvas("Filter: "))
      _ = terminal.taken()
      screen.draw(canvas("Filter: "), cursor: Canvas.Position(x: 10, y: 1))
      let shown = terminal.taken()
      #expect(shown.contains("\u{1B}[2;11H") || shown.contains("\u{1B}[?25h"))
      #expect(shown.hasSuffix("\u{1B}[?25h"))
      screen.draw(canvas("Filter: "), cursor: Canvas.Position(x: 1000, y: -1))
      screen.draw(canvas("Filter: "))
      #expect(terminal.taken().contains(XTerm.hideCursor))
    }

    @Test(arguments: [(1, 1), (2, 1), (1, 5), (3, 2), (300, 100)])
    func drawsAtAnySize(width: Int, height: Int) throws {
      let terminal = try PseudoTerminal(width: width, height: height)
      let screen = try screen(on: terminal)
      #expect(screen.size == (width, height))
      for (canvasWidth, canvasHeight) in [(0, 0), (1, 1), (width, height), (width + 1, height + 1)]
      {
        var canvas = Canvas(width: canvasWidth, height: canvasHeight)
        for y in 0..<canvasHeight {
          canvas.write(String(repeating: "日", count: 200), x: y % 2, y: y)
        }
        screen.draw(canvas, cursor: Canvas.Position(x: width, y: height))
        _ = terminal.taken()
      }
    }

    /// ncurses cannot count as far as these go.
    @Test func usesAsMuchAsItCanOfAHugeTerminal() async throws {
      let terminal = try PseudoTerminal(width: 40, height: 40_000)
      let screen = try screen(on: terminal)
      #expect(screen.size == (40, 1024))
      var input = screen.input.makeAsyncIterator()
      for (width, height, used) in [(65_535, 10, (2048, 10)), (50, 65_535, (50, 1024))] {
        terminal.resize(width: width, height: height)
        kill(getpid(), SIGWINCH)
        #expect(await input.next() == .resized)
        #expect(screen.size == used)
        _ = terminal.taken()
        screen.draw(canvas("z", width: used.0, height: used.1))
        #expect(terminal.taken().contains("z"))
      }
    }

    /// As on a serial line.
    @Test func goesByTheEnvironmentWhereTheTerminalHasNoSize() throws {
      setenv("COLUMNS", "100", 1)
      setenv("LINES", "99999", 1)
      defer { for name in ["COLUMNS", "LINES"] { unsetenv(name) } }
      let terminal = try PseudoTerminal(width: 0, height: 0)
      #expect(try screen(on: terminal).size == (100, 1024))
    }

    @Test func limitsTheWidthOfLines() {
      setenv("COLUMNS", "9223372036854775807", 1)
      defer { unsetenv("COLUMNS") }
      #expect(OutputWidth.columns == 32_767)
    }

    @Test func decodesKeys() async throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      var input = screen.input.makeAsyncIterator()
      for (text, key) in [
        ("q", Key.character("q")), ("\u{3}", .control("c")), ("\u{1A}", .control("z")),
        ("\u{11}", .control("q")), ("\r", .enter), ("\u{1B}OA", .up), ("\u{1B}[6~", .pageDown),
        ("\u{1B}OP", .function(1)), ("\u{1B}[24~", .function(12)), ("\u{1B}[99~é", .character("é")),
      ] {
        terminal.send(text)
        #expect(await input.next() == .key(key))
      }
    }

    @Test func tellsEscapeFromASequence() async throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      var input = screen.input.makeAsyncIterator()
      terminal.send("\u{1B}")
      #expect(await input.next() == .key(.escape))
      // A slow network cuts a sequence in two.
      terminal.send("\u{1B}[")
      try await Task.sleep(for: .milliseconds(100))
      terminal.send("A")
      #expect(await input.next() == .key(.up))
    }

    /// The end of the paste never comes.
    @Test func keysAreKeysAgainAfterACutPaste() async throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      var input = screen.input.makeAsyncIterator()
      // Its answers to what the screen asks come before.
      _ = terminal.taken()
      terminal.send("\u{1B}[200~abc")
      let pasted = await input.next()
      #expect(pasted == .pasted("abc"))
      terminal.send("\u{3}")
      let key = await input.next()
      #expect(key == .key(.control("c")))
    }

    @Test func followsTheTerminalsSize() async throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      var input = screen.input.makeAsyncIterator()
      for (width, height) in [(100, 30), (10, 3), (1, 1), (200, 50)] {
        terminal.resize(width: width, height: height)
        kill(getpid(), SIGWINCH)
        #expect(await input.next() == .resized)
        #expect(screen.size == (width, height))
        _ = terminal.taken()
        screen.draw(canvas("z", width: width, height: height))
        #expect(width < 3 || terminal.taken().contains("z"))
      }
    }

    @Test func givesTheTerminalBackAsItWas() async throws {
      let terminal = try PseudoTerminal()
      var odd = termios()
      tcgetattr(terminal.device, &odd)
      odd.c_cc.0 = 7
      odd.c_iflag |= tcflag_t(IXOFF)
      tcsetattr(terminal.device, TCSANOW, &odd)
      let before = terminal.modes

      let screen = try screen(on: terminal)
      #expect(terminal.modes.isRaw && terminal.modes != before)
      screen.draw(canvas("x"))
      _ = terminal.taken()
      screen.close()
      #expect(terminal.modes == before)
      let output = terminal.taken()
      for sequence in [
        XTerm.leaveScreen, XTerm.showCursor, XTerm.leaveKeypad, XTerm.leavePaste, XTerm.leaveMouse,
      ] {
        #expect(output.contains(sequence))
      }
      screen.close()
      screen.draw(canvas("y"))
      screen.redraw()
      screen.suspend()
      #expect(terminal.taken() == "")
      #expect(await screen.input.first { _ in true } == nil)
    }

    @Test func givesTheTerminalBackWhenForgotten() throws {
      let terminal = try PseudoTerminal()
      let before = terminal.modes
      do {
        let screen = try screen(on: terminal)
        screen.draw(canvas("x"))
      }
      #expect(terminal.modes == before)
      #expect(terminal.taken().contains(XTerm.leaveScreen))
    }

    @Test func leavesSignalsAsTheyWere() throws {
      let signals = [
        SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGSEGV, SIGBUS, SIGILL,
        SIGTRAP, SIGABRT, SIGFPE,
      ]
      let before = signals.map(handler)
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      #expect(Array(signals.map(handler)[..<4]) == Array(before[..<4]))
      #expect(handler(SIGSEGV) != before[7])
      screen.close()
      #expect(signals.map(handler) == before)
    }

    private func handler(_ signal: Int32) -> UInt {
      var action = sigaction()
      sigaction(signal, nil, &action)
      return withUnsafeBytes(of: action.__sigaction_handler) { $0.load(as: UInt.self) }
    }

    @Test func endsWithTheTerminal() async throws {
      let terminal = try PseudoTerminal()
      let screen = try screen(on: terminal)
      var input = screen.input.makeAsyncIterator()
      terminal.hangUp()
      #expect(await input.next() == .endOfInput)
      #expect(await input.next() == nil)
    }

    @Test func saysWhatToDoWithoutATerminal() throws {
      let terminal = try PseudoTerminal()
      let device = terminal.device
      let null = open("/dev/null", O_RDWR | O_CLOEXEC)
      defer { Glibc.close(null) }
      let before = terminal.modes

      #expect(throws: ScreenError.inputIsNoTerminal) {
        try Screen(input: null, output: device, type: "xterm")
      }
      #expect(throws: ScreenError.outputIsNoTerminal) {
        try Screen(input: device, output: null, type: "xterm")
      }
      #expect(throws: ScreenError.unnamedTerminal) {
        try Screen(input: device, output: device, type: "")
      }
      #expect(throws: ScreenError.unknownTerminal("no-such\u{1B}")) {
        try Screen(input: device, output: device, type: "no-such\u{1B}")
      }
      #expect(throws: ScreenError.incapableTerminal("dumb")) {
        try Screen(input: device, output: device, type: "dumb")
      }
      #expect(terminal.modes == before)
      let message = ScreenError.unknownTerminal("no-such\u{1B}").description
      #expect(message.contains("\"no-such?\"") && message.contains("TERM=xterm-256color nettop"))
      // A failure leaves nothing behind that keeps the next from working.
      let screen = try screen(on: terminal)
      screen.draw(canvas("fine"))
      #expect(terminal.taken().contains("fine"))
    }
  }
}
