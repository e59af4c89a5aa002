import Connections
import Samples
import Testing

@testable import Tracer

@Suite struct DeltaBuilderTests {
  private let endpoint = Endpoint(address: Address(v4: 1), port: 1)

  private func connection(
    _ cookie: UInt64,
    generation: UInt64 = 1,
    bytes: UInt64 = 0,
    state: SocketState = .established,
    owner pid: Int32? = nil,
    end: Connection.CloseReason? = nil
  ) -> Connection {
    Connection(
      id: Connection.ID(cookie: cookie, generation: generation),
      local: endpoint,
      remote: endpoint,
      netns: 1,
      direction: .outgoing,
      state: end == nil ? state : .closed,
      counters: Counters(bytesSent: bytes),
      owner: pid.map(owner),
      openedAt: nil,
      end: end.map { Connection.End(at: Timestamp(nanoseconds: 5), reason: $0) }
    )
  }

  private func owner(_ pid: Int32) -> Owner { Sample.owner(pid, "p", source: .scan) }

  /// What a reader knows of live connections.
  private final class Reader {
    var live: [Connection.ID: Connection] = [:]
  }

  private let reader = Reader()

  /// The deltas with what is unknown in an end as it was before.
  private func read(_ deltas: [Delta]) -> [Delta] {
    deltas.map { delta in
      switch delta {
      case .upsert(let connection): reader.live[connection.id] = connection
      case .annotated(let id, let owner): reader.live[id]?.owner = owner
      case .counters(let id, let state, let counters):
        reader.live[id]?.state = state
        reader.live[id]?.counters = counters
      case .ended(let connection):
        let last = reader.live.removeValue(forKey: connection.id)
        return .ended(last.map { connection.ended(after: $0) } ?? connection)
      }
      return delta
    }
  }

  /// A delta in short: its kind, the cookie and what it reports.
  private func text(_ deltas: [Delta]) -> [String] {
    read(deltas).map { delta in
      switch delta {
      case .upsert(let new): "opened \(new.id.cookie) \(new.counters.bytesSent)"
      case .annotated(let id, let owner): "owner \(id.cookie) \(owner.process.id.pid)"
      case .counters(let id, let state, let counters):
        "changed \(id.cookie) \(state.name) \(counters.bytesSent)"
      case .ended(let last):
        "closed \(last.id.cookie) \(last.counters.bytesSent) \(last.end?.reason.name ?? "-")"
      }
    }
  }

  @Test func `a flood leaves nothing behind, and what is too much is counted`() {
    var table = DeltaBuilder(endedLimit: 1000)
    for cookie in 1...20_000 { table.observe(connection(UInt64(cookie))) }
    #expect(table.takeDeltas().count == 20_000)
    // Those that a batch had all end; of others, as many as there is room for.
    for cookie in 1...20_000 where cookie != 500 && cookie != 19_000 {
      table.end(connection(UInt64(cookie), end: .fin))
    }
    for cookie in 20_001...30_000 { table.end(connection(UInt64(cookie), end: .fin)) }
    #expect(table.takeDeltas().count == 19_998)
    #expect(table.endsDropped == 10_000)
    #expect(table.count == 2 && table.room < 100)
    table.observe(connection(19_000, bytes: 5))
    table.observe(connection(500, bytes: 6))
    table.observe(connection(30_001))
    #expect(
      text(table.takeDeltas()) == [
        "changed 19000 ESTAB 5", "changed 500 ESTAB 6", "opened 30001 0",
      ]
    )
  }

  @Test func `an opening is told once, whole`() {
    var table = DeltaBuilder()
    table.observe(connection(1))
    table.observe(connection(1, bytes: 5, owner: 7))
    #expect(text(table.takeDeltas()) == ["opened 1 5"])
    #expect(table.takeDeltas().isEmpty)
  }

  /// A subflow of MPTCP can be found before its connection is.
  @Test func `an opening is as it was last observed, though no figure changed`() {
    var table = DeltaBuilder()
    table.observe(connection(1))
    var later = connection(1)
    later.parent = Connection.ID(cookie: 9, generation: 1)
    table.observe(later)
    for case .upsert(let new) in table.takeDeltas() { #expect(new.parent?.cookie == 9) }
  }

  @Test func `a keyframe has all, whole`() {
    var table = DeltaBuilder()
    table.observe(connection(1, bytes: 5, owner: 7))
    table.observe(connection(2))
    _ = read(table.takeDeltas())
    table.reportsAll = true
    table.observe(connection(1, bytes: 5, owner: 7))
    table.observe(connection(2, bytes: 6))
    table.end(connection(2, bytes: 7, end: .fin))
    table.reportsAll = false
    #expect(text(table.takeDeltas()) == ["opened 1 5", "closed 2 7 fin"])
    table.observe(connection(1, bytes: 6, owner: 7))
    #expect(text(table.takeDeltas()) == ["changed 1 ESTAB 6"])
  }

  @Test func `what is as it was is not told`() {
    var table = DeltaBuilder()
    table.observe(connection(1, bytes: 5, owner: 7))
    _ = read(table.takeDeltas())
    table.observe(connection(1, bytes: 5, owner: 7))
    #expect(table.takeDeltas().isEmpty)
  }

  @Test func `one delta of a kind, the owner before the figures`() {
    var table = DeltaBuilder()
    table.observe(connection(1))
    _ = read(table.takeDeltas())
    table.observe(connection(1, bytes: 1))
    table.observe(connection(1, bytes: 2, owner: 7))
    table.observe(connection(1, bytes: 3, state: .closeWait, owner: 8))
    #expect(text(table.takeDeltas()) == ["owner 1 8", "changed 1 CLOSE-WAIT 3"])
    #expect(table.takeDeltas().isEmpty)
  }

  @Test func `a state alone is a change`() {
    var table = DeltaBuilder()
    table.observe(connection(1))
    _ = read(table.takeDeltas())
    table.observe(connection(1, state: .finWait1))
    #expect(text(table.takeDeltas()) == ["changed 1 FIN-WAIT-1 0"])
  }

  @Test func `an end is told last, and nothing of that connection before it`() {
    var table = DeltaBuilder()
    table.observe(connection(1))
    table.observe(connection(2))
    _ = read(table.takeDeltas())
    table.observe(connection(1, bytes: 4))
    table.end(connection(1, bytes: 9, end: .fin))
    table.observe(connection(2, bytes: 6))
    table.observe(connection(3))
    #expect(
      text(table.takeDeltas()) == ["changed 2 ESTAB 6", "opened 3 0", "closed 1 9 fin"]
    )
    #expect(table.count == 2)
  }

  @Test func `a connection that no batch had is told at its end`() {
    var table = DeltaBuilder()
    table.observe(connection(1))
    table.end(connection(1, bytes: 3, end: .reset))
    table.end(connection(2, bytes: 4, end: .refused))
    #expect(text(table.takeDeltas()) == ["closed 1 3 reset", "closed 2 4 refused"])
    #expect(table.count == 0)
  }

  @Test func `a socket that connects again is another connection`() {
    var table = DeltaBuilder()
    table.observe(connection(1, generation: 1))
    _ = read(table.takeDeltas())
    table.end(connection(1, generation: 1, bytes: 7, end: .reset))
    table.observe(connection(1, generation: 2))
    #expect(text(table.takeDeltas()) == ["opened 1 0", "closed 1 7 reset"])
    #expect(table.count == 1)
    table.observe(connection(1, generation: 2, bytes: 1))
    #expect(text(table.takeDeltas()) == ["changed 1 ESTAB 1"])
  }

  @Test func `sockets that are no more are closed`() {
    var table = DeltaBuilder()
    for cookie: UInt64 in 1...4 { table.observe(connection(cookie, bytes: cookie)) }
    _ = read(table.takeDeltas())
    #expect(table.reconcile(live: [2, 4, 9], at: Timestamp(nanoseconds: 77)) == 2)
    let deltas = read(table.takeDeltas())
    #expect(text(deltas).sorted() == ["closed 1 1 unknown", "closed 3 3 unknown"])
    for case .ended(let last) in deltas {
      #expect(last.state == .closed)
      #expect(last.end?.at == Timestamp(nanoseconds: 77))
    }
    #expect(table.count == 2)
    table.reconcile(live: [2, 4], at: Timestamp(nanoseconds: 78))
    #expect(table.takeDeltas().isEmpty)
  }

  @Test func `an end that no program saw has the last figures, or none`() {
    var table = DeltaBuilder()
    table.observe(connection(1, bytes: 5, owner: 7))
    _ = read(table.takeDeltas())
    var unseen = connection(1, end: .unknown)
    unseen.counters = .absent
    table.end(unseen)
    unseen = connection(2, end: .unknown)
    unseen.counters = .absent
    table.end(unseen)
    let ends = read(table.takeDeltas()).compactMap { delta -> Connection? in
      if case .ended(let last) = delta { last } else { nil }
    }
    #expect(ends.map(\.id.cookie) == [1, 2])
    #expect(ends.map { $0.end?.isUnseen } == [true, true])
    #expect(ends.map(\.counters.uncounted) == [[], [.bytes, .packets]])
    #expect(ends.map(\.counters.bytesSent) == [5, 0])
    #expect(ends.map { $0.owner?.process.id.pid } == [7, nil])
    #expect(table.count == 0)
    // It is over: there is nothing left to reconcile.
    #expect(table.reconcile(live: [], at: Timestamp(nanoseconds: 9)) == 0)
  }

  @Test func `an end that no program saw keeps the ports that its socket has given back`() {
    var table = DeltaBuilder()
    table.observe(connection(1))
    var unseen = connection(1, end: .unknown)
    unseen.local = Endpoint(address: endpoint.address, port: 0)
    table.end(unseen)
    unseen = connection(2, end: .unknown)
    table.end(unseen)
    let ends = read(table.takeDeltas()).compactMap { delta -> Connection? in
      if case .ended(let last) = delta { last } else { nil }
    }
    #expect(ends.map(\.local.port) == [endpoint.port, endpoint.port])
  }

  @Test func `an end waits once for the process that closes it`() throws {
    var table = DeltaBuilder(isAmended: true)
    var unproven = connection(1, owner: 7, end: .reset)
    unproven.end = Connection.End(at: Timestamp(nanoseconds: 5), reason: .reset, error: 104)
    unproven.owner = Owner(process: owner(7).process, source: .listener)
    for cookie: UInt64 in 1...200 {
      let last = Connection(
        id: Connection.ID(cookie: cookie, generation: 1),
        local: endpoint,
        remote: endpoint,
        netns: 1,
        direction: .incoming,
        state: .closed,
        counters: Counters(),
        owner: unproven.owner,
        openedAt: nil,
        end: unproven.end
      )
      table.end(last)
    }
    // However many ends came after it.
    table.amend(2, closedBy: owner(9).process)
    // The opening is told in time; the one whose process is known waits no longer.
    let first = read(table.takeDeltas())
    #expect(
      text(first.filter { if case .ended = $0 { true } else { false } }) == ["closed 2 0 reset"]
    )
    #expect(first.count == 200)
    table.amend(1, closedBy: owner(8).process)
    let second = read(table.takeDeltas())
    #expect(second.count == 199)
    let ends = (first + second).compactMap { delta -> Connection? in
      if case .ended(let last) = delta { last } else { nil }
    }
    let byCookie = Dictionary(uniqueKeysWithValues: ends.map { ($0.id.cookie, $0.owner) })
    #expect(byCookie[1]??.process.id.pid == 8)
    #expect(byCookie[1]??.source == .close)
    #expect(byCookie[2]??.process.id.pid == 9)
    #expect(byCookie[3]??.isProven == false)
    #expect(table.takeDeltas().isEmpty)
  }

  @Test func `the process that closes keeps the one before it among the holders`() {
    var table = DeltaBuilder()
    table.observe(connection(1, owner: 7))
    _ = read(table.takeDeltas())
    var last = connection(1, owner: 9, end: .fin)
    last.owner = Owner(process: owner(9).process, source: .close)
    table.end(last)
    for case .ended(let end) in read(table.takeDeltas()) {
      #expect(end.owner?.processes.map(\.id.pid) == [9, 7])
    }
  }

  @Test func `ends that nobody asks for are counted, not kept`() {
    var table = DeltaBuilder(endedLimit: 2)
    for cookie: UInt64 in 1...5 { table.end(connection(cookie, end: .fin)) }
    #expect(table.endsDropped == 3)
    #expect(text(table.takeDeltas()) == ["closed 1 0 fin", "closed 2 0 fin"])
    table.end(connection(6, end: .fin))
    #expect(text(table.takeDeltas()) == ["closed 6 0 fin"])
    #expect(table.endsDropped == 3)
  }

  /// Its end was lost, and its cookie lives on.
  @Test func `the older connection of a socket that connected again is closed`() {
    var table = DeltaBuilder()
    table.observe(connection(1, generation: 1, bytes: 3))
    _ = read(table.takeDeltas())
    table.observe(connection(1, generation: 2))
    table.reconcile(live: [1], at: Timestamp(nanoseconds: 77))
    #expect(text(table.takeDeltas()) == ["opened 1 0", "closed 1 3 unknown"])
    #expect(table.count == 1)
  }

  /// A connection that a batch had must not stay for good because its end found no room.
  @Test func `an end that is not kept is still told of a known connection`() {
    var table = DeltaBuilder(endedLimit: 1)
    table.observe(connection(1))
    table.observe(connection(2))
    _ = read(table.takeDeltas())
    table.end(connection(1, end: .fin))
    table.end(connection(2, end: .fin))
    #expect(text(table.takeDeltas()) == ["closed 1 0 fin", "closed 2 0 fin"])
    #expect(table.endsDropped == 0)
  }
}
