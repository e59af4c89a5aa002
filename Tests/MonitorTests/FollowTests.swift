import Connections
import Terminal
import Testing

@testable import Monitor

struct FollowTests {
  private func following(_ cookie: UInt64, of count: UInt64 = 10) -> Interface {
    var interface = Sample.many(count)
    interface.select(cookie)
    interface.press(.character("F"))
    return interface
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
    var interface = following(4)
    #expect(interface.view.followed == Sample.id(4))
    interface.apply(end(4, at: 1))
    interface.apply(Sample.batch(100))
    #expect(interface.selected?.id == Sample.id(4))
    #expect(interface.selected?.end?.reason == .fin)
    #expect(interface.cookies == Array(1...10))
    interface.press(.character("F"))
    #expect(interface.cookies == [1, 2, 3] + (5...10))
  }

  @Test func keepsTheConnectionPastTheFilter() {
    var interface = following(4)
    interface.filter("p7")
    #expect(interface.cookies == [4, 7])
    #expect(interface.selected?.id == Sample.id(4))
    interface.press(.down)
    #expect(interface.view.followed == nil)
    #expect(interface.cookies == [7])
    #expect(interface.selected?.id == Sample.id(7))
  }

  @Test func goingOnFromOneThatLeavesSkipsNoRow() {
    for (key, next) in [(Key.down, UInt64(5)), (.up, 3), (.home, 1), (.end, 10)] {
      var interface = following(4)
      interface.apply(end(4, at: 1))
      interface.apply(Sample.batch(100))
      interface.press(key)
      #expect(interface.selected?.id == Sample.id(next))
      #expect(!interface.cookies.contains(4))
    }
  }

  @Test func aClickBelowOneThatLeavesHitsItsRow() {
    var interface = following(4)
    interface.apply(end(4, at: 1))
    interface.apply(Sample.batch(100))
    _ = interface.screen(80, 24)
    #expect(interface.cookies[6] == 7)
    _ = interface.handle(Mouse(.press(.left), x: 5, y: interface.line(ofRow: 6)))
    #expect(interface.selected?.id == Sample.id(7))
    #expect(interface.view.followed == nil)
  }

  @Test func staysWithItsView() {
    var interface = following(4)
    interface.press(.character("6"), .character("1"))
    #expect(interface.view.followed == Sample.id(4))
    #expect(interface.selected?.id == Sample.id(4))
    interface.press(.escape)
    #expect(interface.view.followed == nil)
  }

  @Test func isDrawnAsFollowed() {
    var interface = following(4)
    var canvas = Canvas(width: 80, height: 24)
    interface.draw(into: &canvas)
    #expect(canvas.style(x: 20, y: interface.line(ofRow: 3)) == .followed)
    _ = interface.handle(.character("F"))
    interface.draw(into: &canvas)
    #expect(canvas.style(x: 20, y: interface.line(ofRow: 3)) == .selected)
  }

  @Test func whatHasLeftAltogetherIsFollowedNoLonger() {
    var interface = Sample.many(3)
    let listener = Sample.connection(
      9,
      remote: Sample.endpoint("0.0.0.0", 0),
      state: .listen,
      owner: Sample.owner(9, "p")
    )
    let other = Sample.connection(8, remote: Sample.endpoint("0.0.0.0", 0), state: .listen)
    interface.apply(Sample.batch(1, [.upsert(listener), .upsert(other)]))
    interface.type("5")
    interface.select(9)
    interface.type("F")
    interface.apply(Sample.batch(2, [.ended(listener)]))
    #expect(interface.selected?.id == Sample.id(8))
    interface.type("F")
    #expect(interface.view.followed == Sample.id(8))
  }

  @Test func withoutASelectionItSaysWhatToDo() {
    var interface = Sample.many(3)
    interface.type("F")
    #expect(interface.view.followed == nil)
    #expect(interface.message?.text == "Select a row first (Up/Down)")
  }
}
