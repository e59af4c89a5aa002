import Connections
import Samples
import Testing

@testable import Monitor

struct ConnectionTableTests {
  private func closed(_ cookie: UInt64, at seconds: Double, sent: UInt64 = 0) -> Delta {
    .ended(
      Sample.connection(
        cookie,
        state: .closed,
        counters: Counters(bytesSent: sent),
        openedAt: seconds - 0.1,
        closed: (seconds, .fin)
      )
    )
  }

  /// What has ended shows why: `CLOSED` beside `closed` would say less than it seems to.
  @Test(arguments: Connection.CloseReason.allCases)
  func anEndShowsItsReason(_ reason: Connection.CloseReason) throws {
    var model = Model(View(.closed))
    model.apply(Sample.batch(0))
    let ended = Sample.connection(1, state: .closed, closed: (1, reason))
    model.apply(Sample.batch(1, [.ended(ended)]))
    #expect(model.row(at: 0)?.stateText == reason.name)
    // A text finds what is shown.
    model.view.filter = try Filter(parsing: reason.name)
    #expect(model.count == 1)
  }

  @Test func closedConnectionsStayFiveSeconds() {
    var model = Model()
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    model.apply(Sample.batch(1, [closed(1, at: 0.5)]))
    #expect(model.count == 1)
    #expect(model.summary.connections == 0)
    #expect(model.row(at: 0)?.end?.reason == .fin)
    model.apply(Sample.batch(5.9))
    #expect(model.count == 1)
    model.apply(Sample.batch(6))
    #expect(model.count == 0)
  }

  @Test func theNewestThousandClosedConnectionsLingerAndTenThousandAreKept() {
    var model = Model(View(.connections, sort: SortOrder(.pid)))
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1, counters: Counters(bytesSent: 5)))]))
    var deltas = [closed(1, at: 1, sent: 7)]
    deltas += (2...20_000).map { closed($0, at: 1, sent: 10) }
    model.apply(Sample.batch(1, deltas))
    #expect(model.count == 1000)
    #expect(model.row(at: 0)?.id.cookie == 19_001)
    #expect(model.table.activity.closed == 20_000)
    #expect(model.table.activity.opened == 19_999)
    #expect(model.table.activity.growth.bytesSent == 2 + 19_999 * 10)
    #expect(model.table.bound < 11_100)
    model.apply(Sample.batch(2, (30_000..<30_600).map { closed($0, at: 2) }))
    #expect(model.count == 1000)
    #expect(model.position(of: Sample.id(19_600)) == nil)
    #expect(model.position(of: Sample.id(19_601)) == 0)
    model.view = View(.closed)
    #expect(model.count == 11_000)
    model.apply(Sample.batch(8))
    #expect(model.count == 10_000)
    #expect(model.row(at: 0)?.id.cookie == 30_000)
  }

  @Test func liveConnectionsAreCounted() {
    var model = Model()
    func check(_ count: Int) {
      #expect(model.table.liveCount == count)
      #expect(model.table.liveConnections.count == count)
    }
    check(0)
    model.apply(Sample.batch(0, (1...20).map { .upsert(Sample.connection($0)) }))
    check(20)
    // They linger, and are kept, and leave.
    model.apply(Sample.batch(1, (1...5).map { closed($0, at: 1) }))
    check(15)
    model.apply(Sample.batch(60, (30_000...50_000).map { closed($0, at: 59) }))
    check(15)
    model.apply(Sample.batch(120, [closed(6, at: 119)]))
    check(14)
  }

  @Test func everyEndIsInOneSampleOfAFormat() {
    var model = Model(retention: .sample)
    model.apply(Sample.batch(0, (1...5000).map { closed($0, at: 0) }))
    #expect(model.count == 5000)
    model.apply(Sample.batch(0.5, [.upsert(Sample.connection(9000))]))
    #expect(model.count == 1)
  }

  @Test func listenersAreCountedButNoRows() {
    var model = Model()
    let any = Sample.endpoint("0.0.0.0", 0)
    let listener = Sample.connection(1, remote: any, state: .listen, openedAt: 0)
    model.apply(Sample.batch(0, [.upsert(listener), .upsert(Sample.connection(2, openedAt: 0))]))
    #expect(model.count == 1)
    #expect(model.summary.listeners == 1)
    #expect(model.summary.connections == 1)
    #expect(model.table.activity.opened == 1)

    var gone = listener
    gone.state = .closed
    gone.end = Connection.End(at: Sample.time(1), reason: .unknown)
    model.apply(Sample.batch(1, [.ended(gone)]))
    #expect(model.summary.listeners == 0)
    #expect(model.count == 1)
    #expect(model.table.activity.closed == 0)
  }

  @Test func statesAreCountedAsTheyChange() {
    var model = Model()
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1, state: .synSent))]))
    #expect(model.summary[.synSent] == 1)
    model.apply(Sample.batch(1, [.counters(Sample.id(1), .established, Counters())]))
    #expect(model.summary[.synSent] == 0)
    #expect(model.summary[.established] == 1)
  }

  @Test func whatIsNotKnownIsIgnored() {
    var model = Model()
    model.apply(
      Sample.batch(
        0,
        [
          .counters(Sample.id(1), .established, Counters(bytesSent: 9)),
          .annotated(Sample.id(1), Sample.owner(1, "a")),
          closed(2, at: 0),
          closed(2, at: 0),
          .counters(Sample.id(2), .established, Counters(bytesSent: 9)),
          .upsert(Sample.connection(2)),
        ]
      )
    )
    #expect(model.count == 1)
    #expect(model.summary.connections == 0)
    #expect(model.table.activity.closed == 1)
    #expect(model.table.activity.growth.bytesSent == 0)
  }

  @Test func figuresFromBeforeTheTracerAreNoTraffic() {
    var model = Model()
    model.apply(Sample.batch(0))
    let old = Sample.connection(1, counters: Counters(bytesSent: 1_000_000))
    model.apply(
      Sample.batch(1, [.upsert(old), .counters(Sample.id(1), .established, old.counters)])
    )
    #expect(model.table.activity.growth.bytesSent == 0)
    #expect(model.table.activity.opened == 0)
  }

  @Test func aClosedConnectionKeepsItsTuple() {
    var model = Model()
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    let none = Sample.endpoint("0.0.0.0", 0)
    model.apply(
      Sample.batch(
        1,
        [.ended(Sample.connection(1, local: none, remote: none, closed: (1, .reset)))]
      )
    )
    #expect(model.row(at: 0)?.remote == Sample.endpoint("192.0.2.1", 443))
    #expect(model.row(at: 0)?.local == Sample.endpoint("10.0.0.5", 40000))
  }

  @Test func ownersAreHeldOnceAndLetGo() {
    var owners = OwnerTable()
    let owner = Sample.owner(1, "a")
    let first = owners.retain(owner)
    #expect(owners.retain(owner) == first)
    // The same process after exec is another owner to whom it has already.
    let renamed = owners.retain(Sample.owner(1, "b"))
    #expect(renamed != first)
    #expect(owners[first]?.process.name == "a")
    owners.release(first)
    owners.release(first)
    #expect(owners.retain(Sample.owner(1, "b")) == renamed)
    #expect(owners.retain(Sample.owner(2, "c")) == first)
    #expect(owners.retain(nil) == OwnerTable.none)
    #expect(owners[OwnerTable.none] == nil)
  }

  @Test func ownCPUIsAShareOfTheInterval() {
    var model = Model()
    model.apply(Sample.batch(0, health: SourceHealth(cpuTime: .seconds(1))))
    #expect(model.cpuShare == nil)
    model.apply(Sample.batch(2, health: SourceHealth(cpuTime: .milliseconds(1500))))
    #expect(model.cpuShare == 0.25)
  }

  @Test func aSlotThatABatchChangedIsUsedAgainByTheNext() {
    var table = ConnectionTable(retention: .screen)
    let listener = Sample.connection(1, remote: Sample.endpoint("0.0.0.0", 0), state: .listen)
    _ = table.apply(Sample.batch(0, [.upsert(listener)]))
    let slot = table.slot(of: Sample.id(1))
    _ = table.apply(
      Sample.batch(
        1,
        [
          .counters(Sample.id(1), .listen, Counters(accepted: 1)), .ended(listener),
          .upsert(Sample.connection(2)),
        ]
      )
    )
    #expect(Set(table.changed).count == table.changed.count)
    #expect(table.slot(of: Sample.id(2)) != slot)
    _ = table.apply(Sample.batch(2, [.upsert(Sample.connection(3))]))
    #expect(table.slot(of: Sample.id(3)) == slot)
  }
}
