import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Connections that are older than the tracer.
  @Suite struct Older {
    @Test(arguments: ["10.77.0.2", "2001:db8::11"])
    func `with an owner: client, server and listener`(host: String) async throws {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen(host, 8080)
        let near = try await client.connect(host, 8080)
        let far = try await server.accept(listener)
        try await client.ask("write \(near.fd) 12345")
        try await server.ask("read \(far.fd) 12345")
        try await server.ask("write \(far.fd) 777")
        try await client.ask("read \(near.fd) 777")

        let collector = try await lab.trace()
        let view = await collector.view
        for (socket, pid) in [
          (near, client.pid), (far, server.pid), (listener, server.pid),
        ] {
          // All in the very first batch.
          let connection = try #require(view.live(socket))
          #expect(connection.owner?.source == .scan)
          #expect(connection.owner?.process.id.pid == pid)
          #expect(connection.openedAt == nil)
          #expect(connection.id.generation == 0)
        }
        // Which end connected, the kernel still knows.
        #expect(view.live(near)?.direction == .outgoing)
        #expect(view.live(far)?.direction == .incoming)
        #expect(view.live(listener)?.direction == .unknown)
        #expect(view.live(listener)?.state == .listen)
        #expect(view.live(near)?.counters.bytesSent == 12345)
        #expect(view.live(far)?.counters.bytesReceived == 12345)
        #expect(view.live(far)?.counters.bytesSent == 777)

        // Followed from here on like any other; accepted ones have the listener's owner.
        let next = try await client.connect(host, 8080)
        let waiting = try await collector.wait("a new one") { view in
          view.live(in: lab.right).first { $0.remote == view.live(next)?.local }
        }
        #expect(waiting.owner?.process.id.pid == server.pid)
        try await client.ask("write \(near.fd) 55")
        try await client.ask("close \(near.fd)")
        #expect(try await server.ask("drain \(far.fd)") == ["55"])
        try await server.ask("close \(far.fd)")
        let ends = try await collector.wait("both ends") { view in
          view.closed(near).flatMap { near in view.closed(far).map { [near, $0] } }
        }
        #expect(ends.map(\.end?.reason) == [.fin, .fin])
        #expect(ends[0].counters.bytesSent == 12400)
        #expect(ends[1].counters.bytesReceived == 12400)
        #expect(ends[1].counters.bytesSent == 777)
        #expect(ends.allSatisfy { $0.end?.neverEstablished == false })
      }
    }

    @Test func `without a file: not accepted yet, and left by its process`() async throws {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        // Its last bytes and its FIN find no way for now.
        let orphan = try await client.connect("10.77.0.2", 8080)
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; policy drop; }
          """
        )
        try await client.ask("write \(orphan.fd) 77")
        try await client.ask("close \(orphan.fd)")

        let collector = try await lab.trace()
        let view = await collector.view
        let waiting = view.live(in: lab.right).filter { !$0.isListener }
        #expect(waiting.count == 2)
        #expect(waiting.allSatisfy { $0.openedAt == nil })
        // As one that opens now: nobody else has it yet.
        #expect(waiting.allSatisfy { $0.owner?.source == .listener })
        #expect(waiting.allSatisfy { $0.owner?.process.id.pid == server.pid })
        let left = try #require(view.live(orphan))
        #expect(left.state == .finWait1)
        #expect(left.owner == nil)
        #expect(left.counters.bytesSent == 77)
        #expect(view.live(near)?.owner?.process.id.pid == client.pid)

        try lab.right.filter("delete table inet silent")
        let ended = try await collector.wait("the orphan's end") { $0.closed(orphan) }
        #expect(ended.end?.reason == .fin)
        #expect(ended.counters.bytesSent == 77)
        // Whoever runs when the peer acknowledges it is no owner.
        #expect(ended.owner == nil)

        let far = try await server.accept(listener)
        let owner = try await collector.wait("the owner") { view in
          view.live(far)?.owner.flatMap { $0.isProven ? $0 : nil }
        }
        #expect(owner.process.id.pid == server.pid)
      }
    }

    @Test(.needs(.reasons))
    func `still in the handshake`() async throws {
      try await Lab.with { lab in
        // Only TCP: without its neighbour, an attempt over IPv6 is over in 3 s.
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; }; \
          add rule inet silent input tcp dport 8080 drop
          """
        )
        let client = try lab.process(in: lab.left)
        let (attempt, refused) = (try await client.socket(), try await client.socket(family: 6))
        try await client.ask("begin \(attempt.fd) 10.77.0.2 8080")
        try await client.ask("begin \(refused.fd) 2001:db8::11 8080")
        let collector = try await lab.trace()
        let live = try #require(await collector.view.live(attempt))
        #expect(live.state == .synSent)
        #expect(live.direction == .outgoing)
        #expect(live.remote.description == "10.77.0.2:8080")
        #expect(live.owner?.process.id.pid == client.pid)
        #expect(live.counters.bytesSent == 0)
        try await client.ask("close \(attempt.fd)")
        // Its next SYN is heard.
        try lab.right.filter("delete table inet silent")
        for (socket, reason) in [(attempt, Connection.CloseReason.cancelled), (refused, .refused)] {
          let ended = try await collector.wait("its end") { $0.closed(socket) }
          #expect(ended.end?.reason == reason)
          #expect(ended.end?.neverEstablished == true)
          #expect(ended.direction == .outgoing)
          #expect(ended.openedAt == nil)
          #expect(ended.counters.bytesSent == 0)
        }
      }
    }
  }
}
