import Connections
import Testing

@testable import Tracer

@Suite struct FlowTableTests {
  private let now = Timestamp(nanoseconds: 9)

  private func endpoint(_ port: UInt16) -> Endpoint {
    Endpoint(address: Address(v4: port == 0 ? 0 : 1), port: port)
  }

  private func socket(
    _ cookie: UInt64,
    local: UInt16 = 1,
    remote: UInt16 = 0,
    owner pid: Int32? = 7,
    drops: UInt32 = 0,
    opened: Int64? = 1,
    end: Connection.CloseReason? = nil
  ) -> Connection {
    Connection(
      id: Connection.ID(cookie: cookie, generation: 1_000_000),
      proto: .udp,
      local: endpoint(local),
      remote: endpoint(remote),
      netns: 1,
      direction: .unknown,
      state: end != nil ? .closed : remote == 0 ? .unconnected : .established,
      counters: Counters(unread: 4, unacknowledged: 5, drops: drops),
      owner: pid.map { pid in
        Owner(
          process: Process(
            id: Process.ID(pid: pid, startTicks: 1),
            name: "p",
            commandLine: nil,
            uid: 0,
            user: nil,
            startedAt: Timestamp(nanoseconds: 0)
          ),
          source: .create
        )
      },
      openedAt: opened.map { Timestamp(nanoseconds: $0) },
      end: end.map { Connection.End(at: Timestamp(nanoseconds: 5), reason: $0) }
    )
  }

  /// - Parameter remote: 0 for what found no room.
  private func flow(
    _ cookie: UInt64,
    _ remote: UInt16,
    sent: UInt64,
    opened: Int64 = 2,
    end: Connection.CloseReason? = nil
  ) -> Flow {
    Flow(
      key: Flow.Key(
        cookie: cookie,
        remote: remote == 0
          ? Endpoint(address: Address(high: 0, low: 0), port: 0) : endpoint(remote)
      ),
      local: endpoint(1),
      netns: 1,
      direction: .outgoing,
      openedAt: Timestamp(nanoseconds: opened),
      datagrams: Datagrams(bytesSent: sent * 10, sent: sent),
      end: end
    )
  }

  /// The rows in short: cookie, remote port, generation, datagrams, drops, owner, end.
  private func text(_ table: inout FlowTable) -> [String] {
    table.takeRows().map { row in
      let generation = row.id.generation == 1_000_000 ? "own" : "\(row.id.generation)"
      let drops = row.counters.drops.map { " d\($0)" } ?? ""
      let owner = row.owner.map { " \($0.process.id.pid)" } ?? " -"
      let end = row.end.map { " \($0.reason.name)" } ?? ""
      return "\(row.id.cookie):\(row.remote.port) \(generation) \(row.counters.packetsSent)"
        + drops + owner + end
    }
  }

  @Test func `a socket that waits has a row of its own, and each remote end one`() {
    var table = FlowTable()
    table.observe(socket(3, drops: 2), at: now)
    table.apply([flow(3, 50, sent: 1), flow(3, 51, sent: 2)], at: now)
    #expect(text(&table) == ["3:0 own 0 d2 7", "3:50 1 1 7", "3:51 2 2 7"])
    table.apply([flow(3, 50, sent: 4)], at: now)
    #expect(text(&table) == ["3:50 1 4 7"])
    #expect(table.count == 2)
  }

  @Test func `a flow of an older socket may be older, until it would have ended`() {
    var table = FlowTable(openingsKnownFrom: Timestamp(nanoseconds: 100))
    table.observe(socket(3, opened: nil), at: now)
    table.observe(socket(4), at: now)
    table.apply(
      [
        flow(3, 50, sent: 1, opened: 99), flow(3, 51, sent: 1, opened: 100),
        flow(4, 52, sent: 1, opened: 2),
      ],
      at: now
    )
    let flows = table.takeRows().filter { !$0.isListener }
    #expect(flows.map(\.remote.port) == [50, 51, 52])
    #expect(flows.map(\.openedAt?.nanoseconds) == [nil, 100, 2])
  }

  @Test func `a connected socket has only the row of its remote end, even before a datagram`() {
    var table = FlowTable()
    table.observe(socket(3, remote: 50), at: now)
    #expect(text(&table) == ["3:50 1 0 d0 7"])
    table.apply([flow(3, 50, sent: 2)], at: now)
    #expect(text(&table) == ["3:50 1 2 d0 7"])
  }

  @Test func `a socket that nobody can reach is no row`() {
    var table = FlowTable()
    table.observe(socket(3, local: 0), at: now)
    #expect(text(&table) == [])
  }

  @Test func `drops and queues go with the connection, and end the row of its own`() {
    var table = FlowTable()
    table.observe(socket(3), at: now)
    table.observe(socket(3, remote: 50), at: now)
    #expect(text(&table) == ["3:0 own 0 d0 7", "3:0 own 0 d0 7 closed", "3:50 1 0 d0 7"])
    table.apply([flow(3, 50, sent: 2)], at: now)
    table.observe(socket(3, remote: 51, drops: 6), at: now)
    #expect(text(&table) == ["3:50 1 2 d0 7", "3:50 1 2 7", "3:51 2 0 d6 7"])
    // It never spoke to the second one; its own row is another one than before.
    table.observe(socket(3, drops: 6), at: now)
    #expect(text(&table) == ["3:51 2 0 d6 7 closed", "3:0 3 0 d6 7"])
  }

  /// The kernel gives a socket a local address when it is connected.
  @Test func `the row of its own ends with the ends that it had`() {
    var table = FlowTable()
    let address = Address(v4: 0x7f00_0001)
    var connected = socket(3, remote: 50)
    connected.local = Endpoint(address: address, port: 1)
    connected.remote = Endpoint(address: address, port: 50)
    let open = socket(3)
    table.observe(open, at: now)
    table.observe(connected, at: now)
    let ended = table.takeRows().filter { $0.end != nil }
    #expect(ended.map(\.local) == [open.local])
    #expect(ended.map(\.remote) == [open.remote])
    // Or when it is connected and closed between two batches.
    table.observe(socket(4), at: now)
    connected = socket(4, remote: 50, end: .closed)
    connected.remote = Endpoint(address: address, port: 50)
    table.observe(connected, at: now)
    table.apply([], at: now)
    #expect(table.takeRows().filter { $0.end != nil }.map(\.remote) == [open.remote])
  }

  /// They are reported in the order of their places, which has no meaning.
  @Test func `a flow that follows another one is taken in after it`() {
    var table = FlowTable()
    table.observe(socket(3), at: now)
    _ = table.takeRows()
    table.apply(
      [flow(3, 50, sent: 2, opened: 8), flow(3, 50, sent: 7, opened: 3, end: .idle)],
      at: now
    )
    #expect(text(&table) == ["3:50 1 7 7 idle", "3:50 2 2 7"])
    // Before their socket is reported, too.
    table.apply(
      [flow(4, 50, sent: 2, opened: 8), flow(4, 50, sent: 7, opened: 3, end: .idle)],
      at: now
    )
    table.observe(socket(4), at: now)
    table.apply([], at: now)
    #expect(text(&table) == ["4:0 own 0 d0 7", "4:50 3 7 7 idle", "4:50 4 2 7"])
  }

  @Test func `an idle flow ends, but not that of the connection`() {
    var table = FlowTable()
    table.observe(socket(3, remote: 50), at: now)
    table.apply([flow(3, 50, sent: 2), flow(3, 51, sent: 3)], at: now)
    _ = table.takeRows()
    table.apply([flow(3, 50, sent: 2, end: .idle), flow(3, 51, sent: 3, end: .idle)], at: now)
    #expect(text(&table) == ["3:50 1 2 d0 7", "3:51 2 3 7 idle"])
    table.apply([flow(3, 50, sent: 1), flow(3, 51, sent: 1)], at: now)
    #expect(text(&table) == ["3:50 1 3 d0 7", "3:51 3 1 7"])
  }

  @Test func `what found no room is the socket's`() {
    var table = FlowTable()
    table.observe(socket(3), at: now)
    table.observe(socket(4, remote: 50), at: now)
    _ = table.takeRows()
    table.apply([flow(3, 0, sent: 8), flow(4, 0, sent: 9)], at: now)
    #expect(text(&table) == ["3:0 own 8 d0 7", "4:50 1 9 d0 7"])
    // No datagram is in two rows.
    table.observe(socket(4), at: now)
    table.apply([flow(4, 0, sent: 11)], at: now)
    #expect(text(&table) == ["4:50 1 9 d0 7 closed", "4:0 own 0 d0 7", "4:0 own 2 d0 7"])
  }

  @Test func `the end of a socket is that of its rows, with the last figures`() {
    var table = FlowTable()
    table.observe(socket(3), at: now)
    table.apply([flow(3, 50, sent: 1), flow(3, 51, sent: 2)], at: now)
    _ = table.takeRows()
    table.observe(socket(3, drops: 4, end: .closed), at: now)
    #expect(text(&table) == [])
    table.apply([flow(3, 50, sent: 6, end: .closed), flow(3, 51, sent: 2, end: .closed)], at: now)
    #expect(
      text(&table) == ["3:50 1 6 7 closed", "3:51 2 2 7 closed", "3:0 own 0 d4 7 closed"]
    )
    #expect(table.count == 0)
  }

  @Test func `a socket between two batches has its flows with its owner`() {
    var table = FlowTable()
    table.observe(socket(3, end: .closed), at: now)
    table.apply([flow(3, 50, sent: 1, end: .closed)], at: now)
    #expect(text(&table) == ["3:50 1 1 7 closed"])
    table.observe(socket(4, remote: 50, end: .closed), at: now)
    table.apply([flow(4, 50, sent: 1, end: .closed)], at: now)
    #expect(text(&table) == ["4:50 2 1 d0 7 closed"])
  }

  @Test func `a flow waits for its socket`() {
    var table = FlowTable()
    table.apply([flow(3, 50, sent: 1), flow(4, 50, sent: 1, end: .closed)], at: now)
    #expect(text(&table) == [])
    table.observe(socket(3), at: now)
    table.observe(socket(4, end: .closed), at: now)
    table.apply([flow(3, 50, sent: 2)], at: now)
    let rows = text(&table)
    #expect(rows.first == "3:0 own 0 d0 7")
    #expect(rows.contains { $0.hasPrefix("3:50 ") && $0.hasSuffix(" 2 7") })
    #expect(rows.contains { $0.hasPrefix("4:50 ") && $0.hasSuffix(" 1 7 closed") })
  }

  @Test func `a flow whose socket is never told is told without an owner`() {
    var table = FlowTable()
    table.apply([flow(3, 50, sent: 1, end: .closed)], at: now)
    table.apply([], at: now)
    #expect(text(&table) == ["3:50 1 1 - closed"])
    table.apply([], at: now)
    #expect(text(&table) == [])
  }

  @Test func `another owner is told of all rows`() {
    var table = FlowTable()
    table.observe(socket(3, owner: nil), at: now)
    table.apply([flow(3, 50, sent: 1)], at: now)
    _ = table.takeRows()
    table.observe(socket(3, owner: 8), at: now)
    #expect(text(&table) == ["3:0 own 0 d0 8", "3:50 1 1 8"])
  }

  @Test func `a socket whose end was lost ends for a reason that is not known`() {
    var table = FlowTable()
    table.observe(socket(3), at: now)
    table.observe(socket(4), at: now)
    table.apply([flow(3, 50, sent: 1)], at: now)
    _ = table.takeRows()
    table.reconcile(live: [4], at: now)
    table.apply([], at: now)
    #expect(text(&table) == ["3:50 1 1 7 unknown", "3:0 own 0 d0 7 unknown"])
  }
}
