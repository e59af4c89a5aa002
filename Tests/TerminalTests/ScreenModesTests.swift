import CNcurses
import Dispatch
import Glibc
import Terminal
import Testing

extension ScreenSuites {
  /// Modes and questions beyond the terminal's description.
  @Suite struct ScreenModesTests {
    @Test func drawsAFrameAtOnceWhereTheTerminalCan() async throws {
      let terminal = try PseudoTerminal(answer: "\u{1B}[?2026;2$y" + XTerm.attributes)
      let screen = try openScreen(on: terminal.device)
      // What opens the screen is no part of a frame, even of the first.
      _ = terminal.taken()
      var frame = 0
      var output = ""
      let isUsed = try await terminal.wait {
        frame += 1
        screen.draw(canvas("frame \(frame)"))
        output = terminal.taken()
        return output.contains(XTerm.beginFrame)
      }
      try #require(isUsed)
      #expect(output.hasPrefix(XTerm.beginFrame) && output.hasSuffix(XTerm.endFrame))

      screen.draw(canvas("one"), cursor: Canvas.Position(x: 5, y: 1))
      output = terminal.taken()
      #expect(output.hasPrefix(XTerm.beginFrame) && output.hasSuffix(XTerm.endFrame))
      #expect(output.ranges(of: "\u{1B}[?2026").count == 2 && output.contains("\u{1B}[?25h"))
      screen.draw(canvas("one"), cursor: Canvas.Position(x: 5, y: 1))
      #expect(terminal.taken() == "")
      screen.redraw()
      output = terminal.taken()
      #expect(output.hasPrefix(XTerm.beginFrame) && output.contains(XTerm.endFrame))
      screen.close()
      #expect(terminal.taken().contains(XTerm.endFrame))
    }

    @Test(arguments: ["", "\u{1B}[?2026;0$y", "\u{1B}[?2026;4$y"])
    func drawsPlainlyWhereItCannot(answer: String) async throws {
      let terminal = try PseudoTerminal(answer: answer + XTerm.attributes)
      let screen = try openScreen(on: terminal.device)
      // The key comes after the answer.
      terminal.send("q")
      #expect(await screen.input.first { _ in true } == .key(.character("q")))
      screen.draw(canvas("one"))
      screen.close()
      #expect(!terminal.taken().contains("\u{1B}[?2026h"))
    }

    @Test(arguments: [("0000/0000/0000", Background.dark), ("ffff/ffff/ffff", .light)])
    func tellsTheBackground(color: String, background: Background) async throws {
      let terminal = try PseudoTerminal(
        answer: "\u{1B}]11;rgb:\(color)\u{1B}\\" + XTerm.attributes
      )
      let screen = try openScreen(on: terminal.device)
      var input = screen.input.makeAsyncIterator()
      #expect(await input.next() == .background(background))
      terminal.send("q")
      #expect(await input.next() == .key(.character("q")))
    }

    /// Or the answer would be typed into the shell.
    @Test func awaitsTheAnswerBeforeItGivesTheTerminalBack() throws {
      let terminal = try PseudoTerminal(answer: "")
      var raw = termios()
      cfmakeraw(&raw)
      tcsetattr(terminal.device, TCSANOW, &raw)
      let screen = try openScreen(on: terminal.device)
      let answering = DispatchWorkItem {
        terminal.send("\u{1B}]11;rgb:0/0/0\u{1B}\\" + XTerm.attributes)
      }
      DispatchQueue.global().asyncAfter(deadline: .now() + 0.05, execute: answering)
      screen.close()
      answering.wait()
      var waiting: Int32 = -1
      #expect(ioctl(terminal.device, UInt(FIONREAD), &waiting) == 0 && waiting == 0)
    }

    /// Otherwise it looks at each character, and passes on a piece at each that moves the cursor.
    @Test func theKernelPassesOnFramesAsTheyAre() throws {
      let terminal = try PseudoTerminal(answer: XTerm.attributes)
      let isTranslated = { terminal.modes.modes.c_oflag & tcflag_t(OPOST) != 0 }
      #expect(isTranslated())
      let screen = try openScreen(on: terminal.device)
      #expect(!isTranslated())
      screen.redraw()
      #expect(!isTranslated())
      screen.close()
      #expect(isTranslated())
    }

    @Test func asksNothingOfOtherTerminals() throws {
      for type in ["vt220", "linux"] {
        let terminal = try PseudoTerminal()
        let screen = try openScreen(on: terminal.device, type: type)
        screen.draw(canvas("x"))
        #expect(!screen.copy("text"))
        screen.close()
        let output = terminal.taken()
        for part in ["\u{1B}]", "$p", "\u{1B}[c", "2004", "2026"] {
          #expect(!output.contains(part), "\(type)")
        }
      }
    }

    @Test func takesTheMouseAndGivesItBack() async throws {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(on: terminal.device)
      #expect(!screen.isMouseCaptured)
      #expect(!terminal.taken().contains(XTerm.enterMouse))
      screen.isMouseCaptured = true
      screen.isMouseCaptured = true
      #expect(screen.isMouseCaptured && terminal.taken() == XTerm.enterMouse)

      var input = screen.input.makeAsyncIterator()
      terminal.send("\u{1B}[<0;3;2M\u{1B}[<0;3;2m\u{1B}[<0;3;2M\u{1B}[<65;1;1M")
      for action in [Mouse.Action.press(.left), .release(.left), .doubleClick(.left)] {
        #expect(await input.next() == .mouse(Mouse(action, x: 2, y: 1)))
      }
      #expect(await input.next() == .mouse(Mouse(.wheelDown, x: 0, y: 0)))

      screen.isMouseCaptured = false
      #expect(terminal.taken() == XTerm.leaveMouse)
      screen.close()
      #expect(!screen.isMouseCaptured)
    }

    @Test func leavesTheMouseWhereThereIsNone() throws {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(on: terminal.device, type: "vt220")
      _ = terminal.taken()
      screen.isMouseCaptured = true
      #expect(!screen.isMouseCaptured && terminal.taken() == "")
    }

    @Test func deliversPastedText() async throws {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(on: terminal.device)
      #expect(terminal.taken().contains(XTerm.enterPaste))
      var input = screen.input.makeAsyncIterator()
      terminal.send("\u{1B}[200~quit\r\u{1B}[201~q")
      #expect(await input.next() == .pasted("quit"))
      #expect(await input.next() == .key(.character("q")))
    }

    @Test(arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("日本\u{1B}", "5pel5pysGw=="),
    ])
    func copies(text: String, encoded: String) throws {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(on: terminal.device)
      screen.draw(canvas("x"))
      _ = terminal.taken()
      #expect(screen.copy(text))
      #expect(terminal.taken() == "\u{1B}]52;c;\(encoded)\u{1B}\\")
    }

    @Test func copiesNoMoreThanTerminalsTake() throws {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(on: terminal.device)
      _ = terminal.taken()
      #expect(!screen.copy(String(repeating: "a", count: 100_001)))
      #expect(terminal.taken() == "")
      #expect(screen.copy(String(repeating: "a", count: 100_000)))
      #expect(terminal.taken().utf8.count == 133_336 + 9)
      screen.close()
      #expect(!screen.copy("x") && terminal.taken().contains(XTerm.leaveScreen))
    }
  }
}
