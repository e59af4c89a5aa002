import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct PauseTests {
  @Test func whatArrivesMeanwhileIsInTheTotals() {
    var state = Sample.state()
    state.type("Z")
    for second in 2...9 {
      let counters = Sample.counters(6_290_000 + UInt64(second) * 1000, 130_000)
      state.apply(
        Sample.batch(Double(second), [.counters(Sample.id(2), .established, counters)])
      )
    }
    #expect(state.model.table.samples == 2)
    state.type("Z")
    #expect(state.model.table.samples == 10)
    let row = state.rows.first { $0.id == Sample.id(2) }
    #expect(row?.counters.bytesReceived == 6_299_000)
    #expect(state.screen(80, 24)[2].contains("12:00:09"))
  }

  @Test func whatIsChosenMeanwhileHoldsAfterwards() {
    var state = Sample.pairs()
    state.press(.character("Z"), .character("3"), .character("*"), .down, .down)
    let id = state.selected?.id
    state.apply(
      Sample.batch(1, [.upsert(Sample.connection(30, owner: Sample.owner(5, "new")))])
    )
    #expect(state.rows.count == 6)
    state.press(.character("Z"))
    #expect(state.view.kind == .hosts)
    #expect(state.rows.count == 7)
    #expect(state.selected?.id == id)
  }

  @Test func theSelectionIsOnTheScreenWhenItGoesOn() {
    var state = Sample.many(50)
    state.press(.end, .character("Z"))
    let closed = (10...50).map { cookie -> Delta in
      .ended(Sample.connection(UInt64(cookie), closed: (1, .fin)))
    }
    state.apply(Sample.batch(1, closed))
    state.apply(Sample.batch(30))
    #expect(state.selected?.id == Sample.id(50))
    state.press(.character("Z"))
    #expect(state.rows.count == 9)
    #expect(state.selected?.id == Sample.id(9))
    #expect(state.selection.position == 8)
  }

  @Test func theDetailsAreHeldStillToo() {
    var state = Sample.state()
    state.press(.down, .enter, .character("Z"))
    let before = state.screen(80, 24)
    state.apply(
      Sample.batch(2, [.counters(Sample.id(2), .closeWait, Sample.counters(9_999_999, 140_000))])
    )
    state.learn(SocketDetails(time: Sample.time(2), state: .closeWait), of: Sample.id(2))
    #expect(state.screen(80, 24) == before)
    state.press(.character("Z"))
    state.apply(Sample.batch(3))
    #expect(state.screen(80, 24)[0].contains("CLOSE-WAIT"))
  }
}
