import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct TimelineBarTests {
  /// Ten minutes of 48 parts: traffic that grows, two parts with failures, and a gap in the middle.
  private static let parts: [PastActivity?] = (0..<48).map { part in
    if (16..<32).contains(part) { return nil }
    return PastActivity(
      bytes: part < 16 ? 0 : UInt64(part - 31) * 1000,
      failures: [3, 40].contains(part) ? 1 : 0
    )
  }

  private func state(_ moment: Double = 0) -> ScreenState {
    var state = Sample.recording()
    state.timeline?.activity = Self.parts
    state.timeline?.moment = Sample.time(moment)
    return state
  }

  @Test func itShowsTheWholeTime() {
    var state = state(450)
    let line = state.screen(80, 24)[22]
    #expect(
      line
        == "12:00:00 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▂▂▂▃┃▄▄▅▅▅▆▆▇▇██ 12:10:00     paused 1x"
    )
  }

  @Test func inASCIIToo() {
    var state = state(450)
    state.presentation.graphs = .ascii
    let line = state.screen(80, 24)[22]
    let cells = line.dropFirst(9).prefix(48)
    #expect(cells.prefix(16).allSatisfy { $0 == "." })
    #expect(cells.dropFirst(16).prefix(16).allSatisfy { $0 == " " })
    #expect(Array(cells)[36] == "|")
    #expect(cells.last == "#")
    #expect(line.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func failuresAndTheMarkerStandOut() {
    var state = state(450)
    let canvas = state.canvas()
    #expect(canvas.style(x: 9 + 3, y: 22) == .alarm)
    #expect(canvas.style(x: 9 + 40, y: 22) == .alarm)
    #expect(canvas.style(x: 9 + 4, y: 22) == .received)
    #expect(canvas.style(x: 9 + 20, y: 22) == .faint)
    #expect(canvas.style(x: 9 + 36, y: 22) == .selected)
  }

  @Test(arguments: [
    (0.0, 0), (12.4, 0), (12.6, 1), (300.0, 24), (599.0, 47), (600.0, 47), (-9.0, 0),
  ])
  func theMarkerIsWhereTheSampleIs(_ moment: Double, _ column: Int) {
    var state = state(moment)
    #expect(Array(state.screen(80, 24)[22])[9 + column] == "┃")
  }

  @Test func untilItIsReadTheGapsAreShown() {
    var state = state()
    state.timeline?.activity = []
    let cells = Array(state.screen(80, 24)[22].dropFirst(9).prefix(48))
    #expect(cells[1..<16].allSatisfy { $0 == "▁" })
    #expect(cells[18..<31].allSatisfy { $0 == "┄" })
    #expect(cells[33...].allSatisfy { $0 == "▁" })
  }

  @Test func anotherWidthShowsTheSame() {
    for width in [10, 40, 81, 200] {
      var state = state(599)
      let line = Array(state.screen(width, 24)[22])
      let columns = state.layout.timelineColumns ?? 0
      #expect(columns >= 10, "\(width)")
      let start = width < 60 ? 0 : 9
      #expect(line[start + columns - 1] == "┃")
      #expect(line[start] == "▁")
      #expect(line[start + columns / 2] == "┄")
    }
  }

  @Test func timesHaveDatesWhereTheyDiffer() {
    var state = state()
    state.timeline?.coverage = [Sample.time(-86_400)...Sample.time(600)]
    let line = state.screen(80, 24)[22]
    #expect(line.hasPrefix("02-28 12:00 "))
    #expect(line.contains(" 03-01 12:10 "))
  }

  @Test func aSingleSampleHasABar() {
    var state = state()
    state.timeline?.coverage = [Sample.time(0)...Sample.time(0)]
    state.timeline?.activity = []
    #expect(state.screen(80, 24)[22].hasPrefix("12:00:00 "))
    #expect(state.screen(80, 24)[22].contains("┃"))
  }

  @Test func smallScreensHaveNone() {
    var state = state()
    #expect(!state.screen(80, 7).joined().contains("12:10:00"))
    #expect(state.layout.timelineColumns == nil)
    for (width, height) in [(1, 1), (3, 8), (80, 8), (1, 24)] { _ = state.screen(width, height) }
  }

  @Test func aLiveDisplayHasItInThePastOnly() {
    var state = Sample.pausedState()
    #expect(!state.screen(80, 24).joined().contains("11:50:00"))
    state.restart(with: [Sample.first])
    #expect(state.screen(80, 24)[22].hasPrefix("11:50:00 "))
    #expect(state.layout.tableLines.upperBound == 22)
    state.type("/")
    #expect(state.screen(80, 24)[21].hasPrefix("11:50:00 "))
    #expect(state.screen(80, 24)[22].hasPrefix("Filter:"))
  }

  @Test func aClickGoesThere() throws {
    var state = state()
    state.type("P")
    _ = state.screen(80, 24)
    let action = state.handle(Mouse(.press(.left), x: 9 + 24, y: 22))
    guard case .past(.go(let moment)) = action else {
      Issue.record("a click goes to a moment")
      return
    }
    #expect(abs(moment.seconds(since: Sample.time(306.25))) < 0.001)
    #expect(state.isPaused)
    #expect(state.handle(Mouse(.press(.left), x: 2, y: 22)) == nil)
    #expect(state.handle(Mouse(.press(.left), x: 75, y: 22)) == nil)
    #expect(state.handle(Mouse(.press(.left), x: 9 + 24, y: 21)) == nil)
    state.type("S")
    _ = state.screen(80, 24)
    #expect(state.handle(Mouse(.press(.left), x: 9 + 24, y: 22)) == nil)
  }

  @Test func theDetailsHaveItToo() throws {
    var state = state(450)
    let bar = state.screen(80, 24)[22]
    state.select(2)
    state.press(.enter)
    #expect(state.context == .details)
    var screen = state.screen(80, 24)
    #expect(screen[22] == bar)
    #expect(screen[23].hasPrefix("Esc Back"))
    #expect(state.layout.timelineColumns == 48)
    // Above the prompt, as in the table.
    state.type("j")
    screen = state.screen(80, 24)
    #expect(screen[21] == bar)
    #expect(screen[22] == "Jump ahead to:")
    state.press(.escape)
    guard case .past(.go(let moment)) = state.handle(Mouse(.press(.left), x: 9 + 24, y: 22)) else {
      Issue.record("a click goes to a moment")
      return
    }
    #expect(abs(moment.seconds(since: Sample.time(306.25))) < 0.001)
    for height in [1, 2, 3, 7] {
      #expect(!state.screen(80, height).contains(bar))
      #expect(state.layout.timelineColumns == nil)
    }
  }

  @Test func theDetailsEndAboveTheBar() {
    var state = state(450)
    state.select(2)
    state.press(.enter)
    // The title before, the bar and the keys behind.
    let all = state.screen(80, 200).dropFirst().dropLast(2)
    let last = all.last { !$0.isEmpty }
    state.press(.end)
    #expect(state.screen(80, 24)[21] == last)
    #expect(state.layout.pageRows == 21)
    state.press(.home)
    #expect(state.screen(80, 24)[1] == all.first)
  }

  @Test func theDetailsOfTheLivePastHaveItToo() {
    var state = Sample.pausedState()
    state.select(2)
    state.press(.enter)
    #expect(!state.screen(80, 24)[22].hasPrefix("11:50:00"))
    state.restart(with: [Sample.first])
    #expect(state.screen(80, 24)[22].hasPrefix("11:50:00 "))
  }

  @Test(arguments: [(80, 24), (200, 50), (40, 10)])
  func theScreenOfARecording(_ width: Int, _ height: Int) throws {
    var state = state(1)
    try ExpectedScreen.check(state.canvas(width, height), "recording-\(width)x\(height)")
  }
}
