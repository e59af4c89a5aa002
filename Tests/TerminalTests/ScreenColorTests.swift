import CNcurses
import Glibc
import StyledText
import Terminal
import Testing

extension ScreenSuites {
  @Suite struct ScreenColorTests {
    private let look = Look(.hex(0xFF8800), on: .hex(0x101010), [.italic, .underline])

    /// What is written for a cell of this look, with its text.
    private func output(
      _ look: Look,
      type: String = "xterm-256color",
      noColor: String = "",
      colorTerm: String = ""
    ) throws -> (text: String, depth: ColorDepth) {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(
        on: terminal.device,
        type: type,
        noColor: noColor,
        colorTerm: colorTerm
      )
      screen.theme = Theme([.alarm: look])
      screen.draw(canvas("x", style: .alarm))
      return (terminal.taken(), screen.colorDepth)
    }

    @Test func showsTheNearestOf256() throws {
      let output = try output(look)
      #expect(output.depth == .palette)
      #expect(output.text.contains("\u{1B}[38;5;208m\u{1B}[48;5;233mx"), "\(output)")
      #expect(output.text.contains(";4m\u{1B}[3m"), "\(output)")
    }

    @Test(arguments: ["xterm", "linux"])
    func showsTheNearestOfFew(type: String) throws {
      let orange = try output(Look(.hex(0xFF8800)), type: type)
      #expect(orange.depth == .eight)
      #expect(orange.text.contains("\u{1B}[33mx"), "\(orange)")
      // What none of them comes near marks by reverse, and stays readable.
      let output = try output(look, type: type)
      #expect(!output.text.contains(/\u{1B}\[4[0-7]m/), "\(output)")
      #expect(output.text.contains("7m") && output.text.contains("x"))
    }

    @Test func showsNoneWhereThereAreNone() throws {
      for output in try [
        output(look, type: "vt220"), output(look, noColor: "1"),
      ] {
        #expect(output.depth == .none)
        #expect(!output.text.contains(/\u{1B}\[[34][0-9]/), "\(output)")
        #expect(output.text.contains("7m"))
      }
    }

    @Test func showsTheExactColorWhereTheHostDescribesThem() throws {
      try withDescription("xterm-direct", palette: 8) {
        let claimed = try output(look, colorTerm: "truecolor")
        #expect(claimed.depth == .direct(palette: 8))
        let shown = "\u{1B}[38;2;255;136;0m\u{1B}[48;2;16;16;16mx"
        #expect(claimed.text.contains(shown), "\(claimed)")
        #expect(try output(look, type: "xterm-direct").text.contains(shown))
        #expect(try output(look).text.contains("\u{1B}[38;5;208m"))
        #expect(try output(Look(.red), colorTerm: "24bit").text.contains("\u{1B}[31mx"))
        // The palette's own orange has another number there.
        let indexed = try output(Look(.indexed(208)), colorTerm: "24bit").text
        #expect(indexed.contains("\u{1B}[38;2;255;135;0mx"), "\(indexed)")
      }
      #expect(try output(look).depth == .palette)
    }

    @Test func prefersADescriptionWithThePalette() throws {
      try withDescription("xterm-direct256", palette: 256) {
        let indexed = try output(Look(.indexed(208)), colorTerm: "truecolor")
        #expect(indexed.depth == .direct(palette: 256))
        #expect(indexed.text.contains("\u{1B}[38;5;208mx"), "\(indexed)")
      }
    }

    @Test func changesTheThemeWhileItRuns() throws {
      let terminal = try PseudoTerminal()
      let screen = try openScreen(on: terminal.device)
      for (color, sequence) in [(Color.indexed(208), "208"), (.indexed(33), "33"), (.red, "1m")] {
        screen.theme = Theme([.alarm: Look(color), .plain: Look(.indexed(250), on: .indexed(17))])
        screen.draw(canvas("x", style: .alarm))
        #expect(terminal.taken().contains(sequence))
        screen.draw(canvas("x", style: .alarm))
        #expect(terminal.taken() == "")
      }
    }

    /// Runs the body where the host describes one terminal more, xterm with direct colours.
    private func withDescription(_ name: String, palette: Int, _ body: () throws -> Void) throws {
      var template = Array("/tmp/nettop-terminfo-XXXXXX".utf8CString)
      let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
      defer { _ = run("rm -r \(directory)", "") }
      let color = "%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d"
      let source = """
        \(name)|xterm of a test,
        \tRGB, CO#\(palette), colors#0x1000000, pairs#0x10000,
        \tsetaf=\\E[%?%p1%{8}%<%t3%p1%d%e%p1%{\(palette)}%<%t38;5;%p1%d%e38;2;\(color)%;m,
        \tsetab=\\E[%?%p1%{8}%<%t4%p1%d%e%p1%{\(palette)}%<%t48;5;%p1%d%e48;2;\(color)%;m,
        \tuse=xterm-256color,

        """
      try #require(run("tic -x -o \(directory) -", source) == 0)
      setenv("TERMINFO", directory, 1)
      defer { unsetenv("TERMINFO") }
      try body()
    }

    private func run(_ command: String, _ input: String) -> Int32 {
      guard let pipe = popen(command, "w") else { return -1 }
      fputs(input, pipe)
      return pclose(pipe)
    }
  }
}
