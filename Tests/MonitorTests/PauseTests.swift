import Connections
import Terminal
import Testing

@testable import Monitor

struct PauseTests {
  @Test func whatArrivesMeanwhileIsInTheTotals() {
    var interface = Sample.interface()
    interface.type("Z")
    for second in 2...9 {
      let counters = Sample.counters(6_290_000 + UInt64(second) * 1000, 130_000)
      interface.apply(
        Sample.batch(Double(second), [.counters(Sample.id(2), .established, counters)])
      )
    }
    #expect(interface.model.table.samples == 2)
    interface.type("Z")
    #expect(interface.model.table.samples == 10)
    let row = interface.rows.first { $0.id == Sample.id(2) }
    #expect(row?.counters.bytesReceived == 6_299_000)
    #expect(interface.screen(80, 24)[2].contains("12:00:09"))
  }

  @Test func whatIsChosenMeanwhileHoldsAfterwards() {
    var interface = Sample.pairs()
    interface.press(.character("Z"), .character("3"), .character("*"), .down, .down)
    let id = interface.selected?.id
    interface.apply(
      Sample.batch(1, [.upsert(Sample.connection(30, owner: Sample.owner(5, "new")))])
    )
    #expect(interface.rows.count == 6)
    interface.press(.character("Z"))
    #expect(interface.view.kind == .hosts)
    #expect(interface.rows.count == 7)
    #expect(interface.selected?.id == id)
  }

  @Test func theSelectionIsOnTheScreenWhenItGoesOn() {
    var interface = Sample.many(50)
    interface.press(.end, .character("Z"))
    let closed = (10...50).map { cookie -> Delta in
      .ended(Sample.connection(UInt64(cookie), closed: (1, .fin)))
    }
    interface.apply(Sample.batch(1, closed))
    interface.apply(Sample.batch(30))
    #expect(interface.selected?.id == Sample.id(50))
    interface.press(.character("Z"))
    #expect(interface.rows.count == 9)
    #expect(interface.selected?.id == Sample.id(9))
    #expect(interface.selection.position == 8)
  }

  @Test func theDetailsAreHeldStillToo() {
    var interface = Sample.interface()
    interface.press(.down, .enter, .character("Z"))
    let before = interface.screen(80, 24)
    interface.apply(
      Sample.batch(2, [.counters(Sample.id(2), .closeWait, Sample.counters(9_999_999, 140_000))])
    )
    interface.learn(SocketDetails(time: Sample.time(2), state: .closeWait), of: Sample.id(2))
    #expect(interface.screen(80, 24) == before)
    interface.press(.character("Z"))
    interface.apply(Sample.batch(3))
    #expect(interface.screen(80, 24)[0].contains("CLOSE-WAIT"))
  }
}
