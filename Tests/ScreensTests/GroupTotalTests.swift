import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// Groups count what their connections carried, whether these are still there or not.
struct GroupTotalTests {
  private static let host = Sample.endpoint("192.0.2.1", 443)

  private func connection(
    _ cookie: UInt64,
    _ bytes: UInt64,
    pid: Int32 = 10,
    openedAt: Double? = 0,
    closed: (Double, Connection.CloseReason)? = nil
  ) -> Connection {
    Sample.connection(
      cookie,
      remote: Self.host,
      counters: Counters(
        bytesSent: bytes,
        bytesReceived: bytes * 2,
        packetsSent: 3,
        retransmits: 1,
        drops: 2
      ),
      owner: Sample.owner(pid, "p\(pid)"),
      openedAt: openedAt,
      closed: closed
    )
  }

  private func sent(_ state: ScreenState) -> [UInt64] { state.rows.map(\.counters.bytesSent) }

  @Test(arguments: ["2", "3", "4"]) func doNotShrinkWhenConnectionsLeave(_ view: String) {
    var state = ScreenState(host: "example")
    state.type(view)
    state.apply(Sample.batch(0, [.upsert(connection(1, 0, openedAt: -9))]))
    state.apply(Sample.batch(1, [.upsert(connection(2, 100)), .upsert(connection(3, 7))]))
    #expect(sent(state) == [107])
    state.apply(Sample.batch(2, [.ended(connection(2, 150, closed: (2, .fin)))]))
    // One that was never open at a batch, and one that leaves the last closed ones at once.
    state.apply(Sample.batch(3, [.ended(connection(4, 1000, closed: (3, .reset)))]))
    #expect(sent(state) == [1157])
    state.apply(Sample.batch(60))
    #expect(state.model.connections == 2)
    #expect(sent(state) == [1157])
    let group = state.rows.first?.counters
    #expect(group?.bytesReceived == 2314)
    #expect(group?.packetsSent == 12)
    #expect(group?.retransmits == 4)
    #expect(group?.drops == 8)
    let ends = (100..<11_100).map { cookie -> Delta in
      .ended(connection(UInt64(cookie), 1, closed: (61, .fin)))
    }
    state.apply(Sample.batch(61, ends))
    state.apply(
      Sample.batch(
        62,
        ends.map { delta in
          guard case .ended(let connection) = delta else { return delta }
          return .ended(self.connection(connection.id.cookie + 50_000, 1, closed: (62, .fin)))
        }
      )
    )
    state.apply(Sample.batch(120))
    #expect(sent(state) == [1157 + 22_000])
  }

  @Test func beginWithNettop() {
    var state = ScreenState(host: "example")
    state.type("2")
    state.apply(Sample.batch(0, [.upsert(connection(1, 5000, openedAt: nil))]))
    #expect(sent(state) == [0])
    state.apply(
      Sample.batch(1, [.counters(Sample.id(1), .established, Counters(bytesSent: 5010))])
    )
    #expect(sent(state) == [10])
    state.type("*")
    #expect(sent(state) == [10, 5010], "the connection has its own")
    state.apply(
      Sample.batch(2, [.ended(connection(1, 5020, openedAt: nil, closed: (2, .fin)))])
    )
    state.apply(Sample.batch(3, [.upsert(connection(2, 1))]))
    state.apply(Sample.batch(60))
    #expect(sent(state) == [21, 1])
  }

  @Test func areSetBackByAKey() {
    var state = ScreenState(host: "example")
    state.type("2")
    state.apply(Sample.batch(0))
    state.apply(Sample.batch(1, [.upsert(connection(1, 100)), .upsert(connection(2, 50))]))
    state.apply(Sample.batch(2, [.ended(connection(2, 60, closed: (2, .fin)))]))
    state.apply(Sample.batch(60))
    #expect(sent(state) == [160])
    state.type("R")
    #expect(state.message?.text == "Totals of processes, hosts and namespaces reset to 0")
    #expect(sent(state) == [0])
    #expect(state.rows.first?.counters.drops == 0)
    let counters = Counters(bytesSent: 103, packetsSent: 4, retransmits: 1)
    state.apply(Sample.batch(61, [.counters(Sample.id(1), .established, counters)]))
    state.apply(Sample.batch(62, [.upsert(connection(3, 9))]))
    #expect(sent(state) == [12])
    state.apply(Sample.batch(63, [.ended(connection(1, 104, closed: (63, .fin)))]))
    state.apply(Sample.batch(120))
    #expect(sent(state) == [13])
  }

  /// A connection below counts since it was opened: the header says since when its group does.
  @Test func theHeaderSaysSinceWhenTheyCount() {
    var state = ScreenState(host: "example")
    state.apply(Sample.batch(0, [.upsert(connection(1, 100, openedAt: nil))]))
    state.apply(Sample.batch(61))
    #expect(!state.screen(120, 24)[2].contains("since"), "connections have no groups")
    state.type("2")
    #expect(state.screen(120, 24)[2].hasSuffix("  group totals since 12:00:00"))
    #expect(state.screen(80, 24)[2].hasSuffix("  group totals since 12:00:00"))
    #expect(state.screen(71, 24)[2].hasSuffix("  totals since 12:00:00"))
    #expect(state.screen(68, 24)[2].hasSuffix("  totals since 12:00"))
    #expect(!state.screen(66, 24)[2].contains("since"))
    state.type("R")
    state.apply(Sample.batch(80))
    for view in ["2", "3", "4"] {
      state.type(view)
      #expect(state.screen(120, 24)[2].hasSuffix("  group totals since 12:01:01"))
    }
    state.type("D")
    #expect(!state.screen(120, 24)[2].contains("since"), "changes are those of the last interval")
  }

  /// A time of day without a date is one of today, by local time.
  @Test func theHeaderSaysWhichDayTheyCountSince() {
    let day = 86_400.0
    var state = ScreenState(host: "example", utcOffset: 3600)
    state.type("2")
    state.apply(Sample.batch(0, [.upsert(connection(1, 100, openedAt: nil))]))
    // It is 23:59:59; then midnight, and later.
    state.apply(Sample.batch(11 * 3600 - 1))
    #expect(state.screen(120, 24)[2].hasSuffix("  group totals since 13:00:00"))
    for moment in [day - 13 * 3600, day, 2 * day] {
      state.apply(Sample.batch(moment))
      #expect(state.screen(120, 24)[2].hasSuffix("  group totals since 2026-03-01 13:00:00"))
    }
    for (width, text) in [
      (87, "group totals since 2026-03-01 13:00:00"), (81, "totals since 2026-03-01 13:00:00"),
      (78, "totals since 2026-03-01 13:00"), (72, "totals since 2026-03-01"),
    ] {
      #expect(state.screen(width, 24)[2].hasSuffix("  \(text)"))
    }
    #expect(!state.screen(71, 24)[2].contains("since"))
    state.type("R")
    #expect(state.screen(120, 24)[2].hasSuffix("  group totals since 13:00:00"))
  }

  /// Keys have an effect before there are figures. Totals begin with these all the same.
  @Test func aResetBeforeTheFirstBatchIsNone() {
    var state = ScreenState(host: "example")
    state.type("2R")
    #expect(state.totalsResetAt == nil)
    state.apply(Sample.batch(61, [.upsert(connection(1, 100, openedAt: nil))]))
    #expect(state.screen(120, 24)[2].hasSuffix("  group totals since 12:01:01"))
    state.apply(Sample.batch(70))
    state.type("R")
    #expect(state.screen(120, 24)[2].hasSuffix("  group totals since 12:01:10"))
  }

  @Test func areThoseThatTheFilterLetsThrough() {
    var state = ScreenState(host: "example")
    state.type("2")
    state.apply(Sample.batch(0))
    state.apply(
      Sample.batch(1, [.upsert(connection(1, 100)), .upsert(connection(2, 7, pid: 20))])
    )
    state.apply(Sample.batch(2, [.ended(connection(3, 5, closed: (2, .fin)))]))
    state.apply(Sample.batch(60))
    state.type("3")
    #expect(sent(state) == [112])
    // What ended before the filter was set, and after.
    state.filter("pid=10")
    #expect(sent(state) == [105])
    state.apply(Sample.batch(61, [.ended(connection(4, 30, closed: (61, .fin)))]))
    state.apply(Sample.batch(62, [.ended(connection(5, 1, pid: 20, closed: (62, .fin)))]))
    state.apply(Sample.batch(120))
    #expect(sent(state) == [135])
    state.filter("close_reason=fin")
    #expect(state.rows.isEmpty)
    state.press(.escape)
    #expect(sent(state) == [143])
  }

  @Test func followTheOwner() {
    var state = ScreenState(host: "example")
    state.type("2")
    state.apply(Sample.batch(0, [.upsert(connection(9, 0, pid: 20, openedAt: -1))]))
    state.apply(
      Sample.batch(1, [.upsert(connection(1, 0)), .ended(connection(2, 40, closed: (1, .fin)))])
    )
    state.apply(Sample.batch(60))
    state.apply(Sample.batch(61, [.annotated(Sample.id(2), Sample.owner(20, "p20"))]))
    let totals = state.rows.map { row in
      state.model.table.owners[row.owner]?.pid == 20 ? row.counters.bytesSent : 0
    }
    #expect(totals.reduce(0, +) == 40)
    #expect(sent(state).reduce(0, +) == 40)
  }

  @Test func followTheOwnerUnderAFilter() {
    let few = ClosedRetention(lingerSeconds: 0, lingerLimit: 10, limit: 2)
    let filter = try? Filter(parsing: "pid=20")
    var model = Model(View(.hosts, filter: filter ?? Filter()), retention: few)
    model.apply(Sample.batch(0, [.upsert(connection(9, 0, pid: 20, openedAt: -1))]))
    // More than there are rows for.
    for (second, cookie) in (1...6).enumerated() {
      let end = connection(UInt64(cookie), 10, pid: 20, closed: (Double(second), .fin))
      model.apply(Sample.batch(Double(second + 1), [.ended(end)]))
    }
    model.apply(Sample.batch(20, [.ended(connection(7, 5, pid: 10, closed: (20, .fin)))]))
    model.apply(Sample.batch(30))
    #expect(model.row(at: 0)?.counters.bytesSent == 60)
    model.apply(Sample.batch(31, [.annotated(Sample.id(7), Sample.owner(20, "p20"))]))
    #expect(model.row(at: 0)?.counters.bytesSent == 65)
    model.apply(Sample.batch(32, [.annotated(Sample.id(7), Sample.owner(30, "p30"))]))
    #expect(model.row(at: 0)?.counters.bytesSent == 60)
  }

  @Test func aTotalThatTheFilterLeftOutIsNotTakenAway() throws {
    var model = Model(View(.hosts, filter: try Filter(parsing: "tagged")))
    model.apply(Sample.batch(0, [.upsert(connection(9, 0, openedAt: -1))]))
    model.apply(
      Sample.batch(
        1,
        [
          .ended(connection(1, 40, closed: (1, .fin))),
          .ended(connection(2, 100, closed: (1, .fin))),
        ]
      )
    )
    model.tag([Sample.id(9), Sample.id(1)], true)
    model.apply(Sample.batch(60))
    let before = model.row(at: 0)?.counters.bytesSent
    model.tag([Sample.id(2)], true)
    model.apply(Sample.batch(61, [.annotated(Sample.id(2), Sample.owner(20, "p20"))]))
    let after = model.row(at: 0)?.counters.bytesSent
    #expect(before == 40)
    #expect(after == 140)
  }

  @Test func lossCausesFollowTheOwner() {
    var ended = connection(2, 40, closed: (1, .fin))
    ended.counters.lossCauses = LossCauses(
      retransmits: LossCauses.Retransmits(timeout: 3, fast: 2, probe: 0, syn: 0)
    )
    var model = Model(View(.processes))
    model.apply(Sample.batch(0, [.upsert(connection(9, 0, pid: 20, openedAt: -1))]))
    model.apply(Sample.batch(1, [.upsert(connection(1, 0)), .ended(ended)]))
    model.apply(Sample.batch(60))
    func timeouts(_ pid: Int32) -> UInt32? {
      (0..<model.count).compactMap { model.row(at: $0) }
        .first { model.table.owners[$0.owner]?.pid == pid }?.counters.lossCauses?.retransmits
        .timeout
    }
    #expect(timeouts(10) == 3)
    model.apply(Sample.batch(61, [.annotated(Sample.id(2), Sample.owner(20, "p20"))]))
    #expect(timeouts(10) ?? 0 == 0)
    #expect(timeouts(20) == 3)
  }

  /// More ends in a batch than linger, or than there are rows for, are in the rates too.
  @Test(arguments: [0, 3_000, 15_000]) func ratesHaveAllThatEnded(_ others: Int) throws {
    let filter = try Filter(parsing: "pid=10")
    var model = Model(View(.processes, filter: filter), halfLife: 3)
    var plain = Model(View(.processes), halfLife: 3)
    var cookie: UInt64 = 100
    func ends(_ count: Int, pid: Int32, at time: Double) -> [Delta] {
      (0..<count).map { _ in
        cookie += 1
        return .ended(connection(cookie, 50, pid: pid, openedAt: time - 0.5, closed: (time, .fin)))
      }
    }
    let first = Sample.batch(0, [.upsert(connection(1, 0, openedAt: -1))])
    model.apply(first)
    plain.apply(first)
    for second in 1...30 {
      let time = Double(second)
      let batch = Sample.batch(time, ends(100, pid: 10, at: time) + ends(others, pid: 20, at: time))
      model.apply(batch)
      plain.apply(batch)
      #expect(model.summary.activity.opened == 100)
      #expect(model.summary.activity.closed == 100)
      #expect(model.summary.activity.growth.bytesSent == 5000)
    }
    for one in [model, plain] {
      let group = try #require(
        (0..<one.count).compactMap { one.row(at: $0) }
          .first { one.table.owners[$0.owner]?.pid == 10 }
      )
      #expect(group.growth.bytesSent == 5000)
      #expect(group.growth.bytesReceived == 10_000)
      let average = try #require(group.average.bytesPerSecond(\.sent, at: 30, halfLife: 3))
      #expect(abs(average - 5000) < 50)
    }
    // Nothing is counted again in the batch after.
    model.apply(Sample.batch(31))
    #expect(model.row(at: 0)?.growth == Growth())
    #expect(model.summary.activity == ConnectionTable.Activity())
  }

  @Test func whatIsKeptOfGroupsIsBounded() {
    let limit = ClosedRetention(lingerSeconds: 0, lingerLimit: 10, limit: 10)
    var model = Model(View(.hosts), retention: limit)
    model.apply(Sample.batch(0, [.upsert(connection(1, 3))]))
    for batch in 1...40 {
      let ends = (0..<1000).map { number -> Delta in
        let address = Address(v4: UInt32(batch) << 16 | UInt32(number))
        return .ended(
          Sample.connection(
            UInt64(batch * 10_000 + number),
            remote: Endpoint(address: address, port: 1),
            counters: Counters(bytesSent: 1),
            owner: Sample.owner(Int32(batch), "p"),
            openedAt: Double(batch),
            closed: (Double(batch), .fin)
          )
        )
      }
      model.apply(Sample.batch(Double(batch), ends))
    }
    #expect(model.table.totals.count <= 30_000)
    #expect(model.table.totals.count > 14_000)
    model.apply(Sample.batch(100, [.ended(connection(1, 4, closed: (100, .fin)))]))
    model.apply(Sample.batch(101, [.upsert(connection(2, 5))]))
    #expect(model.row(at: 0)?.counters.bytesSent == 9)
  }

  @Test func theHeaderSaysWhichCountTwice() {
    var state = Sample.many(2)
    #expect(state.screen(80, 24)[2].hasPrefix("2 connections: 2 ESTAB; 0 listeners "))
    let (here, there) = (Sample.endpoint("127.0.0.1", 80), Sample.endpoint("127.0.0.1", 4000))
    state.apply(
      Sample.batch(
        1,
        [
          .upsert(Sample.connection(8, local: here, remote: there)),
          .upsert(Sample.connection(9, local: there, remote: here)),
        ]
      )
    )
    #expect(
      state.screen(80, 24)[2]
        .hasPrefix("4 connections (local ones count twice): 4 ESTAB; 0 listeners ")
    )
    let ends = [(UInt64(8), here, there), (9, there, here)].map { cookie, local, remote -> Delta in
      .ended(Sample.connection(cookie, local: local, remote: remote, closed: (2, .fin)))
    }
    state.apply(Sample.batch(2, ends))
    #expect(state.screen(80, 24)[2].hasPrefix("2 connections: 2 ESTAB; 0 listeners "))
    // Two namespaces of this host.
    let (one, other) = (Sample.endpoint("10.9.0.1", 80), Sample.endpoint("10.9.0.2", 4000))
    state.apply(Sample.batch(3, [.upsert(Sample.connection(10, local: one, remote: other))]))
    #expect(!state.screen(80, 24)[2].contains("twice"))
    state.apply(Sample.batch(4, [.upsert(Sample.connection(11, local: other, remote: one))]))
    #expect(state.screen(80, 24)[2].contains("twice"))
  }
}
