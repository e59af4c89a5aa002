import Monitor
import Screens
import Terminal
import Testing

/// Keys of what lies over the table.
extension KeyTests {
  /// Opens the place that a context is.
  func open(_ context: Context) async throws {
    switch context {
    case .table: break
    case .details:
      try await press(.home)
      try await press(.enter)
      try await tmux.expect("details") { $0.contains("Received") }
    case .past:
      // There has to be a past to step through.
      try await tmux.expect("some samples") { screen in
        screen.lines.contains { $0.contains(#/ up (?:[4-9]|[1-9]\d+)s| up \d+m/#) }
      }
      try await press(.character("Z"))
      try await tmux.expect("a pause") { $0.lines[0].hasPrefix(" PAUSED ") }
    case .columns:
      try await press(.function(2))
      try await tmux.expect("columns") { $0.contains("Columns: Connections") }
    case .menu:
      // Of its two choices, the first does nothing.
      try await press(.home)
      try await press(.character("K"))
      try await tmux.expect("the menu") { $0.contains("Close this") }
    case .help:
      try await press(.function(1))
      try await tmux.expect("help") { $0.lines[0].hasPrefix(" nettop  Help") }
    }
  }

  func leave(_ context: Context) async throws {
    if context == .past {
      try await press(.character("Z"))
      try await tmux.expect("the present") { !$0.lines[0].hasPrefix(" PAUSED ") }
      return
    }
    try await press(.escape)
    try await tmux.expect("the table") { $0.lines.last?.hasPrefix("F1 Help") == true }
  }

  func check(_ command: Command, _ key: Key, in context: Context) async throws {
    switch command {
    case .down, .pageDown, .last: try await movement(from: .home, by: key)
    case .up, .pageUp, .first: try await movement(from: .end, by: key)
    case .back where context == .past:
      try await press(.home)
      try await tmux.expect("selection") { $0.contains("Filter:") && $0.selected != nil }
      try await press(key)
      try await tmux.expect("no filter") { !$0.contains("Filter:") && $0.selected != nil }
      try await filterByNamespace()
    case .previousSample, .firstSample:
      try await press(key)
      try await tmux.expect("a bar by \(key)") { $0.contains("┃") }
    case .nextSample:
      try await press(.character("T"))
      try await press(key)
      try await tmux.expect("a bar by \(key)") { $0.contains("┃") }
    case .jumpForward: try await ask(key, "Jump ahead to: ")
    case .jumpBack: try await ask(key, "Jump back to: ")
    case .play:
      try await press(.character("{"))
      try await press(key)
      try await tmux.expect("playing") { $0.lines[0].hasPrefix(" PLAYING ") }
      try await press(key)
      try await tmux.expect("a pause") { $0.lines[0].hasPrefix(" PAUSED ") }
    case .slower:
      try await press(key)
      try await tmux.expect("half the speed") { $0.contains("Speed: 1/2x") }
    case .faster:
      try await press(key)
      try await tmux.expect("the speed of before") { $0.contains("Speed: 1x") }
    case .lastSample:
      try await press(key)
      try await tmux.expect("the present") { !$0.lines[0].hasPrefix(" PAUSED ") }
      try await open(context)
    case .back, .open:
      try await press(.home)
      try await press(key)
      try await tmux.expect("the table after \(key)") {
        $0.titleLine != nil && !$0.contains("Close this")
      }
      try await open(context)
    case .narrow:
      for key in [Key.home, .right, .right] { try await press(key) }
      try await change(nil, key)
    case .toggleColumn, .widen, .moveDown: try await change(.home, key)
    case .moveUp: try await change(.end, key)
    case .automatic:
      try await press(key)
      try await tmux.expect("automatic columns") { $0.contains("Automatic (fits the screen)") }
    case .search:
      try await press(key)
      try await tmux.expect("search") { $0.contains("Search: ") }
      try await press(.escape)
      try await tmux.expect("no search") { !$0.contains("Search: ") }
    case .help where context == .help:
      try await press(key)
      try await tmux.expect("the table after \(key)") { $0.titleLine != nil }
      try await open(context)
    case .help:
      try await press(key)
      try await tmux.expect("help") { $0.lines[0].hasPrefix(" nettop  Help") }
      try await press(.escape)
    case .quit, .suspend:
      try await press(key)
      try await tmux.expect("the shell") { !$0.isAlternate }
      if command == .suspend { try await tmux.enter("kill %%; wait") }
      try await stage.start()
      try await open(context)
    case .redraw: try await redraw(key)
    case .zoomOut: try await zoom(by: key, and: .character("+"))
    case .zoomIn: try await zoom(by: .character("-"), and: key)
    case .pause: try await toggle(key, "PAUSED")
    case .signal, .closeConnection:
      try await press(key)
      try await tmux.expect("the menu") { $0.contains("Enter Choose") }
      try await press(.escape)
    case .copy: try await copied("ss ", by: key)
    case .copyPackets: try await copied("tcpdump", by: key)
    case .bits: try await toggle(key, between: "bits", and: "bytes")
    case .prefix: try await toggle(key, between: "SI units", and: "Binary units")
    case .names: try await toggle(key, between: "Host names", and: "Addresses")
    case .services: try await toggle(key, between: "Service names", and: "Port numbers")
    case .theme: try await theme(in: context, by: key)
    case .otherEnd:
      func title(_ display: Display) -> Substring { display.lines[0].prefix(40) }
      let before = title(try await tmux.display())
      try await press(key)
      try await tmux.expect("the other end by \(key)") { title($0) != before }
    case .mouse: try await mouse(key)
    case .save: try await save(key)
    default: Issue.record("\(command) has no place in \(context)")
    }
  }

  private func theme(in context: Context, by key: Key) async throws {
    try await press(key)
    try await tmux.expect("themes by \(key)") { $0.contains("high-contrast") }
    try await press(.escape)
    try await tmux.expect("no themes") { !$0.contains("high-contrast") }
  }

  /// The axis of the graphs says how far back they go. Paused, as it changes with the time that
  /// samples took.
  private func zoom(by out: Key, and back: Key) async throws {
    func axis(_ display: Display) -> String? { display.lines.first { $0.contains("└───") } }
    try await press(.home)
    try await press(.character("Z"))
    try await tmux.expect("a pause") { $0.contains("PAUSED") }
    let before = axis(try await tmux.expect("an axis") { axis($0) != nil })
    try await press(out)
    try await tmux.expect("another axis by \(out)") { ![nil, before].contains(axis($0)) }
    try await press(back)
    try await tmux.expect("the axis of before by \(back)") { axis($0) == before }
    try await press(.character("Z"))
    try await tmux.expect("no pause") { !$0.contains("PAUSED") }
  }

  private func copied(_ text: String, by key: Key) async throws {
    try await press(key)
    try await tmux.expect("the copied command") { $0.contains("Copied: ") && $0.contains(text) }
  }

  private func movement(from start: Key, by key: Key) async throws {
    try await press(start)
    try await change(nil, key)
  }

  /// Expects a key to change what the screen shows, except for the time.
  private func change(_ start: Key?, _ key: Key) async throws {
    if let start { try await press(start) }
    // Keys are taken in their order: what the one before did is on the screen when this one's is.
    try await redraw(.control("l"))
    let before = try await tmux.display().styled.dropFirst()
    try await press(key)
    try await tmux.expect("a change by \(key)") { $0.styled.dropFirst() != before }
  }
}
