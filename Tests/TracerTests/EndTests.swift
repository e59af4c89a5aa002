import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// How connections begin and why they end.
  @Suite struct Ends {
    private func reasons(
      of pair: TCPPair,
      _ collector: Collector
    ) async throws -> [Connection.CloseReason?] {
      let (near, far) = try await pair.ended(collector)
      return [near.end?.reason, far.end?.reason]
    }

    @Test func `a FIN of either side`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        let opened = try await collector.wait("both ends open") { view in
          view.live(pair.near).flatMap { near in view.live(pair.far).map { [near, $0] } }
        }
        #expect(opened.map(\.state) == [.established, .established])
        try await pair.server.ask("close \(pair.far.fd)")
        try await collector.wait("the half-closed connection") { view in
          view.live(pair.near)?.state == .closeWait ? true : nil
        }
        try await pair.client.ask("close \(pair.near.fd)")
        #expect(try await reasons(of: pair, collector) == [.fin, .fin])
        let view = await collector.view
        for connection in opened {
          let end = try #require(view.closed[connection.id])
          let openedAt = try #require(connection.openedAt)
          #expect(openedAt >= collector.source.startedAt)
          #expect(try #require(end.end).at > openedAt)
          #expect(end.openedAt == openedAt)
          // The FINs, which no process read, are no bytes.
          #expect(end.counters.unread == 0)
          #expect(end.counters.unacknowledged == 0)
        }
      }
    }

    @Test(.needs(.heldEnds))
    func `a connection refused`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket()
        let refusal = await #expect(throws: Traffic.Refusal.self) {
          try await client.ask("connect \(socket.fd) 10.77.0.2 8080")
        }
        #expect(refusal?.name == "ECONNREFUSED")
        let end = try await collector.wait("the end") { $0.closed(socket) }
        #expect(end.end?.reason == .refused)
        #expect(end.direction == .outgoing)
        #expect(end.remote.description == "10.77.0.2:8080")
        #expect(end.local.address.description == "10.77.0.1")
        #expect(end.local.port != 0)
        #expect(end.owner?.process.id.pid == client.pid)
        // The SYN is no byte that the process wrote.
        #expect(end.counters.unacknowledged == 0)
      }
    }

    @Test(.needs(.heldEnds))
    func `an abort is a reset at both ends`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        try await pair.client.ask("write \(pair.near.fd) 777")
        try await pair.server.ask("read \(pair.far.fd) 777")
        try await pair.client.ask("abort \(pair.near.fd)")
        #expect(try await reasons(of: pair, collector) == [.reset, .reset])
        let view = await collector.view
        #expect(view.closed(pair.near)?.counters.bytesSent == 777)
        #expect(view.closed(pair.far)?.counters.bytesReceived == 777)
      }
    }

    @Test func `a close with unread bytes is a reset at both ends`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        try await pair.client.ask("write \(pair.near.fd) 777")
        try await collector.wait("the bytes") { view in
          view.live(pair.near) != nil && view.live(pair.far)?.counters.unread == 777 ? true : nil
        }
        try await pair.server.ask("close \(pair.far.fd)")
        #expect(try await reasons(of: pair, collector) == [.reset, .reset])
        #expect(await collector.view.closed(pair.far)?.counters.bytesReceived == 777)
      }
    }

    @Test(.needs(.reasons))
    func `a peer that answers no more`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        try await pair.client.ask("timeout \(pair.near.fd) 300")
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; policy drop; }
          """
        )
        try await pair.client.ask("write \(pair.near.fd) 1000")
        let end = try await collector.wait("the timeout") { $0.closed(pair.near) }
        #expect(end.end?.reason == .timeout)
        #expect((end.counters.retransmits ?? 0) > 0)
        // It left, if it never arrived.
        #expect(end.counters.bytesSent == 1000)
        #expect(end.counters.unacknowledged == 1000)
        #expect(await collector.view.live(pair.far) != nil)
      }
    }

    @Test(.needs(.reasons))
    func `a connection that never comes about`() async throws {
      try await Lab.with { lab in
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; policy drop; }
          """
        )
        try lab.left.set("net.ipv4.tcp_syn_retries", "1")
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let patient = try await client.socket()
        let hasty = try await client.socket()
        try await client.ask("begin \(patient.fd) 10.77.0.2 8080")
        try await client.ask("begin \(hasty.fd) 10.77.0.2 8080")
        try await collector.wait("both attempts") { view in
          view.live(patient)?.state == .synSent && view.live(hasty)?.state == .synSent ? true : nil
        }
        let waiting = try #require(await collector.view.live(patient))
        #expect(waiting.remote.description == "10.77.0.2:8080")
        #expect(waiting.counters.rtt == nil)
        #expect(waiting.counters.minRTT == nil)
        try await client.ask("close \(hasty.fd)")
        let given = try await collector.wait("the one given up") { $0.closed(hasty) }
        #expect(given.end?.reason == .cancelled)
        let end = try await collector.wait("the timeout") { $0.closed(patient) }
        #expect(end.end?.reason == .timeout)
        #expect((end.counters.retransmits ?? 0) > 0)
      }
    }

    @Test(.needs(.reasons))
    func `no way to the peer`() async throws {
      try await Lab.with { lab in
        try run("ip", "-n", lab.left.name, "route", "add", "10.99.0.0/16", "via", "10.77.0.2")
        try lab.right.set("net.ipv4.ip_forward", "1")
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket()
        // The router answers that it knows no such network.
        let refusal = await #expect(throws: Traffic.Refusal.self) {
          try await client.ask("connect \(socket.fd) 10.99.0.1 80")
        }
        #expect(["ENETUNREACH", "EHOSTUNREACH"].contains(refusal?.name))
        let end = try await collector.wait("the end") { $0.closed(socket) }
        #expect(end.end?.reason == .unreachable)
      }
    }

    @Test(.needs(.heldEnds))
    func `one socket, two connections`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let first = try await server.accept(listener)
        try await client.ask("write \(near.fd) 100")
        try await server.ask("read \(first.fd) 100")
        try await client.ask("disconnect \(near.fd)")
        try await client.ask("connect \(near.fd) 10.77.0.2 8080")
        let second = try await server.accept(listener)
        try await client.ask("write \(near.fd) 23")
        try await server.ask("read \(second.fd) 23")

        let ended = try await collector.wait("the first connection") { $0.closed(near) }
        let live = try await collector.wait("the second connection") { view in
          view.live(near)?.counters.bytesSent == 23 ? view.live(near) : nil
        }
        #expect(ended.counters.bytesSent == 100)
        #expect(ended.id.cookie == live.id.cookie)
        #expect(ended.id.generation < live.id.generation)
        try await client.ask("close \(near.fd)")
        try await server.ask("close \(second.fd)")
        let both = try await collector.wait("the second end") { view in
          let ends = view.closed.values.filter { $0.id.cookie == near.cookie }
          return ends.count == 2 ? ends.map(\.counters.bytesSent).sorted() : nil
        }
        #expect(both == [23, 100])
      }
    }

    @Test(.needs(.reasons))
    func `a connection that an administrator ends`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        let owner = try await collector.wait("the owner") { $0.live(pair.near)?.owner }
        let killed = try run("ss", "-N", lab.left.name, "-KtnH", "dport", "=", ":8080")
        // Kernels without CONFIG_INET_DIAG_DESTROY show it and leave it alone.
        if try SocketStatistics.all(in: lab.left)[pair.near.cookie] != nil {
          try Test.cancel("this kernel ends no socket for ss -K")
        }
        #expect(killed.contains("10.77.0.2:8080"))
        let end = try await collector.wait("the end") { $0.closed(pair.near) }
        #expect(end.end?.reason == .aborted)
        // Not the process that ended it.
        #expect(end.owner == owner)
        #expect(end.owner?.process.id.pid == pair.client.pid)
        let far = try await collector.wait("the peer's end") { $0.closed(pair.far) }
        #expect(far.end?.reason == .reset)
      }
    }

    @Test func `a listener that closes`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("::", 8080)
        let live = try await collector.wait("the listener") { $0.live(listener) }
        #expect(live.isListener)
        #expect(live.local.description == "[::]:8080")
        #expect(live.owner?.process.id.pid == server.pid)
        #expect(live.owner?.source == .listen)
        try await server.ask("close \(listener.fd)")
        let end = try await collector.wait("its end") { $0.closed(listener) }
        #expect(end.local == live.local)
      }
    }
  }
}
