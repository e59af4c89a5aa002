import Monitor
import Screens
import Terminal
import Testing

/// Keys of the table beyond moving, sorting and asking.
extension KeyTests {
  func view(_ key: Key, _ tab: String) async throws {
    try await press(key)
    try await tmux.expect("the view \(tab) by \(key)") { $0.lines[0].contains(tab) }
    try await press(.character("1"))
    try await tmux.expect("connections") { $0.lines[0].contains("[1 ") }
  }

  func tree(_ key: Key) async throws {
    try await press(key)
    try await tmux.expect("the tree") {
      $0.contains("[2 ") && $0.contains("▼ ") && $0.contains("└")
    }
    try await press(key)
    try await tmux.expect("connections") { $0.lines[0].contains("[1 ") }
  }

  func fold(_ command: Command, _ key: Key) async throws {
    try await press(.character("4"))
    try await tmux.expect("the folded namespace") { $0.contains("▶ \(stage.namespace.name)") }
    try await press(.home)
    if command == .fold {
      try await press(.character("+"))
      try await tmux.expect("the unfolded namespace") { $0.contains("▼ ") }
    }
    try await press(key)
    let mark = command == .fold ? "▶ " : "▼ "
    try await tmux.expect("the effect of \(key)") { $0.contains(mark + stage.namespace.name) }
    if command != .fold { try await press(.character("*")) }
    if command == .unfold { try await press(.character("*")) }
    try await tmux.expect("the folded namespace") { $0.contains("▶ ") }
    try await press(.character("1"))
    try await tmux.expect("connections") { $0.lines[0].contains("[1 ") }
  }

  func openDetails(_ key: Key) async throws {
    try await press(.home)
    try await press(key)
    try await tmux.expect("details by \(key)") { $0.contains("Received") }
    try await press(.escape)
    try await tmux.expect("the table") { $0.titleLine != nil }
  }

  /// Moving shows a theme at once, Esc goes back to the one before.
  func theme(_ key: Key) async throws {
    func colors(_ display: Display) -> String? { display.styled.first { $0.contains("nettop") } }
    let before = colors(try await tmux.display())
    try await press(key)
    try await tmux.expect("themes by \(key)") { $0.contains("high-contrast") }
    try await press(.end)
    try await press(.up)
    try await tmux.expect("other colours") { colors($0) != before }
    try await press(.escape)
    try await tmux.expect("those of before") { colors($0) == before && $0.titleLine != nil }
  }

  /// Both ends of the stage's connections are on this host.
  func otherEnd(_ key: Key) async throws {
    try await press(.home)
    let before = try await tmux.expect("a selected row") { $0.selected != nil }
    try await press(key)
    try await tmux.expect("the other end by \(key)") { display in
      display.selected.map { display.rows[$0] } != before.selected.map { before.rows[$0] }
        && !display.contains("not on this host")
    }
  }

  /// A key that shows a text, and takes it away when it is pressed again.
  func toggle(_ key: Key, _ text: String) async throws {
    try await press(key)
    try await tmux.expect("\(text) by \(key)") { $0.contains(text) }
    try await press(key)
    try await tmux.expect("no \(text)") { !$0.contains(text) }
  }

  /// A key that changes something to and fro, and says so.
  func toggle(_ key: Key, between first: String, and second: String) async throws {
    try await press(key)
    try await tmux.expect("\(first) by \(key)") { $0.lines.last?.contains(first) == true }
    try await press(key)
    try await tmux.expect("\(second) by \(key)") { $0.lines.last?.contains(second) == true }
  }

  /// What is followed stays on the screen even when the filter would hide it.
  func follow(_ key: Key) async throws {
    try await press(.home)
    try await press(key)
    try await press(.character("/"))
    try await tmux.type("nothing at all")
    try await press(.enter)
    try await tmux.expect("the followed row alone") { $0.range?.count == 1 }
    try await press(key)
    try await tmux.expect("no row") { $0.contains("Nothing here matches") }
    try await filterByNamespace()
  }

  func tag(_ command: Command, _ key: Key) async throws {
    try await press(.home)
    if command == .untagAll { try await press(.character(" ")) } else { try await press(key) }
    try await tmux.expect("a tagged row") { $0.rows.contains { $0.hasPrefix("*") } }
    if command == .untagAll {
      try await press(key)
    } else {
      try await press(.home)
      try await press(key)
    }
    try await tmux.expect("no tagged row") { !$0.rows.contains { $0.hasPrefix("*") } }
  }

  func pane(_ key: Key, _ title: String) async throws {
    try await press(key)
    try await tmux.expect("\(title) by \(key)") { $0.contains(title) }
    try await press(.escape)
    try await tmux.expect("the table") { !$0.contains(title) }
  }

  /// The signal is one that nobody minds, as the process is this one.
  func signal(_ key: Key) async throws {
    try await press(.home)
    try await press(key)
    try await tmux.expect("signals by \(key)") {
      $0.contains("Send a signal to") && $0.contains("TERM")
    }
    for _ in 0..<17 { try await press(.down) }
    try await tmux.expect("SIGCONT") { display in
      display.styled.contains { $0.contains("7m") && $0.contains("CONT") }
    }
    try await press(.enter)
    try await tmux.expect("what became of it") { $0.contains("Sent SIGCONT to process") }
  }

  /// Asks first; what was asked about is closed then, and the kernel's answer is reported.
  func closeConnection(_ key: Key) async throws {
    try stage.connect()
    try await tmux.expect("another connection") { $0.range?.count ?? 0 >= 42 }
    try await press(.home)
    try await press(key)
    try await tmux.expect("the question") { $0.contains("Close this") }
    try await press(.enter)
    try await tmux.expect("nothing done") {
      !$0.contains("Close this") && $0.lines.last?.contains("Help") == true
    }
    try await press(key)
    try await press(.down)
    try await press(.enter)
    try await tmux.expect("the kernel's answer") { $0.contains("Connection closed") }
    try await tmux.expect("its end") { $0.contains("aborted") || $0.contains("reset") }
    try stage.reconnect()
    try await tmux.expect("the rows of before") { $0.range?.count == 40 }
  }

  /// tmux keeps what programs put on the clipboard.
  func copy(_ key: Key, _ text: String) async throws {
    try await press(.home)
    try await press(key)
    try await tmux.expect("the copied command") { $0.lines.last?.contains("Copied: ") == true }
    let copied = try await tmux.command("show-buffer")
    #expect(copied.contains(text) && copied.contains(stage.namespace.name), "\(copied)")
  }

  func mouse(_ key: Key) async throws {
    try await tmux.expect("the mouse") { $0.isMouseTaken }
    try await press(key)
    try await tmux.expect("no mouse after \(key)") { !$0.isMouseTaken }
    try await press(key)
    try await tmux.expect("the mouse again") { $0.isMouseTaken }
  }

  func save(_ key: Key) async throws {
    try await press(key)
    try await tmux.expect("where it was saved") { $0.contains("Saved in ") }
    let text = try #require(try await tmux.file("config/nettop/config.toml"))
    #expect(text.contains("sort = \"rate\""))
    try await tmux.remove("config/nettop/config.toml")
  }
}
