import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// Alerts on the screen.
struct AlertTests {
  private func state(
    _ rules: String...,
    settings: (inout Settings) -> Void = { _ in }
  ) throws -> ScreenState {
    var all = Settings()
    settings(&all)
    let rules = try rules.map { try AlertRule(parsing: $0) }
    return ScreenState(host: "example", settings: all, alerts: rules)
  }

  private func canvas(_ state: inout ScreenState, _ width: Int = 100) -> Canvas {
    var canvas = Canvas(width: width, height: 24)
    state.draw(into: &canvas)
    return canvas
  }

  /// The lines that have a cell of this style.
  private func lines(_ style: Style, in canvas: Canvas) -> [String] {
    (0..<canvas.height)
      .filter { y in (0..<canvas.width).contains { canvas.style(x: $0, y: y) == style } }
      .map { canvas.lines[$0] }
  }

  @Test func highlightsTheRowAndTellsOfItInTheHeader() throws {
    var state = try state("rtt>200ms")
    state.apply(Sample.first)
    let canvas = canvas(&state)
    let line = "! 1 alert, 1 live; 12:00:00 rtt>200ms nginx 10.1.0.9:60000 (A)"
    #expect(canvas.lines.contains(line), "\(canvas.lines)")
    let alarming = lines(.alarm, in: canvas)
    #expect(alarming.contains(line) && alarming.contains { $0.contains("nginx") && $0 != line })
    #expect(!alarming.contains { $0.contains("sshd") })
    try ExpectedScreen.check(canvas, "alerts-header-100x24")
  }

  @Test func aScreenWithoutAlertsIsAsBefore() throws {
    var with = try state("rtt>2s")
    var without = try state()
    for batch in [Sample.first, Sample.second] {
      with.apply(batch)
      without.apply(batch)
    }
    #expect(with.screen(100, 24) == without.screen(100, 24))
    #expect(!with.ringsBell)
  }

  @Test func theBellRingsForBatchesWithNewAlerts() throws {
    var state = try state("rtt>200ms", "close_reason=refused")
    #expect(!state.ringsBell)
    state.apply(Sample.first)
    #expect(state.ringsBell)
    state.apply(Sample.batch(0.5))
    #expect(!state.ringsBell)
    state.apply(Sample.second)
    #expect(state.ringsBell)
    var silent = try self.state("rtt>200ms") { $0.ringsBell = false }
    silent.apply(Sample.first)
    #expect(!silent.ringsBell && silent.alerts.count == 1)
  }

  @Test func listsTheLastAlertsTheNewestFirst() throws {
    var state = try state("rtt>200ms", "close_reason=refused")
    state.apply(Sample.first)
    state.apply(Sample.second)
    state.apply(
      Sample.batch(2, [.counters(Sample.id(4), .closeWait, Counters(rtt: 1))])
    )
    state.type("A")
    #expect(state.context == .menu)
    let canvas = canvas(&state)
    let listed = canvas.lines.filter { $0.contains("curl/1234   127.0.0.1:80") }
    #expect(listed.count == 1 && listed[0].contains("12:00:00  close_reason=refused  "))
    let cleared = canvas.lines.filter { $0.contains("nginx/4321  10.1.0.9:60000  until 12:00:02") }
    #expect(cleared.count == 1)
    try ExpectedScreen.check(canvas, "alerts-100x24")
  }

  @Test func anAlertStaysUrgentUntilItIsReadAndCleared() throws {
    var state = try state("close_reason=refused")
    state.apply(Sample.first)
    state.apply(Sample.second)
    func isUrgent() -> Bool {
      lines(.alarm, in: canvas(&state)).contains { $0.contains("! 1 alert;") }
    }
    #expect(isUrgent())
    state.type("A")
    state.press(.escape)
    #expect(!isUrgent())
    #expect(state.screen(100, 24).contains { $0.hasPrefix("! 1 alert; 12:00:00 ") })
  }

  @Test func enterGoesToTheConnection() throws {
    var state = try state("rtt>200ms", "process=sshd")
    state.apply(Sample.first)
    state.type("3A")
    state.press(.down, .enter)
    // It was raised first, so it is the second line.
    #expect(state.selected?.id == Sample.id(4))
    #expect(state.view.kind == .connections && state.panes.isEmpty)
    state.type("A")
    state.press(.enter)
    #expect(state.selected?.id == Sample.id(3))
    state.filter("curl")
    state.type("A")
    state.press(.enter)
    #expect(state.message?.text == "The filter hides this connection")
  }

  @Test func theChosenAlertStaysChosenWhileOthersCome() throws {
    var state = try state("rtt>200ms", "close_reason=refused")
    state.apply(Sample.first)
    state.type("A")
    state.press(.down)
    state.apply(Sample.second)
    state.press(.enter)
    #expect(state.selected?.id == Sample.id(4))
  }

  @Test func goOnWhileTheDisplayIsPaused() throws {
    var state = try state("close_reason=refused")
    state.apply(Sample.first)
    state.type("Z")
    state.apply(Sample.second)
    #expect(state.ringsBell)
    #expect(state.screen(100, 24).contains { $0.hasPrefix("! 1 alert; ") })
  }

  @Test func thoseOfTheSettingsComeFirst() throws {
    let rule = AlertRule(try Filter(parsing: "rtt>200ms"), name: "slow")
    var state = try state("process=nginx") { $0.alerts = [rule] }
    state.apply(Sample.first)
    #expect(state.alerts.entries.map(\.rule) == ["slow", "process=nginx"])
    // What an option asks for is not saved.
    #expect(state.settings.alerts == [rule])
  }

  @Test func anEmptyListSaysWhy() throws {
    var none = try state()
    none.type("A")
    #expect(none.screen(100, 24).contains { $0.contains("No alerts are set: use --alert") })
    var some = try state("rtt>2s")
    some.type("A")
    #expect(some.screen(100, 24).contains { $0.contains("No alert was raised yet") })
    some.press(.enter)
    #expect(some.panes.isEmpty)
  }

  @Test func keepsTheLastOnes() throws {
    var state = try state("rport=443")
    let deltas = (1...300).map { Delta.upsert(Sample.connection($0)) }
    state.apply(Sample.batch(0, deltas))
    #expect(state.alerts.count == 300 && state.alerts.entries.count == AlertBoard.limit)
    #expect(state.alerts.entries.last?.connection == Sample.id(300))
    state.type("A")
    #expect(state.screen(100, 24).contains { $0.contains("100 older ones are not kept") })
    state.press(.end)
    state.press(.enter)
    #expect(state.selected?.id == Sample.id(101))
  }

  @Test func namesCannotHarmTheTerminal() throws {
    var state = try state("a\u{1b}[31m")
    let connection = Sample.connection(1, owner: Sample.owner(1, "a\u{1b}[31m"))
    state.apply(Sample.batch(0, [.upsert(connection)]))
    state.type("A")
    let screen = state.screen(100, 24).joined()
    #expect(screen.contains("a?[31m") && !screen.unicodeScalars.contains("\u{1b}"))
  }
}
