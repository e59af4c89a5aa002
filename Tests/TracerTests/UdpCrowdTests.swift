import CTracer
import Connections
import Synchronization
import Testing

@testable import Tracer

extension LiveHost {
  /// Many UDP sockets, and many remote ends.
  @Suite(.needs(.datagrams)) struct UdpCrowds {
    /// Bytes and datagrams of some rows together.
    private static func sum(_ rows: [Connection]) -> [UInt64] {
      rows.reduce([0, 0, 0, 0]) { sum, row in zip(sum, row.datagrams).map(+) }
    }

    @Test func `short-lived sockets: none is lost, all owners are right`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let far = try await server.udp("10.77.0.2", 9000)
        async let echoed = server.ask("udp-echo \(far.fd) 10000 30")
        try await client.ask("udp-short 10.77.0.2 9000 10000 20 30")
        _ = try await echoed
        // A pass can meet a socket between its bind and its connect, when it has no remote end yet.
        @Sendable func asked(_ view: Collector.View) -> [Connection] {
          view.closed(in: lab.left).filter { $0.remote.port == 9000 }
        }
        try await collector.wait("all ends") { asked($0).count >= 10_000 ? true : nil }
        try await collector.batches(2)
        let view = await collector.view
        let ends = asked(view)
        #expect(ends.count == 10_000)
        #expect(ends.filter { $0.datagrams != [20, 1, 30, 1] }.count == 0)
        #expect(ends.filter { $0.owner?.process.id.pid != client.pid }.count == 0)
        #expect(ends.filter { $0.owner?.source != .create }.count == 0)
        #expect(ends.filter { $0.end?.reason != .closed }.count == 0)
        #expect(Set(ends.map(\.id.cookie)).count == 10_000)
        #expect(Self.sum(view.rows(far)) == [300_000, 10_000, 200_000, 10_000])
        #expect(view.health.endsLost == 0)
      }
    }

    /// A scan of the namespace can meet a socket after its end was reported: it leaves the table of
    /// the kernel later.
    @Test func `a scan follows no socket whose end was told`() async throws {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let far = try await server.udp("10.77.0.2", 9000)
        let count = Patience.crowd(50_000)
        let isOver = IsOver()
        let (ready, loaded) = AsyncStream.makeStream(of: Void.self)
        let scans = Task.detached {
          defer { loaded.finish() }
          let scanner = try KernelHalf(
            KernelObject.Sizes(
              table: TableSize(first: 1 << 16, most: 1 << 16),
              endedBytes: 128 << 20,
              flows: DatagramPrograms.Limits(capacity: 1 << 16, timeout: 60)
            )
          )
          loaded.finish()
          let visits = NamespaceFinder(proc: ProcFS()).visitAll { inode in
            var count = 0
            while inode == lab.left.inode, !isOver.value {
              _ = scanner.scanNamespace(tcp: false, udp: true)
              count += 1
            }
            return count
          }
          var ended: Set<UInt64> = []
          scanner.drain { if case .end(let record) = $0 { ended.insert(record.cookie) } }
          return (visits.values[lab.left.inode] ?? 0, ended, try scanner.liveCookies())
        }
        defer { isOver.set() }
        for await _ in ready {}
        async let echoed = server.ask("udp-echo \(far.fd) \(count) 30")
        try await client.ask("udp-short 10.77.0.2 9000 \(count) 20 30")
        _ = try await echoed
        isOver.set()
        let (scanned, ended, followed) = try await scans.value
        #expect(scanned > 10)
        #expect(ended.count >= count)
        #expect(ended.intersection(followed) == [])
      }
    }

    /// The kernel writes its remote address, then its port, and a pass can come between them.
    @Test func `a socket that connects again and again has no other remote end`() async throws {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let sockets = [
          try await client.udp("0.0.0.0", 9001), try await client.udp("::", 9002),
        ]
        let source = try LiveSource.open(TestedSource.choice, Lab.roomy)
        let isOver = IsOver()
        let remotes = Task {
          var remotes: Set<Endpoint> = []
          while !isOver.value, let batch = try await source.nextBatch() {
            for delta in batch.deltas {
              switch delta {
              case .upsert(let connection), .ended(let connection):
                if connection.netns == lab.left.inode { remotes.insert(connection.remote) }
              case .counters, .annotated: break
              }
            }
          }
          await source.stop()
          return remotes
        }
        defer { isOver.set() }
        let count = Patience.crowd(400_000)
        try await client.ask("udp-reconnect \(sockets[0].fd) 10.77.0.2 9000 \(count)")
        try await client.ask("udp-reconnect \(sockets[1].fd) 2001:db8::11 9000 \(count)")
        isOver.set()
        let seen = try await remotes.value.filter { $0.address.isUnspecified != ($0.port == 0) }
        #expect(seen.isEmpty)
      }
    }

    /// Tells a thread that is none of a task's to end.
    private final class IsOver: Sendable {
      private let state = Mutex(false)

      var value: Bool { state.withLock { $0 } }

      func set() { state.withLock { $0 = true } }
    }

    /// Flows end and begin all the time, in places that are used again at once.
    @Test func `each datagram once, while flows end under it`() async throws {
      try await Lab.with { lab in
        var configuration = Lab.roomy
        configuration.flowCapacity = 500
        configuration.flowTimeout = 0.005
        let collector = try await lab.trace(configuration, every: .milliseconds(2))
        let clients = [try lab.process(in: lab.left), try lab.process(in: lab.left)]
        let rounds = max(1, 60 / Patience.factor)
        var sockets: [Traffic.Socket] = []
        for (index, client) in clients.enumerated() {
          sockets.append(try await client.udp("10.77.0.1", UInt16(9000 + index)))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for (client, socket) in zip(clients, sockets) {
            group.addTask {
              // Ports take turns, so that those of the last round are idle by now.
              for round in 0..<rounds {
                let port = 20_000 + round % 4 * 300
                try await client.ask("udp-spray \(socket.fd) 10 300 10.77.0.2 \(port)")
              }
            }
          }
          try await group.waitForAll()
        }
        let count = UInt64(rounds * 300)
        for socket in sockets {
          try await collector.wait("all datagrams") { view in
            Self.sum(view.rows(socket) + view.ended(socket)) == [10 * count, count, 0, 0]
              ? true : nil
          }
        }
        // They are not counted again later.
        try await collector.batches(20)
        let view = await collector.view
        for socket in sockets {
          #expect(Self.sum(view.rows(socket) + view.ended(socket)) == [10 * count, count, 0, 0])
          #expect(view.ended(socket).count > 300)
        }
      }
    }

    @Test func `more remote ends than there is room for: the rest is the socket's`() async throws {
      try await Lab.with { lab in
        var configuration = Lab.roomy
        configuration.flowCapacity = 100
        let collector = try await lab.trace(configuration)
        let client = try lab.process(in: lab.left)
        let socket = try await client.udp("10.77.0.1", 9000)
        try await client.ask("udp-spray \(socket.fd) 10 10000 10.77.0.2 20000")
        try await collector.wait("all datagrams") { view in
          Self.sum(view.rows(socket)) == [100_000, 10_000, 0, 0] ? true : nil
        }
        let view = await collector.view
        #expect(view.rows(socket).count <= 113)
        let own = try #require(view.row(socket, 0))
        #expect(own.counters.packetsSent >= 10_000 - 112)
        #expect(view.health[.datagrams] >= own.counters.packetsSent)
        #expect(view.health.flowCapacity == 112)
        #expect(view.health.flows <= 112)
        try await client.ask("close \(socket.fd)")
        try await collector.wait("all ends") { view in
          Self.sum(view.ended(socket)) == [100_000, 10_000, 0, 0] ? true : nil
        }
      }
    }
  }
}
