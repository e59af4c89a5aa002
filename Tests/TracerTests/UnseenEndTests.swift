import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Ends that no program saw: what the kernel half knew of the connections is reported.
  @Suite(.ofBPF) struct UnseenEnds {
    private static let count = 20

    @Test(arguments: [("10.77.0.2", "10.77.0.1"), ("2001:db8::11", "2001:db8::10")])
    func `a connection that lived between two passes has a line`(
      host: String,
      from: String
    ) async throws {
      try await Lab.with { lab in
        let tracer = try Tracer(Lab.roomy)
        _ = try await tracer.nextBatch()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen(host, 8080, backlog: 1000)
        var hasGone = false
        // Whether the kernel has given the memory of a closed socket to another depends on what else
        // the host does: until it has, what is left there is read.
        for _ in 0..<10 where !hasGone {
          let nears = try await client.ask("hold-many \(host) 8080 \(Self.count)")
          let fars = try await server.ask("accept-many \(listener.fd) \(Self.count)")
          try await tracer.follow(false)
          try await client.ask("close-many \(nears.joined(separator: " "))")
          try await server.ask("close-many \(fars.joined(separator: " "))")
          try await useMemoryAgain(host, lab)
          try await tracer.follow(true)

          let (ends, health) = try await ends(tracer, in: lab)
          let out = ends.filter { $0.direction == .outgoing }
          let `in` = ends.filter { $0.direction == .incoming }
          #expect(out.count == Self.count)
          #expect(`in`.count == Self.count)
          #expect(ends.allSatisfy { $0.end?.isUnseen == true && $0.openedAt != nil })
          #expect(out.allSatisfy { "\($0.remote.address)" == host && $0.remote.port == 8080 })
          #expect(out.allSatisfy { $0.owner?.process.id.pid == client.pid })
          #expect(`in`.allSatisfy { "\($0.remote.address)" == from && $0.local.port == 8080 })
          #expect(`in`.allSatisfy { $0.owner?.process.id.pid == server.pid })
          // What is gone is absent, not 0.
          let gone = ends.filter { $0.counters == .absent }
          hasGone = !gone.isEmpty
          #expect(gone.allSatisfy { $0.end?.error == 0 })
          // Each is reported, so none of them is lost.
          #expect(health[.unseen] >= UInt64(ends.count))
          #expect(health.endsLost == 0)
        }
        #expect(hasGone)
        await tracer.stop()
      }
    }

    /// Opens many connections: the kernel frees the memory of closed ones after a grace period of
    /// RCU, and others get it.
    private func useMemoryAgain(_ host: String, _ lab: Lab) async throws {
      for _ in 0..<4 {
        try await Task.sleep(for: .milliseconds(100))
        let (other, another) = (try lab.process(in: lab.left), try lab.process(in: lab.right))
        let listener = try await another.listen(host, 8081, backlog: 1000)
        _ = try await other.ask("hold-many \(host) 8081 900")
        _ = try await another.ask("accept-many \(listener.fd) 900")
        try await another.ask("close \(listener.fd)")
      }
    }

    /// What the next batches report as ended in the lab. An end is found by one of two passes: by the
    /// second where the memory is nobody's yet.
    private func ends(
      _ tracer: Tracer,
      in lab: Lab
    ) async throws -> (ends: [Connection], health: SourceHealth) {
      var ends: [Connection] = []
      var health = SourceHealth()
      for _ in 0..<3 {
        let batch = try #require(try await tracer.nextBatch())
        health = batch.health
        for case .ended(let connection) in batch.deltas
        where [lab.left.inode, lab.right.inode].contains(connection.netns) {
          ends.append(connection)
        }
      }
      return (ends, health)
    }

    /// No process gets it back, whatever was missed since.
    @Test func `a socket without a process ends without one`() async throws {
      try await Lab.with { lab in
        let tracer = try Tracer(Lab.roomy)
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        // What closes it is not acknowledged for now.
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; policy drop; }
          """
        )
        _ = try await tracer.nextBatch()
        try await client.ask("close \(near.fd)")
        _ = try await tracer.nextBatch()
        try await tracer.follow(false)
        try lab.right.filter("delete table inet silent")
        try await server.ask("close \(far.fd)")
        let deadline = ContinuousClock.now + .seconds(Patience.seconds(60))
        while try SocketStatistics.all(in: lab.left)[near.cookie] != nil {
          guard ContinuousClock.now < deadline else { throw HarnessError("the socket stays") }
          try await Task.sleep(for: .milliseconds(20))
        }
        try await tracer.follow(true)
        let end = try #require(
          try await ends(tracer, in: lab).ends.first { $0.id.cookie == near.cookie }
        )
        #expect(end.end?.isUnseen == true)
        #expect(end.owner?.isLast == true)
        #expect(end.owner?.process.id.pid == client.pid)
        await tracer.stop()
      }
    }

    /// What a batch had ends with the figures that it had.
    @Test func `a connection that was reported ends with its last figures`() async throws {
      try await Lab.with { lab in
        let tracer = try Tracer(Lab.roomy)
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 1000)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        try await client.ask("write \(near.fd) 1000")
        try await server.ask("read \(far.fd) 1000")
        var live: [Connection.ID: Connection] = [:]
        for _ in 0..<2 {
          for delta in try #require(try await tracer.nextBatch()).deltas {
            switch delta {
            case .upsert(let connection): live[connection.id] = connection
            case .counters(let id, _, let counters): live[id]?.counters = counters
            case .annotated, .ended: break
            }
          }
        }
        try await tracer.follow(false)
        try await server.ask("abort \(far.fd)")
        try await client.ask("close \(near.fd)")
        _ = try await client.ask("hold-many 10.77.0.2 8080 100")
        _ = try await server.ask("accept-many \(listener.fd) 100")
        try await tracer.follow(true)
        var ends: [Connection] = []
        for _ in 0..<3 {
          let batch = try #require(try await tracer.nextBatch())
          for case .ended(let connection) in batch.deltas
          where [near.cookie, far.cookie].contains(connection.id.cookie) {
            ends.append(connection.ended(after: try #require(live[connection.id])))
          }
        }
        await tracer.stop()
        #expect(ends.count == 2)
        #expect(ends.allSatisfy { $0.end?.isUnseen == true })
        #expect(ends.allSatisfy { $0.local.port != 0 && $0.remote.port != 0 })
        #expect(ends.map(\.counters.bytesSent).sorted() == [0, 1000])
        #expect(ends.map(\.counters.bytesReceived).sorted() == [0, 1000])
        #expect(ends.allSatisfy { $0.counters.uncounted == [] })
      }
    }
  }
}
