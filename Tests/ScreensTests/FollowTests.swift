import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct FollowTests {
  private func following(_ cookie: UInt64, of count: UInt64 = 10) -> ScreenState {
    var state = Sample.many(count)
    state.select(cookie)
    state.press(.character("F"))
    return state
  }

  private func end(_ cookie: UInt64, at seconds: Double) -> Batch {
    let connection = Sample.connection(
      cookie,
      state: .closed,
      owner: Sample.owner(Int32(cookie), "p\(cookie)"),
      closed: (seconds, .fin)
    )
    return Sample.batch(seconds, [.ended(connection)])
  }

  @Test func keepsTheConnectionPastItsEnd() {
    var state = following(4)
    #expect(state.view.followed == Sample.id(4))
    state.apply(end(4, at: 1))
    state.apply(Sample.batch(100))
    #expect(state.selected?.id == Sample.id(4))
    #expect(state.selected?.end?.reason == .fin)
    #expect(state.cookies == Array(1...10))
    state.press(.character("F"))
    #expect(state.cookies == [1, 2, 3] + (5...10))
  }

  @Test func keepsTheConnectionPastTheFilter() {
    var state = following(4)
    state.filter("p7")
    #expect(state.cookies == [4, 7])
    #expect(state.selected?.id == Sample.id(4))
    state.press(.down)
    #expect(state.view.followed == nil)
    #expect(state.cookies == [7])
    #expect(state.selected?.id == Sample.id(7))
  }

  @Test func goingOnFromOneThatLeavesSkipsNoRow() {
    for (key, next) in [(Key.down, UInt64(5)), (.up, 3), (.home, 1), (.end, 10)] {
      var state = following(4)
      state.apply(end(4, at: 1))
      state.apply(Sample.batch(100))
      state.press(key)
      #expect(state.selected?.id == Sample.id(next))
      #expect(!state.cookies.contains(4))
    }
  }

  @Test func aClickBelowOneThatLeavesHitsItsRow() {
    var state = following(4)
    state.apply(end(4, at: 1))
    state.apply(Sample.batch(100))
    _ = state.screen(80, 24)
    #expect(state.cookies[6] == 7)
    _ = state.handle(Mouse(.press(.left), x: 5, y: state.line(ofRow: 6)))
    #expect(state.selected?.id == Sample.id(7))
    #expect(state.view.followed == nil)
  }

  @Test func staysWithItsView() {
    var state = following(4)
    state.press(.character("6"), .character("1"))
    #expect(state.view.followed == Sample.id(4))
    #expect(state.selected?.id == Sample.id(4))
    state.press(.escape)
    #expect(state.view.followed == nil)
  }

  @Test func isDrawnAsFollowed() {
    var state = following(4)
    var canvas = Canvas(width: 80, height: 24)
    state.draw(into: &canvas)
    #expect(canvas.style(x: 20, y: state.line(ofRow: 3)) == .followed)
    _ = state.handle(.character("F"))
    state.draw(into: &canvas)
    #expect(canvas.style(x: 20, y: state.line(ofRow: 3)) == .selected)
  }

  @Test func whatHasLeftAltogetherIsFollowedNoLonger() {
    var state = Sample.many(3)
    let listener = Sample.connection(
      9,
      remote: Sample.endpoint("0.0.0.0", 0),
      state: .listen,
      owner: Sample.owner(9, "p")
    )
    let other = Sample.connection(8, remote: Sample.endpoint("0.0.0.0", 0), state: .listen)
    state.apply(Sample.batch(1, [.upsert(listener), .upsert(other)]))
    state.type("5")
    state.select(9)
    state.type("F")
    state.apply(Sample.batch(2, [.ended(listener)]))
    #expect(state.selected?.id == Sample.id(8))
    state.type("F")
    #expect(state.view.followed == Sample.id(8))
  }

  @Test func withoutASelectionItSaysWhatToDo() {
    var state = Sample.many(3)
    state.type("F")
    #expect(state.view.followed == nil)
    #expect(state.message?.text == "Select a row first (Up/Down)")
  }
}
