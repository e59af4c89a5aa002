import Connections
import Samples
import Testing

@testable import Monitor

/// Which connections are the first of their program with an address.
struct NewDestinationTests {
  private func opened(
    _ cookie: UInt64,
    _ remote: String = "192.0.2.1",
    process: String? = "curl",
    executable: String? = nil,
    direction: Connection.Direction = .outgoing,
    proto: TransportProtocol = .tcp,
    at time: Double? = 0.5
  ) -> Connection {
    let owner = process.map { name in
      let known = Sample.owner(Int32(cookie), name).process
      return Owner(
        process: Process(
          id: known.id,
          name: name,
          commandLine: nil,
          uid: 0,
          user: nil,
          startedAt: known.startedAt,
          executable: executable
        ),
        source: .connect
      )
    }
    return Sample.connection(
      cookie,
      proto: proto,
      remote: Sample.endpoint(remote, 443),
      direction: direction,
      owner: owner,
      openedAt: time
    )
  }

  private func isNew(_ table: ConnectionTable, _ cookie: UInt64) -> Bool? {
    table.slot(of: Sample.id(cookie)).flatMap { table[$0]?.isNewDestination }
  }

  private func table(_ batches: [[Connection]], limit: Int? = nil) -> ConnectionTable {
    var table = ConnectionTable(retention: .sample)
    if let limit { table.destinations = Destinations(limit: limit) }
    for (number, connections) in batches.enumerated() {
      _ = table.apply(Sample.batch(Double(number), connections.map { .upsert($0) }))
      table.clean(table.takeDirty())
    }
    return table
  }

  @Test func isTrueForTheFirstOfAProgramWithAnAddress() {
    let table = table([
      [],
      [
        opened(1), opened(2), opened(3, "192.0.2.2"), opened(4, process: "wget"),
        // The name of the program counts only where its path is not known.
        opened(5, executable: "/usr/bin/curl"),
        opened(6, process: "x", executable: "/usr/bin/curl"),
      ],
      [opened(7), opened(8, "192.0.2.3", proto: .udp)],
    ])
    #expect(
      (1...8).map { isNew(table, $0) } == [true, false, true, true, true, false, false, true]
    )
  }

  @Test func whatWasOpenAtTheStartIsKnown() {
    let table = table([
      [opened(1), opened(2, "192.0.2.2", direction: .unknown, at: nil)],
      [opened(3), opened(4, "192.0.2.2")],
      // Found late, and older than nettop.
      [opened(5, "192.0.2.5", at: nil)], [opened(6, "192.0.2.5")],
    ])
    #expect((1...6).map { isNew(table, $0) } == [false, nil, false, false, false, false])
  }

  @Test func isUnknownWithoutAProcessAndForWhatWasAccepted() {
    var table = table([
      [],
      [
        opened(1, process: nil), opened(2, direction: .incoming), opened(3, "0.0.0.0"),
        opened(4, direction: .unknown),
      ],
    ])
    #expect((1...4).map { isNew(table, $0) } == [nil, nil, nil, nil])
    // The process is found later.
    guard let owner = opened(1).owner else { return }
    _ = table.apply(Sample.batch(2, [.annotated(Sample.id(1), owner)]))
    #expect(isNew(table, 1) == true)
  }

  @Test func isKnownOfAnEndAlone() {
    var table = table([[]])
    var connection = opened(1)
    connection.end = Connection.End(at: Sample.time(0.7), reason: .refused)
    var again = opened(2)
    again.end = connection.end
    _ = table.apply(Sample.batch(1, [.ended(connection), .ended(again)]))
    #expect([isNew(table, 1), isNew(table, 2)] == [true, false])
  }

  @Test func isUnknownOnceThereIsNoRoom() {
    let connections = (1...4).map { opened($0, "192.0.2.\($0)") }
    let table = table(
      [[], connections, [opened(5, "192.0.2.1"), opened(6, "192.0.2.4")]],
      limit: 3
    )
    #expect((1...6).map { isNew(table, $0) } == [true, true, true, nil, false, nil])
    #expect(table.destinationLoss == Loss(.destinations, 2))
    #expect(self.table([[], connections], limit: 4).destinationLoss == nil)
  }
}
