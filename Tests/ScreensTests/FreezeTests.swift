import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct FreezeTests {
  private func received(_ cookie: UInt64, _ bytes: UInt64) -> Delta {
    .counters(Sample.id(cookie), .established, Counters(bytesReceived: bytes))
  }

  /// Ten connections, of which each has received more than the one before.
  private func ten() -> ScreenState {
    var settings = Sample.settings(.received)
    settings.average = 0
    var state = Sample.many(10, settings: settings)
    state.apply(Sample.batch(1, (1...10).map { received($0, $0 * 1000) }))
    return state
  }

  @Test func noRowMovesWhateverItsFigures() {
    var state = ten()
    let order = state.cookies
    #expect(order == (1...10).reversed())
    state.press(.character("o"))
    #expect(state.screen(80, 24)[0].contains("FROZEN"))
    state.apply(Sample.batch(2, [received(3, 90_000), received(1, 50_000)]))
    #expect(state.cookies == order)
    #expect(state.rows[7].counters.bytesReceived == 90_000, "figures go on")
    state.press(.character("o"))
    #expect(state.cookies == [3, 1] + order.filter { $0 != 3 && $0 != 1 })
  }

  @Test func newRowsComeAtTheEndAndOthersStay() {
    var state = ten()
    state.type("o")
    let order = state.cookies
    state.apply(Sample.batch(2, [.upsert(Sample.connection(20)), received(5, 1 << 40)]))
    state.apply(Sample.batch(3, [.upsert(Sample.connection(11)), received(20, 1 << 41)]))
    #expect(state.cookies == order + [20, 11])
    state.apply(Sample.batch(4, [.ended(Sample.connection(8, closed: (4, .fin)))]))
    #expect(state.cookies == order + [20, 11])
    // It stops lingering.
    state.apply(Sample.batch(20))
    #expect(state.cookies == order.filter { $0 != 8 } + [20, 11])
  }

  @Test func anotherConnectionInTheSameSlotIsANewRow() {
    let retention = ClosedRetention(lingerSeconds: 0, lingerLimit: 0, limit: 0)
    var model = Model(View(.connections, sort: SortOrder(.pid)), retention: retention)
    model.apply(
      Sample.batch(0, (1...5).map { .upsert(Sample.connection($0, owner: Sample.owner(1, "a"))) })
    )
    model.view.isFrozen = true
    let slot = model.table.slot(of: Sample.id(2))
    model.apply(Sample.batch(1, [.ended(Sample.connection(2, closed: (1, .fin)))]))
    model.apply(Sample.batch(2, [.upsert(Sample.connection(7))]))
    #expect(model.table.slot(of: Sample.id(7)) == slot)
    #expect((0..<model.count).compactMap { model.row(at: $0)?.id.cookie } == [1, 3, 4, 5, 7])
    // Both in one batch, so that the slot is never seen free.
    model.apply(
      Sample.batch(
        3,
        [.ended(Sample.connection(3, closed: (3, .fin))), .upsert(Sample.connection(8))]
      )
    )
    #expect((0..<model.count).compactMap { model.row(at: $0)?.id.cookie } == [1, 4, 5, 7, 8])
  }

  @Test func anotherOrderIsTakenOnceAndFrozen() {
    var state = ten()
    state.type("oI")
    #expect(state.cookies == Array(1...10))
    state.apply(Sample.batch(2, [received(1, 1 << 40)]))
    #expect(state.cookies == Array(1...10))
  }

  @Test func followingMovesNothing() {
    var state = ten()
    state.type("o")
    let order = state.cookies
    state.apply(Sample.batch(2, [received(1, 1 << 40)]))
    state.press(.down, .character("F"))
    #expect(state.cookies == order)
    state.press(.down)
    #expect(state.view.followed == nil)
    #expect(state.cookies == order)
  }

  @Test func namesAndTimeMoveNothing() {
    var state = ten()
    state.filter("age>3 or netns=x* or rx>=0")
    state.type("o")
    let order = state.cookies
    #expect(order.count == 10)
    let namespace = NetworkNamespace(inode: 4_026_531_840, name: "xyz", nameSource: .ipNetns)
    state.apply(Sample.batch(2, [received(1, 1 << 40)], namespaces: [namespace]))
    state.apply(Sample.batch(30))
    #expect(state.cookies == order)
  }

  @Test func whatAFilterOfTimeShowsComesAndGoes() {
    var state = ScreenState(host: "example", settings: Sample.settings(.pid))
    state.filter("age<10")
    let young = Sample.connection(2, owner: Sample.owner(2, "b"), openedAt: 0)
    let other = Sample.connection(1, owner: Sample.owner(1, "a"), openedAt: -5)
    state.apply(Sample.batch(1, [.upsert(young), .upsert(other)]))
    #expect(state.cookies == [1, 2])
    state.apply(Sample.batch(7))
    #expect(state.cookies == [2])
    state.apply(Sample.batch(12))
    #expect(state.cookies.isEmpty)
  }

  @Test func groupsStayToo() {
    var settings = Sample.settings(.received)
    settings.average = 0
    var state = Sample.many(5, settings: settings)
    state.apply(Sample.batch(1, (1...5).map { received($0, $0 * 1000) }))
    state.type("2o")
    let order = state.cookies
    #expect(order.count == 5)
    let new = Sample.connection(6, owner: Sample.owner(6, "new"))
    state.apply(Sample.batch(2, [received(1, 1 << 40), .upsert(new)]))
    #expect(state.cookies.dropLast() == order[...])
    state.apply(Sample.batch(3, [received(6, 1 << 41)]))
    #expect(state.cookies.dropLast() == order[...])
    state.type("o")
    #expect(state.rows.first?.counters.bytesReceived == 1 << 41)
  }
}
