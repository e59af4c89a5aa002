import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// The lines above the table, at any width.
struct HeaderTests {
  // MARK: The moment

  /// A live display that is paused, with and without its past, in the past, and recordings.
  private static let held: [(name: String, state: ScreenState)] = {
    var paused = Sample.state()
    paused.type("Z")
    var entered = Sample.pausedState()
    entered.restart(with: [Sample.first, Sample.second])
    var playing = Sample.recording()
    playing.type("P")
    return [
      ("paused", paused), ("with a past", Sample.pausedState()), ("past", entered),
      ("recording", Sample.recording()), ("playing", playing),
    ]
  }()

  @Test(arguments: held.indices, [false, true])
  func theMomentIsAlwaysThere(_ index: Int, _ hasModes: Bool) {
    var (name, state) = Self.held[index]
    if hasModes {
      // Each has a sign in the first line.
      state.select(2)
      state.type(" oF")
      state.filter("ssh")
    }
    for width in 13...250 {
      for height in [5, 24] {
        let line = state.screen(width, height)[0]
        #expect(line.hasSuffix("  12:00:01"), "\(name) \(width)x\(height): \(line)")
        #expect(SafeText.columns(of: line) <= width)
      }
    }
    for width in 23...250 {
      let line = state.screen(width, 24)[0]
      #expect(line.contains(state.isPaused ? " PAUSED " : " PLAYING "), "\(name) \(width)")
    }
  }

  @Test func ofAnotherDayTheMomentHasItsDate() {
    var state = Sample.recording()
    state.timeline?.now = Sample.time(86_400)
    for width in 36...250 {
      #expect(state.screen(width, 24)[0].hasSuffix("  2026-03-01 12:00:01"), "\(width)")
    }
    for width in 13..<23 { #expect(state.screen(width, 24)[0].hasSuffix("  12:00:01")) }
  }

  /// At 80 columns, a pause changes nothing but the first line, and that keeps the names of the views.
  @Test func aPauseKeepsTheNamesOfTheViews() {
    var state = Sample.state()
    let before = state.screen(80, 24)
    #expect(before[2].hasSuffix("12:00:01  up 1s"))
    state.type("Z")
    let paused = state.screen(80, 24)
    #expect(
      paused[0] == " PAUSED [1 Conns] 2 Procs  3 Hosts  4 NetNS  5 Listen  6 Closed        12:00:01"
    )
    #expect(paused.dropFirst() == before.dropFirst())
    #expect(state.layout.tabs.count == ViewKind.allCases.count)
  }

  // MARK: Little space

  /// A host with connections in all states, as an ordinary user sees it.
  private func busy() -> ScreenState {
    var health = SourceHealth(tracked: 1246, capacity: 131_072, ownersUnknown: 12)
    health.source = "diag"
    health.notice = SourceHealth.Notice(
      reason: "own namespace, owners of your processes",
      remedy: "for all: sudo nettop, or make install-caps",
      firstRemedy: "for all: sudo nettop"
    )
    var state = ScreenState(host: "example")
    let states = SocketState.allCases.filter { $0 != .closed && $0 != .unconnected }
    let deltas = states.enumerated().map { index, socket -> Delta in
      .upsert(Sample.connection(UInt64(index + 1), state: socket))
    }
    for second in 0...1 { state.apply(Sample.batch(Double(second), deltas, health: health)) }
    return state
  }

  @Test func howManyThereAreIsNeededMoreThanTheirStates() {
    var state = busy()
    let count = SocketState.allCases.count { !$0.isListening && $0 != .closed }
    for width in 40...250 {
      let line = state.screen(width, 24)[2]
      #expect(line.hasPrefix("\(count) connections"), "\(width): \(line)")
      #expect(line.contains("; 1 listener"), "\(width): \(line)")
      // Each number has its state.
      let list = line.split(separator: ": ").last?.split(separator: ";").first ?? ""
      for item in list.split(separator: ", ") {
        #expect(item == "…" || item.contains(#/^1 [A-Z0-9-]+$/#), "\(width): \(line)")
      }
    }
  }

  @Test func figuresOfTrafficAreWholeOrNotThere() {
    var state = busy()
    let figures = ["RX", "TX", "opened", "closed"]
    for width in 1...250 {
      let line = state.screen(width, 24)[1]
      let words = line.split(separator: " ").map(String.init)
      let shown = figures.prefix { words.contains($0) }
      #expect(!words.contains { $0.contains("…") }, "\(width): \(line)")
      for figure in shown {
        let next = words.firstIndex(of: figure).map { $0 + 1 } ?? 0
        #expect(next < words.count && !figures.contains(words[next]), "\(width): \(line)")
      }
    }
  }

  @Test func groupsAreNeededMoreThanStatesToo() {
    var state = Sample.state()
    func line(_ key: String, _ width: Int) -> String {
      state.type(key)
      return state.screen(width, 24)[2]
    }
    #expect(line("3", 40) == "4 connections in 4 hosts: …; 1 listener")
    #expect(line("2", 40) == "4 connections in 4 processes; 1 listener")
    #expect(line("4", 40) == "4 connections in 2 namespaces")
    #expect(line("1", 40) == "4 connections: 2 ESTAB, …; 1 listener")
    #expect(line("1", 12) == "4 connectio…")
    #expect(line("1", 20) == "4 connections")
  }

  /// What the source shows stands apart from what it counts, and is cut after a word.
  @Test func theNoticeOfTheSourceIsCutAfterAWord() {
    var state = busy()
    let reason = "diag: own namespace, owners of your processes"
    let wordings = [
      reason, "\(reason); for all: sudo nettop",
      "\(reason); for all: sudo nettop, or make install-caps",
    ]
    for width in 40...250 {
      let line = state.screen(width, 24)[3]
      let parts = line.split(separator: " | ").map(String.init)
      #expect(
        wordings.contains(parts[0]) || line == "diag: own namespace, owners of your …",
        "\(width): \(line)"
      )
      #expect(parts.count == 1 || parts[1].contains(#/^(1,246 sockets|0 lost)/#), "\(line)")
    }
    #expect(state.screen(120, 24)[3].hasPrefix("\(wordings[2]) | 1,246 sockets"))
    #expect(state.screen(80, 24)[3] == "\(wordings[1]) | 0 lost")
  }
}
