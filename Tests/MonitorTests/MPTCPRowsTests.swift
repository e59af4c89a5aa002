import Connections
import Samples
import Testing

@testable import Monitor

/// An MPTCP connection is a row, and so are its subflows; sums have their bytes once.
struct MPTCPRowsTests {
  private static func connection(
    _ cookie: UInt64,
    _ proto: TransportProtocol = .tcp,
    parent: UInt64? = nil,
    sent: UInt64,
    state: SocketState = .established,
    end: Connection.End? = nil
  ) -> Connection {
    var counters = Sample.counters(0, sent)
    if proto == .mptcp { counters.uncounted = .packets }
    return Connection(
      id: Sample.id(cookie),
      proto: proto,
      parent: parent.map { Sample.id($0) },
      local: Sample.endpoint("10.0.0.5", 40_000 + UInt16(cookie)),
      remote: Sample.endpoint("192.0.2.1", 443),
      netns: 1,
      direction: .outgoing,
      state: state,
      counters: counters,
      owner: Sample.owner(1234, "curl"),
      openedAt: Sample.time(0.5),
      end: end
    )
  }

  private static let all = [
    connection(16, .mptcp, sent: 3000),
    connection(17, parent: 16, sent: 2000),
    connection(18, parent: 16, sent: 1000),
    connection(19, sent: 500),
  ]

  private func model(_ kind: ViewKind, _ filter: String = "") throws -> Model {
    var model = Model(View(kind, filter: try Filter(parsing: filter)))
    model.apply(Sample.batch(0))
    model.apply(Sample.batch(1, Self.all.map(Delta.upsert)))
    return model
  }

  private func cookies(_ model: Model) -> Set<UInt64> {
    Set((0..<model.count).compactMap { model.row(at: $0)?.id.cookie })
  }

  @Test(arguments: ["", "raddr=192.0.2.1"])
  func sumsHaveItOnce(filter: String) throws {
    let model = try model(.connections, filter)
    #expect(model.count == 4)
    #expect(model.summary.connections == 3)
    #expect(model.summary.activity.growth.bytesSent == 3500)
    #expect(model.summary.activity.opened == 3)
  }

  @Test(arguments: [ViewKind.processes, .hosts, .namespaces])
  func groupsHaveItOnce(kind: ViewKind) throws {
    let model = try model(kind)
    let group = try #require(model.row(at: 0))
    #expect(group.connections == 3)
    #expect(group.counters.bytesSent == 3500)
    #expect(group.growth.bytesSent == 3500)
    #expect(model.slots(of: group).count == 4)
  }

  @Test func itsEndIsNoConnectionsEnd() throws {
    var model = try model(.connections)
    let end = Connection.End(at: Sample.time(1.5), reason: .fin)
    model.apply(
      Sample.batch(
        2,
        [
          .ended(Self.connection(17, parent: 16, sent: 2000, state: .closed, end: end)),
          .ended(Self.connection(16, .mptcp, sent: 3000, state: .closed, end: end)),
        ]
      )
    )
    #expect(model.summary.activity.closed == 1)
    #expect(model.summary.connections == 2)
    #expect(model.summary.activity.growth.bytesSent == 0)
  }

  @Test func aListenerIsCounted() throws {
    var model = try model(.listeners)
    var listener = Self.connection(20, .mptcp, sent: 0, state: .listen)
    listener.remote = Sample.endpoint("0.0.0.0", 0)
    model.apply(Sample.batch(2, [.upsert(listener)]))
    #expect(model.summary.listeners == 1)
  }

  @Test func itsStateTellsItFromItsSubflows() throws {
    let table = try model(.connections).table
    let texts = [UInt64(16), 17].map { cookie in
      table.slot(of: Sample.id(cookie)).flatMap { table[$0] }?.stateText
    }
    #expect(texts == ["MPTCP", "ESTAB"])
  }

  @Test func filtersTellThemApart() throws {
    #expect(cookies(try model(.connections, "proto=mptcp")) == [16])
    #expect(cookies(try model(.connections, "parent=10.0")) == [17, 18])
    #expect(cookies(try model(.connections, "proto=tcp and not parent=10.0")) == [19])
  }

  @Test func fieldsAreNullWhereNobodyCounts() throws {
    let table = try model(.connections).table
    let parent = try #require(table.slot(of: Sample.id(16)).flatMap { table[$0] })
    let subflow = try #require(table.slot(of: Sample.id(17)).flatMap { table[$0] })
    #expect(Field.parent.value(subflow, table) == .word("10.0"))
    #expect(Field.parent.value(parent, table) == .null)
    #expect(Field.packetsSent.value(parent, table) == .null)
    #expect(Field.packetsSent.value(subflow, table) == .integer(2))
    #expect(Field.bytesSent.value(parent, table) == .integer(3000))
    var old = parent
    old.counters.uncounted = [.bytes, .packets]
    #expect(Field.bytesSent.value(old, table) == .null)
    #expect(Field.bytesSentPerSecond.value(old, table) == .null)
  }

  @Test func detailsNameTheOther() throws {
    let table = try model(.connections).table
    func facts(_ cookie: UInt64) throws -> DetailsFacts {
      let row = try #require(table.slot(of: Sample.id(cookie)).flatMap { table[$0] })
      let connection = table.connection(of: row)
      return DetailsFacts(
        connection,
        time: Sample.time(1),
        subflows: table.subflows(of: connection)
      )
    }
    func figure(_ label: String, _ facts: DetailsFacts) -> String? {
      DetailsGroup.connection.figures.first { $0.label == label }?.value(facts)
    }
    #expect(figure("subflow of", try facts(17)) == "10")
    #expect(figure("subflows", try facts(17)) == nil)
    #expect(figure("subflow of", try facts(16)) == nil)
    #expect(
      figure("subflows", try facts(16))
        == "11 10.0.0.5:40017 192.0.2.1:443, 12 10.0.0.5:40018 192.0.2.1:443"
    )
    #expect(figure("subflow of", try facts(19)) == nil)
  }
}
