import CNcurses
import Glibc
import StyledText
import Terminal
import Testing

extension ScreenSuites {
  /// Canvas, ncurses and a terminal count columns alike.
  @Suite struct WidthTests {
    private static let texts = [
      "plain", "größe", "日本語", "ｆｕｌｌ", "한국어", "e\u{301}o\u{308}\u{323}", "สวัสดี", "שָׁלוֹם",
      "مَرْحَبًا", "नमस्ते", "Ελληνικά", "кириллица", "🚀👍🏽🐧", "❤\u{FE0F}☀⚡⌚", "🇩🇪🇯🇵",
      "👩\u{200D}💻", "…─│┼→▲▶·•µ×", "▁▂▃▄▅▆▇█", "⣿⠿⡇⢸", "①Ⅳ℃±°§", "\u{1100}\u{1161}\u{11A8}",
      "ﷺ", "x\u{200B}y\u{AD}z", "\u{1F1E6}a", "日\u{302}本\u{20DD}", "𝕏𠀀",
    ]

    @Test func columnsStayStraight() async throws {
      let texts = WidthTests.texts
      let height = texts.count + 1
      let terminal = try PseudoTerminal(height: height)
      let screen = try openScreen(on: terminal.device)
      // The second frame writes at the place of the mark alone: a terminal that counts otherwise
      // would show it elsewhere.
      var canvas = Canvas(width: 80, height: height)
      for mark in ["|", "!"] {
        for (y, text) in texts.enumerated() {
          canvas.write(text, x: 1, y: y)
          canvas.write(mark, x: 1 + SafeText.columns(of: text), y: y)
          canvas.write(mark, x: 40, y: y)
        }
        canvas.write("done\(mark)", x: 0, y: height - 1)
        screen.draw(canvas)
      }
      // Then each mark is overwritten at the column that it was meant for.
      var output = terminal.taken()
      for (y, text) in texts.enumerated() {
        for x in [1 + SafeText.columns(of: text), 40] { output += "\u{1B}[\(y + 1);\(x + 1)H#" }
      }
      output += "\u{1B}[\(height);5H#"
      let shown = try await TmuxScreen(height: height).display(output, until: "done#")
      for (y, line) in canvas.lines.enumerated() {
        let shown = shown.indices.contains(y) ? shown[y] : ""
        let expected = line.replacing("!", with: "#")
        #expect(shown == expected, "\(shown.unicodeScalars.map(\.value))")
      }
    }
  }
}

/// A terminal that interprets what is written to it: tmux with a server of its own.
private struct TmuxScreen {
  let height: Int

  func display(_ output: String, until end: String) async throws -> [String] {
    var template = Array("/tmp/nettop-tmux-XXXXXX".utf8CString)
    let directory = try #require(mkdtemp(&template).map { String(cString: $0) })
    let tmux = "tmux -u -f /dev/null -S \(directory)/socket"
    defer { _ = text(of: "\(tmux) kill-server; rm -r \(directory)") }
    let file = try #require(fopen(directory + "/output", "w"))
    fputs(output, file)
    fclose(file)
    _ = text(
      of:
        "\(tmux) new-session -d -x 80 -y \(height) 'stty raw -echo; cat \(directory)/output; sleep 60'"
    )
    var lines: [String] = []
    for _ in 0..<1000 where lines.last?.hasPrefix(end) != true {
      lines = text(of: "\(tmux) capture-pane -p").split(separator: "\n").map(String.init)
      try await Task.sleep(for: .milliseconds(20))
    }
    return lines
  }

  private func text(of command: String) -> String {
    guard let pipe = popen(command, "r") else { return "" }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { bytes.append(UInt8(byte)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
