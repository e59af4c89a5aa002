import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct DetailsPaneTests {
  private func openPane(_ state: ScreenState) -> DetailsPane? {
    for case .details(let pane) in state.panes { return pane }
    return nil
  }

  private func opened(_ cookie: UInt64) -> ScreenState {
    var state = Sample.state()
    state.select(cookie)
    state.press(.enter)
    return state
  }

  private func socket(_ seconds: Double) -> SocketDetails {
    SocketDetails(time: Sample.time(seconds), state: .established)
  }

  @Test func opensAndLeaves() {
    for key in [Key.escape, .enter] {
      var state = opened(2)
      #expect(state.detailed?.id == Sample.id(2))
      #expect(state.detailedProcess?.pid == 1234)
      let title = state.screen(120, 30)[0]
      #expect(title.contains("10.0.0.5:40000 → 192.0.2.1:443"))
      #expect(title.contains("curl 1234"))
      state.press(key)
      #expect(state.panes.isEmpty)
      #expect(state.detailed == nil)
      #expect(state.detailedProcess == nil)
      #expect(state.selected?.id == Sample.id(2))
    }
  }

  @Test func withoutASelectionItSaysWhatToDo() {
    var state = Sample.state()
    state.press(.enter)
    #expect(state.panes.isEmpty)
    #expect(state.message?.text == "Select a row first (Up/Down)")
  }

  @Test func followsItsConnection() {
    var state = opened(2)
    state.apply(
      Sample.batch(2, [.counters(Sample.id(2), .closeWait, Sample.counters(7_000_000, 130_000))])
    )
    #expect(openPane(state)?.connection.state == .closeWait)
    #expect(openPane(state)?.connection.counters.bytesReceived == 7_000_000)
    #expect(state.screen(120, 30)[0].contains("CLOSE-WAIT"))
  }

  @Test func learnsWhatIsOfItsConnectionOnly() {
    var state = opened(2)
    state.learn(socket(2), of: Sample.id(3))
    #expect(openPane(state)?.socket == nil)
    state.learn(socket(2), of: Sample.id(2))
    #expect(openPane(state)?.socket == socket(2))
    #expect(openPane(state)?.previousSocket == nil)
    // An answer that comes too soon is no other sample.
    state.learn(socket(2.1), of: Sample.id(2))
    #expect(openPane(state)?.previousSocket == nil)
    state.learn(socket(3.1), of: Sample.id(2))
    #expect(openPane(state)?.previousSocket == socket(2.1))
  }

  @Test func aSocketThatIsGoneIsToldAndMayComeBack() {
    var state = opened(2)
    state.learn(socket(2), of: Sample.id(2))
    state.learn(nil as SocketDetails?, of: Sample.id(2))
    #expect(openPane(state)?.isSocketGone == true)
    #expect(openPane(state)?.socket == socket(2), "the last figures stay")
    state.learn(socket(3), of: Sample.id(2))
    #expect(openPane(state)?.isSocketGone == false)
  }

  @Test func theEndOfTheConnectionIsShown() {
    var state = opened(2)
    let closed = Sample.connection(2, state: .closed, closed: (2, .reset))
    state.apply(Sample.batch(2, [.ended(closed)]))
    #expect(state.detailed == nil, "there is no socket to ask about")
    #expect(state.screen(120, 30)[0].contains("reset"))
    #expect(state.detailedProcess?.pid == 1234)
    state.apply(Sample.batch(60))
    #expect(openPane(state)?.connection.end?.reason == .reset)
    #expect(state.screen(120, 30)[0].contains("reset"))
  }

  @Test func aRowThatVanishesLeavesTheDetails() {
    var state = Sample.pairs()
    state.press(.character("5"), .down, .enter)
    let before = state.screen(120, 30)
    let listener = Sample.connection(9, remote: Sample.endpoint("0.0.0.0", 0), state: .listen)
    state.apply(Sample.batch(0, [.ended(listener)]))
    #expect(state.rows.isEmpty)
    #expect(openPane(state)?.connection.id == Sample.id(9))
    #expect(state.screen(120, 30)[3] == before[3])
    state.press(.escape)
    #expect(state.panes.isEmpty)
    #expect(state.selected == nil)
  }

  @Test func scrollsWithinItsLines() {
    var state = opened(2)
    _ = state.screen(80, 10)
    state.press(.up, width: 80, height: 10)
    #expect(openPane(state)?.top == 0)
    state.press(.down, .down, width: 80, height: 10)
    #expect(openPane(state)?.top == 2)
    state.press(.pageDown, width: 80, height: 10)
    #expect(openPane(state)?.top == 10)
    state.press(.end, width: 80, height: 10)
    let last = openPane(state)?.top ?? 0
    #expect(last > 10)
    state.press(.down, .pageDown, width: 80, height: 10)
    #expect(openPane(state)?.top == last)
    state.press(.up, width: 80, height: 10)
    #expect(openPane(state)?.top == last - 1)
    // On a screen that has room for all of it, it stands at the top.
    _ = state.screen(250, 400)
    #expect(openPane(state)?.top == 0)
    state.press(.home, width: 80, height: 10)
    #expect(openPane(state)?.top == 0)
  }

  @Test func theHelpOverItKeepsIt() {
    var state = opened(2)
    state.press(.function(1))
    state.apply(Sample.batch(2, [.counters(Sample.id(2), .closeWait, Counters())]))
    #expect(state.detailed?.state == .closeWait)
    state.press(.escape)
    #expect(state.context == .details)
  }
}
