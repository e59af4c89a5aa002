import Monitor
import Screens
import Terminal
import TestSupport
import Testing

/// A session in which a key of each binding does what the list of bindings says, in each place. That the
/// other keys of a binding give the same command, `KeyMapTests` asks of all of them.
@Suite(.live, .timeLimit(.minutes(10))) struct KeyTests {
  let stage: Stage
  var tmux: Tmux { stage.tmux }

  init() async throws {
    // More rows than fit.
    stage = try await Stage(connections: 20)
  }

  @Test func everyKeyOfTheTableDoesWhatTheListSays() async throws {
    try await stage.start()
    for binding in Binding.all where binding.contexts.contains(.table) {
      if let key = binding.keys.first { try await check(binding.command, key) }
    }
  }

  @Test func everyKeyOfThePanesDoesWhatTheListSays() async throws {
    try await stage.start()
    for context in Context.allCases where context != .table {
      try await open(context)
      for binding in Binding.all where binding.contexts.contains(context) {
        if let key = binding.keys.first {
          try await check(binding.command, key, in: context)
        }
      }
      try await leave(context)
    }
  }

  private func check(_ command: Command, _ key: Key) async throws {
    switch command {
    case .up: try await move(from: .last, by: key) { $0 == $1 - 1 }
    case .down: try await move(from: .first, by: key) { $0 == $1 + 1 }
    case .pageUp: try await move(from: .last, by: key) { $1 - $0 >= 10 && $0 > 0 }
    case .pageDown: try await move(from: .first, by: key) { $0 - $1 >= 10 && $0 < 39 }
    case .first: try await move(from: .last, by: key) { position, _ in position == 0 }
    case .last: try await move(from: .first, by: key) { position, _ in position == 39 }
    case .nextView: try await view(key, "[2 ")
    case .previousView: try await view(key, "[6 ")
    case .connections: try await view(key, "[1 ")
    case .processes: try await view(key, "[2 ")
    case .hosts: try await view(key, "[3 ")
    case .namespaces: try await view(key, "[4 ")
    case .listeners: try await view(key, "[5 ")
    case .closed: try await view(key, "[6 ")
    case .tree: try await tree(key)
    case .unfold, .fold, .foldAll: try await fold(command, key)
    case .open: try await openDetails(key)
    case .back: try await clear(key)
    case .left, .sortLeft: try await sort(key, "STATE▲", marked: ["STATE▲"])
    case .right, .sortRight: try await sort(key, "TX/s▼", marked: ["TX▼"])
    // The titles are avg RX and avg TX.
    case .invert: try await sort(key, "RATE▲", marked: ["RX▲", "TX▲"])
    case .sortByRate: try await sort(key, "RATE▲", marked: ["RX▲", "TX▲"])
    case .sortByBytes: try await sortTwice(key, "TOTAL")
    case .sortByRTT: try await sortTwice(key, "RTT")
    case .sortByRetransmits: try await sortTwice(key, "RETR")
    case .freeze: try await toggle(key, "FROZEN")
    case .follow: try await follow(key)
    case .pause: try await pause(key)
    case .filter: try await ask(key, "Filter: ")
    case .filterByPID: try await ask(key, "PID: ")
    case .filterByNamespace: try await ask(key, "Namespace: ")
    case .filterByUser: try await ask(key, "User: ")
    case .filterByRow:
      try await press(.home)
      try await tmux.expect("a selected row") { $0.selected != nil }
      try await pane(key, "Filter by")
    case .theme: try await theme(key)
    case .otherEnd: try await otherEnd(key)
    case .highlight: try await ask(key, "Highlight: ")
    case .alerts: try await pane(key, "Alerts, the newest first")
    case .delay: try await ask(key, "Seconds between samples: ")
    case .tag, .untagAll: try await tag(command, key)
    case .resetTotals:
      try await press(key)
      try await tmux.expect("totals of 0") { $0.lines.last?.contains("reset to 0") == true }
    case .columns: try await pane(key, "Columns: Connections")
    case .bits: try await toggle(key, between: "bits", and: "bytes")
    case .prefix: try await toggle(key, between: "SI units", and: "Binary units")
    case .deltas: try await toggle(key, between: "last interval", and: "totals")
    case .names: try await toggle(key, between: "Host names", and: "Addresses")
    case .services: try await toggle(key, between: "Service names", and: "Port numbers")
    case .signal: try await signal(key)
    case .closeConnection: try await closeConnection(key)
    case .copy: try await copy(key, "ss ")
    case .copyPackets: try await copy(key, "tcpdump")
    case .mouse: try await mouse(key)
    case .save: try await save(key)
    case .help: try await help(key)
    case .redraw:
      try await redraw(key)
      try await tmux.expect("the rows") { $0.rows.count > 10 }
    case .suspend: try await suspend(key)
    case .quit: try await quit(key)
    case .zoomIn, .zoomOut, .toggleColumn, .narrow, .widen, .moveUp, .moveDown, .automatic,
      .search, .nextSample, .previousSample, .jumpForward, .jumpBack, .play, .slower, .faster,
      .firstSample, .lastSample:
      Issue.record("\(command) has no place in the table")
    }
  }

  func press(_ key: Key) async throws {
    try await tmux.press(key)
  }

  private enum Edge {
    case first, last
  }

  /// - Parameter isRight: whether the selection may be here now, when it was there before.
  private func move(
    from edge: Edge,
    by key: Key,
    _ isRight: (_ now: Int, _ before: Int) -> Bool
  ) async throws {
    try await press(edge == .first ? .home : .end)
    let start = edge == .first ? 0 : 39
    try await tmux.expect("\(edge) row selected") { $0.selectedPosition == start }
    try await press(key)
    try await tmux.expect("effect of \(key)") { display in
      display.selectedPosition.map { isRight($0, start) } ?? false
    }
  }

  private func sort(_ key: Key, _ order: String, marked: [String]) async throws {
    try await tmux.expect("order by rate") { $0.order == "RATE▼" }
    try await press(key)
    try await tmux.expect("order \(order) by \(key)") { $0.order == order && $0.marked == marked }
    try await press(.character("r"))
    if order.hasPrefix("RATE") { return }
    try await tmux.expect("order by rate again") { $0.order == "RATE▼" }
  }

  private func sortTwice(_ key: Key, _ title: String) async throws {
    try await press(key)
    try await tmux.expect("order by \(title)") { display in
      display.order == "\(title)▼" && display.marked == ["\(title)▼"]
    }
    try await press(key)
    try await tmux.expect("order by \(title), reversed") { $0.order == "\(title)▲" }
    try await press(.character("r"))
    try await tmux.expect("order by rate again") { $0.order == "RATE▼" }
  }

  func ask(_ key: Key, _ label: String) async throws {
    try await press(key)
    try await tmux.expect("prompt \(label)") { display in
      display.lines.suffix(2).contains { $0.hasPrefix(label.trimmingBlanks) }
        && display.isCursorShown
    }
    try await press(.escape)
    try await tmux.expect("end of the prompt") { display in
      display.lines.last?.hasPrefix("F1 Help") == true && !display.isCursorShown
    }
  }

  private func clear(_ key: Key) async throws {
    let namespace = "netns=\(stage.namespace.name)"
    try await press(.home)
    try await tmux.expect("selection") { $0.contains(namespace) && $0.selected != nil }
    try await press(key)
    try await tmux.expect("no filter") { !$0.contains("Filter:") && $0.selected != nil }
    try await press(key)
    try await tmux.expect("no selection") { $0.selected == nil }
    try await filterByNamespace()
  }

  /// Shows the stage's own connections again.
  func filterByNamespace() async throws {
    try await press(.escape)
    try await press(.escape)
    try await press(.character("n"))
    try await tmux.type(stage.namespace.name)
    try await press(.enter)
    try await tmux.expect("filter") { $0.contains("Filter:") && $0.range?.count == 40 }
  }

  private func pause(_ key: Key) async throws {
    try await press(key)
    let paused = try await tmux.expect("pause") { $0.lines[0].hasPrefix(" PAUSED ") }
    try stage.connect()
    // As long as it takes to notice the connection otherwise.
    try await Task.sleep(for: .seconds(1))
    #expect(try await tmux.display().text == paused.text)
    try await press(key)
    try await tmux.expect("new connection") { display in
      display.range?.count == 42 && !display.lines[0].hasPrefix(" PAUSED ")
    }
    stage.connections.last?.close()
    try await tmux.expect("end of it") { $0.range?.count == 40 }
  }

  private func help(_ key: Key) async throws {
    try await press(key)
    try await tmux.expect("help") { $0.lines[0].hasPrefix(" nettop  Help") }
    try await press(.pageDown)
    try await tmux.expect("the next page") { !$0.contains("In the table") }
    try await press(.escape)
    try await tmux.expect("end of the help") { $0.titleLine != nil }
  }

  /// Writes over the emptiest line, which nothing but a drawing of the whole screen repairs.
  func redraw(_ key: Key) async throws {
    let lines = try await tmux.display().lines
    let row = try #require(lines.indices.min { lines[$0].count < lines[$1].count })
    try await tmux.scribble("\u{1b}[\(row + 1);\(lines[row].count + 2)Hscribbled")
    try await tmux.expect("damage") { $0.contains("scribbled") }
    try await press(key)
    try await tmux.expect("repair") { !$0.contains("scribbled") }
  }

  private func suspend(_ key: Key) async throws {
    try await press(key)
    try await tmux.expect("shell") { $0.contains("Stopped") && !$0.isAlternate }
    try await tmux.enter("fg")
    try await tmux.expect("screen") { $0.isAlternate && $0.range?.count == 40 }
    // The shell has lost what was to follow nettop.
    try await press(.character("q"))
    try await tmux.expect("shell") { !$0.isAlternate }
    try await stage.start()
  }

  private func quit(_ key: Key) async throws {
    try await press(key)
    try await tmux.expect("end") { $0.contains("status=0") && !$0.isAlternate }
    try await stage.start()
  }
}

extension Display {
  /// The position of the selected row among all.
  fileprivate var selectedPosition: Int? {
    guard let selected, let range else { return nil }
    return range.first - 1 + selected
  }
}

extension String {
  fileprivate var trimmingBlanks: Substring {
    self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)]
  }
}
