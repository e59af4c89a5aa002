import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct TagTests {
  private func tagged(_ state: ScreenState) -> [UInt64] {
    let table = state.model.table
    return (0..<table.bound).compactMap { table[$0] }.filter(\.isTagged).map(\.id.cookie).sorted()
  }

  @Test func spaceTagsAndGoesOn() {
    var state = Sample.many(5)
    state.press(.down, .character(" "), .character(" "))
    #expect(tagged(state) == [1, 2])
    #expect(state.selected?.id == Sample.id(3))
    state.press(.up, .character(" "))
    #expect(tagged(state) == [1])
    state.press(.character("U"))
    #expect(tagged(state).isEmpty)
  }

  @Test func marksTheRow() {
    var state = Sample.many(5)
    state.press(.down, .down, .character(" "))
    var canvas = Canvas(width: 80, height: 24)
    state.draw(into: &canvas)
    let y = state.line(ofRow: 1)
    #expect(canvas.lines[y].hasPrefix("*"))
    #expect(canvas.style(x: 0, y: y) == .tagged)
    #expect(!canvas.lines[y + 2].hasPrefix("*"))
  }

  @Test func aGroupIsTaggedWithItsConnections() {
    var state = Sample.pairs()
    state.press(.character("2"), .down, .character(" "))
    #expect(tagged(state) == [1, 2])
    #expect(state.rows.map(\.isTagged) == [true, false])
    #expect(state.screen(80, 24)[state.line(ofRow: 0)].hasPrefix("*"))
    // With one of them without, the group is not tagged as a whole.
    state.press(.character("1"), .down, .character(" "), .character("2"))
    #expect(tagged(state) == [2])
    #expect(state.rows.map(\.isTagged) == [false, false])
    state.press(.home, .character(" "), .home, .character(" "))
    #expect(tagged(state).isEmpty)
  }

  @Test func onlyWhatTheFilterLeavesOfAGroupIsTagged() {
    var state = Sample.pairs()
    state.type("2")
    state.filter("192.0.2.1")
    state.press(.down, .character(" "))
    #expect(tagged(state) == [1])
  }

  @Test func theFilterShowsTaggedRows() {
    var state = Sample.many(5)
    state.select(2)
    state.press(.character(" "))
    state.select(4)
    state.press(.character(" "))
    state.filter("tagged")
    #expect(state.cookies == [2, 4])
    state.press(.character("U"))
    #expect(state.cookies.isEmpty)
  }

  @Test func tagsLastThroughChangesUntilTheEnd() {
    var state = Sample.many(3)
    state.press(.down, .character(" "))
    state.apply(Sample.batch(1, [.counters(Sample.id(1), .finWait1, Counters(bytesSent: 9))]))
    #expect(tagged(state) == [1])
    state.apply(Sample.batch(2, [.ended(Sample.connection(1, closed: (2, .fin)))]))
    #expect(tagged(state).isEmpty)
    // What has ended can be tagged, and that goes with the row.
    state.press(.character("6"), .home, .character(" "))
    #expect(tagged(state) == [1])
    #expect(state.model.table.tagged.count == 1)
    state.apply(
      Sample.batch(
        60,
        (100...10_200).map { .ended(Sample.connection($0, closed: (60, .fin))) }
      )
    )
    state.apply(Sample.batch(120))
    #expect(tagged(state).isEmpty)
    #expect(state.model.table.tagged.isEmpty)
  }

  @Test func tagsOfAPausedPictureStay() {
    var state = Sample.pairs()
    // The view that is paused has no connections: the live rows must be tagged all the same.
    state.press(.character("5"), .character("Z"), .character("2"), .down, .character(" "))
    #expect(tagged(state) == [1, 2])
    state.press(.character("Z"))
    #expect(!state.isPaused)
    #expect(tagged(state) == [1, 2])
    state.press(.character("Z"), .character("U"), .character("Z"))
    #expect(tagged(state).isEmpty)
  }
}
