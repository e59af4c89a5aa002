import Connections
import Terminal
import Testing

@testable import Monitor

struct TagTests {
  private func tagged(_ interface: Interface) -> [UInt64] {
    let table = interface.model.table
    return (0..<table.bound).compactMap { table[$0] }.filter(\.isTagged).map(\.id.cookie).sorted()
  }

  @Test func spaceTagsAndGoesOn() {
    var interface = Sample.many(5)
    interface.press(.down, .character(" "), .character(" "))
    #expect(tagged(interface) == [1, 2])
    #expect(interface.selected?.id == Sample.id(3))
    interface.press(.up, .character(" "))
    #expect(tagged(interface) == [1])
    interface.press(.character("U"))
    #expect(tagged(interface).isEmpty)
  }

  @Test func marksTheRow() {
    var interface = Sample.many(5)
    interface.press(.down, .down, .character(" "))
    var canvas = Canvas(width: 80, height: 24)
    interface.draw(into: &canvas)
    let y = interface.line(ofRow: 1)
    #expect(canvas.lines[y].hasPrefix("*"))
    #expect(canvas.style(x: 0, y: y) == .tagged)
    #expect(!canvas.lines[y + 2].hasPrefix("*"))
  }

  @Test func aGroupIsTaggedWithItsConnections() {
    var interface = Sample.pairs()
    interface.press(.character("2"), .down, .character(" "))
    #expect(tagged(interface) == [1, 2])
    #expect(interface.rows.map(\.isTagged) == [true, false])
    #expect(interface.screen(80, 24)[interface.line(ofRow: 0)].hasPrefix("*"))
    // With one of them without, the group is not tagged as a whole.
    interface.press(.character("1"), .down, .character(" "), .character("2"))
    #expect(tagged(interface) == [2])
    #expect(interface.rows.map(\.isTagged) == [false, false])
    interface.press(.home, .character(" "), .home, .character(" "))
    #expect(tagged(interface).isEmpty)
  }

  @Test func onlyWhatTheFilterLeavesOfAGroupIsTagged() {
    var interface = Sample.pairs()
    interface.type("2")
    interface.filter("192.0.2.1")
    interface.press(.down, .character(" "))
    #expect(tagged(interface) == [1])
  }

  @Test func theFilterShowsTaggedRows() {
    var interface = Sample.many(5)
    interface.select(2)
    interface.press(.character(" "))
    interface.select(4)
    interface.press(.character(" "))
    interface.filter("tagged")
    #expect(interface.cookies == [2, 4])
    interface.press(.character("U"))
    #expect(interface.cookies.isEmpty)
  }

  @Test func tagsLastThroughChangesUntilTheEnd() {
    var interface = Sample.many(3)
    interface.press(.down, .character(" "))
    interface.apply(Sample.batch(1, [.counters(Sample.id(1), .finWait1, Counters(bytesSent: 9))]))
    #expect(tagged(interface) == [1])
    interface.apply(Sample.batch(2, [.ended(Sample.connection(1, closed: (2, .fin)))]))
    #expect(tagged(interface).isEmpty)
    // What has ended can be tagged, and that goes with the row.
    interface.press(.character("6"), .home, .character(" "))
    #expect(tagged(interface) == [1])
    #expect(interface.model.table.tagged.count == 1)
    interface.apply(
      Sample.batch(
        60,
        (100...10_200).map { .ended(Sample.connection($0, closed: (60, .fin))) }
      )
    )
    interface.apply(Sample.batch(120))
    #expect(tagged(interface).isEmpty)
    #expect(interface.model.table.tagged.isEmpty)
  }

  @Test func tagsOfAPausedPictureStay() {
    var interface = Sample.pairs()
    // The view that is paused has no connections: the live rows must be tagged all the same.
    interface.press(.character("5"), .character("Z"), .character("2"), .down, .character(" "))
    #expect(tagged(interface) == [1, 2])
    interface.press(.character("Z"))
    #expect(!interface.isPaused)
    #expect(tagged(interface) == [1, 2])
    interface.press(.character("Z"), .character("U"), .character("Z"))
    #expect(tagged(interface).isEmpty)
  }
}
