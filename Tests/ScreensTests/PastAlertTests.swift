import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// In the past, alerts are those of the moment on the screen.
struct PastAlertTests {
  private let rules = ["rtt>200ms", "rport=443 for 2s", "close_reason=refused"]

  /// Batches of seconds 0 to 9: connections 2 and 3 are slow from 1 to 4 and from 6 on, and 4 is refused
  /// at 8.
  private static let batches = (0..<10).map { second -> Batch in
    func slow(_ cookie: UInt64, _ isSlow: Bool) -> Delta {
      .upsert(
        Sample.connection(
          cookie,
          remote: Sample.endpoint("192.0.2.\(cookie)", 80),
          counters: Sample.counters(0, 0, rtt: isSlow ? 300_000 : 1000)
        )
      )
    }
    var deltas = [slow(2, (1..<5).contains(second)), slow(3, second >= 6)]
    if second == 0 { deltas.append(.upsert(Sample.connection(1))) }
    if second == 8 {
      deltas.append(.ended(Sample.connection(4, state: .closed, closed: (7.5, .refused))))
    }
    return Sample.batch(Double(second), deltas)
  }

  private func state(_ rules: [String]? = nil) throws -> ScreenState {
    let rules = try (rules ?? self.rules).map { try AlertRule(parsing: $0) }
    return ScreenState(host: "example", settings: Sample.settings(.pid), alerts: rules)
  }

  /// A live display that has seen all batches, paused.
  private func paused() throws -> ScreenState {
    var state = try state()
    state.hasHistory = true
    for batch in Self.batches { state.apply(batch) }
    state.type("Z")
    state.timeline?.coverage = [Sample.time(0)...Sample.time(9)]
    return state
  }

  private func header(_ state: inout ScreenState) -> String? {
    state.screen(120, 24).first { $0.hasPrefix("! ") && $0.hasSuffix("(A)") }
  }

  private static let slow2 = "12:00:01 rtt>200ms - 192.0.2.2:80 (A)"
  private static let port = "12:00:02 rport=443 - 192.0.2.1:443 (A)"
  private static let slow3 = "12:00:06 rtt>200ms - 192.0.2.3:80 (A)"
  private static let refused = "12:00:07 close_reason=refused - 192.0.2.1:443 (A)"

  /// What the header says after each sample: while that is the last one, and when it is of the past.
  private static let lines: [(live: String?, past: String?)] = [
    (nil, "! No alerts by this moment, 4 later (A)"),
    ("! 1 alert, 1 live; \(slow2)", "! 1 alert, 1 live, 3 later; \(slow2)"),
    ("! 2 alerts, 2 live; \(port)", "! 2 alerts, 2 live, 2 later; \(port)"),
    ("! 2 alerts, 2 live; \(port)", "! 2 alerts, 2 live, 2 later; \(port)"),
    ("! 2 alerts, 2 live; \(port)", "! 2 alerts, 2 live, 2 later; \(port)"),
    ("! 2 alerts, 1 live; \(port)", "! 2 alerts, 1 live, 2 later; \(port)"),
    ("! 3 alerts, 2 live; \(slow3)", "! 3 alerts, 2 live, 1 later; \(slow3)"),
    ("! 3 alerts, 2 live; \(slow3)", "! 3 alerts, 2 live, 1 later; \(slow3)"),
    ("! 4 alerts, 2 live; \(refused)", "! 4 alerts, 2 live; \(refused)"),
    ("! 4 alerts, 2 live; \(refused)", "! 4 alerts, 2 live; \(refused)"),
  ]

  @Test func theHeaderSaysWhatItSaidThen() throws {
    var live = try state()
    var paused = try paused()
    for (second, batch) in Self.batches.enumerated() {
      live.apply(batch)
      #expect(header(&live) == Self.lines[second].live, "\(second)")
      paused.restart(with: Array(Self.batches[...second]))
      #expect(header(&paused) == Self.lines[second].past, "\(second)")
    }
    _ = paused.handle(.character("Z"))
    #expect(header(&paused) == Self.lines[9].live)
  }

  @Test func rowsAreThoseThatHadAnAlertThen() throws {
    var state = try paused()
    func raised() -> Set<UInt64> {
      let canvas = state.canvas(120, 24)
      let lines = state.layout.tableLines
      return Set(
        state.rows.indices.filter { canvas.style(x: 4, y: lines.lowerBound + $0) == .alarm }
          .map { state.rows[$0].id.cookie }
      )
    }
    let expected: [Set<UInt64>] = [
      [], [2], [1, 2], [1, 2], [1, 2], [1], [1, 3], [1, 3], [1, 3, 4], [1, 3, 4],
    ]
    #expect(raised() == expected[9])
    for second in [4, 0, 2, 1, 8, 5, 6] {
      state.restart(with: Array(Self.batches[...second]))
      #expect(raised() == expected[second], "\(second)")
    }
  }

  @Test func theListEndsAtTheMoment() throws {
    var state = try paused()
    state.restart(with: Array(Self.batches[...3]))
    state.type("A")
    var lines = state.screen(120, 24)
    #expect(lines.contains { $0.contains("Alerts up to 12:00:03, the newest first") })
    #expect(lines.contains { $0.contains("2 later ones are not listed") })
    #expect(lines.contains { $0.contains("rtt>200ms") && $0.contains("192.0.2.2:80  ") })
    #expect(lines.contains { $0.contains("192.0.2.2:80") && $0.contains("  live") })
    #expect(!lines.contains { $0.contains("until") })
    #expect(!lines.contains { $0.contains("rtt>200ms") && $0.contains("192.0.2.3:80") })
    state.press(.down, .enter)
    #expect(state.selected?.id == Sample.id(2))
    // The later ones have not been looked at.
    #expect(state.alerts.hasNews)
    state.restart(with: [Self.batches[0]])
    state.type("A")
    lines = state.screen(120, 24)
    #expect(lines.contains { $0.contains("No alert was raised by then") })
    #expect(lines.contains { $0.contains("4 later ones are not listed") })
    state.press(.enter)
    state.restart(with: Self.batches)
    state.type("A")
    #expect(!state.alerts.hasNews)
  }

  @Test func newOnesArriveMeanwhile() throws {
    var state = try paused()
    state.type("A")
    state.press(.escape)
    state.restart(with: [Self.batches[0]])
    let refused = Sample.connection(5, state: .closed, closed: (9.5, .refused))
    state.apply(Sample.batch(10, [.ended(refused)]))
    #expect(state.ringsBell)
    #expect(header(&state) == "! No alerts by this moment, 5 later (A)")
    let canvas = state.canvas(120, 24)
    let y = try #require(canvas.lines.firstIndex { $0.hasPrefix("! No alerts") })
    #expect(canvas.style(x: 0, y: y) == .alarm)
  }

  @Test func whatIsNoLongerKnownIsNotMadeUp() throws {
    let rules = [try AlertRule(parsing: "rtt>200ms")]
    var board = AlertBoard(rules)
    var model = Model()
    for second in 0...AlertBoard.sampleLimit {
      let counters = Sample.counters(0, 0, rtt: second.isMultiple(of: 2) ? 300_000 : 1000)
      let connection = Sample.connection(1, counters: counters)
      model.apply(Sample.batch(Double(second), [.upsert(connection)]))
      board.update(model)
    }
    #expect(board.shown(at: Sample.time(3)).counts == nil)
    let line = AlertView(alerts: board.shown(at: Sample.time(3)), utcOffset: 0).line(key: "A")
    #expect(line?.left.map(\.text).joined() == "! The alerts of this moment are not kept (A)")
    let last = AlertBoard.sampleLimit - 1
    #expect(board.shown(at: Sample.time(Double(last))).counts?.raised == last / 2 + 1)
    #expect(board.shown(at: Sample.time(Double(last))).later == 1)
  }

  @Test func thoseOfARecordingAreWhatItsSamplesRaise() throws {
    var played = try state()
    played.replay("day.rec", now: Sample.time(60))
    var jumped = played
    for (second, batch) in Self.batches.enumerated() {
      if second == 0 { played.restart(with: [batch]) } else { played.step(to: batch) }
      jumped.restart(with: Array(Self.batches[...second]))
      #expect(jumped.canvas(120, 30) == played.canvas(120, 30), "\(second)")
      let line = Self.lines[second].live.map {
        $0.replacing(#/ alerts?/#, maxReplacements: 1) { "\($0.output) since 12:00:00" }
      }
      #expect(header(&jumped) == line, "\(second)")
    }
    jumped.restart(with: Array(Self.batches[4...]))
    #expect(header(&jumped) == "! 3 alerts since 12:00:04, 1 live; \(Self.refused)")
    jumped.type("A")
    let lines = jumped.screen(120, 24)
    #expect(
      lines.contains { $0.contains("Alerts since 12:00:04 up to 12:00:09, the newest first") }
    )
  }
}
