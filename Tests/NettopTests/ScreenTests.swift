import Glibc
import Terminal
import TestSupport
import Testing

/// The screen as a user sees it.
@Suite(.live, .timeLimit(.minutes(5))) struct ScreenTests {
  @Test(arguments: [(80, 24), (200, 50)])
  func showsTheConnections(width: Int, height: Int) async throws {
    let stage = try await Stage(width: width, height: height)
    try stage.connections[0].transfer(5000)
    let display = try await stage.start()
    #expect(display.lines.count == height)
    #expect(display.lines[0].hasPrefix(" nettop  "))
    #expect(display.contains("2 rows (Esc clears)"))
    let last = try #require(display.lines.last)
    #expect(last.hasPrefix("F1 Help"))
    #expect(last.hasSuffix("q Quit"))

    let titles = try #require(display.titleLine.map { display.lines[$0] })
    let wide = ["NETNS", "LOCAL", "RX", "TX", "COMMAND"]
    for title in ["PID", "PROCESS", "REMOTE", "STATE", "RTT"] + (width == 200 ? wide : []) {
      #expect(titles.contains(title))
    }
    let row = try #require(
      display.rows.first { $0.contains("127.0.0.1:\(stage.connections[0].serverPort)") }
    )
    for text in ["\(getpid())", "ESTAB"] + (width == 200 ? ["nettop-test"] : []) {
      #expect(row.contains(text))
    }
    try await stage.tmux.press(.character("q"))
    try await stage.tmux.expect("end") { $0.contains("status=0") }
  }

  @Test func followsWhatOpensAndCloses() async throws {
    let stage = try await Stage()
    try await stage.start()
    try stage.connect()
    let new = stage.connections[1]
    let remote = "127.0.0.1:\(new.serverPort)"
    try await stage.tmux.expect("new connection") { display in
      display.range?.count == 4 && display.rows.contains { $0.contains(remote) }
    }
    new.close()
    try await stage.tmux.expect("ended ones") { display in
      // They stay for seconds only, and a slow machine may look too late: so there are more.
      try stage.connect()
      stage.connections.last?.close()
      return display.rows.contains { $0.hasPrefix("×") && $0.contains(" fin ") }
    }
    try await stage.tmux.expect("those that are left") { $0.range?.count == 2 }
  }

  @Test func endsAfterItsSamples() async throws {
    let stage = try await Stage()
    try await stage.tmux.enter("\(stage.command) -n 2; echo status=$?")
    try await stage.tmux.expect("end") { $0.contains("status=0") && !$0.isAlternate }
  }

  @Test func hasNoColorWhereNoneIsWanted() async throws {
    let stage = try await Stage()
    for option in ["", "--no-color"] {
      try await stage.start(option)
      try await stage.tmux.press(.character("Z"))
      let display = try await stage.tmux.expect("pause") { $0.contains("PAUSED") }
      let isColored = display.styled.joined().contains(/\u{1b}\[[0-9;]*[34][0-7]m/)
      #expect(isColored == option.isEmpty)
      try await stage.tmux.press(.character("q"))
      try await stage.tmux.expect("end") { $0.contains("status=0") }
    }
  }
}
