import StyledText
import Terminal
import TestSupport
import Testing

/// What a terminal sends besides keys.
@Suite(.live, .timeLimit(.minutes(5))) struct TerminalAnswerTests {
  private let stage: Stage
  private var tmux: Tmux { stage.tmux }

  init() async throws {
    stage = try await Stage(connections: 3)
  }

  /// Asked for its background, tmux answers with the one that it was given.
  @Test(arguments: [("#fdf6e3", Theme.light), ("#002b36", .dark)])
  func adoptsTheBackground(color: String, theme: Theme) async throws {
    try await tmux.command("set-option", "-g", "window-style", "bg=\(color)")
    try await stage.start()
    let bar = try #require(theme[.bar].background)
    let number = try #require((16...255).first { Color(index: $0).rgb == bar.rgb })
    try await tmux.expect("the theme's bar") { $0.styled[0].contains("48;5;\(number)m") }
  }

  @Test func doesNotObeyPastedText() async throws {
    try await stage.start()
    try await tmux.press(.home)
    try await tmux.expect("the first row") { $0.selected == 0 }
    try await tmux.command("set-buffer", "qZ\u{3}\nq")
    try await tmux.command("paste-buffer", "-p", "-r", "-d")
    try await tmux.press(.down)
    let display = try await tmux.expect("the next row") { $0.selected == 1 }
    #expect(!display.contains("PAUSED"))
  }
}
