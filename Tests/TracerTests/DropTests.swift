import Testing

@testable import Tracer

extension LiveKernel {
  /// Packets that the kernel dropped at a socket, by its reason.
  @Suite struct Drops {
    /// How many packets the kernel counts as dropped at a socket, `d` of `ss -m`.
    private func dropped(_ socket: Traffic.Socket, in namespace: TestNamespace) throws -> UInt64 {
      let answer = try #require(try SocketStatistics.all(in: namespace)[socket.cookie])
      let memory = try #require(answer.fields["skmem"])
      let last = try #require(memory.split(separator: ",").last)
      return try #require(UInt64(last.filter(\.isNumber)))
    }

    /// Whether this kernel tells the reasons for what comes in.
    private func tellsReasons(_ collector: Collector) async -> Bool {
      await !collector.view.health.gaps.contains { $0.what.contains("drops") }
    }

    @Test func `by a filter of the socket, as many as the kernel counts`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        guard await tellsReasons(collector) else {
          try Test.cancel("this kernel tells no socket of a dropped packet")
        }
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        try await server.ask("filter \(far.fd)")
        try await client.ask("write \(near.fd) 100")
        // The segment, its probe and the first timeout.
        try await collector.wait("three drops") { view in
          view.live(far)?.counters.troubles?.drops.first.flatMap { $0.packets >= 3 ? true : nil }
        }
        try await server.ask("unfilter \(far.fd)")
        try await server.ask("read \(far.fd) 100")
        let count = try dropped(far, in: lab.right)
        try await collector.batches(2)
        let counters = try #require(await collector.view.live(far)).counters
        #expect(
          counters.troubles?.drops == [Troubles.Drop(reason: "SOCKET_FILTER", packets: count)]
        )
        #expect(await collector.view.live(near)?.counters.troubles?.drops == [])
        try await client.ask("close \(near.fd)")
        try await server.ask("close \(far.fd)")
        let end = try await collector.wait("the end") { $0.closed(far) }
        #expect(end.counters.troubles?.drops == counters.troubles?.drops)
      }
    }

    @Test func `by a filter of the host, for a connection that it knows`() async throws {
      try await Lab.with { lab in
        try lab.loseSegments()
        let collector = try await lab.trace()
        guard await tellsReasons(collector) else {
          try Test.cancel("this kernel tells no socket of a dropped packet")
        }
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        async let written = client.ask("write \(near.fd) 2000000")
        try await server.ask("read \(far.fd) 2000000")
        _ = try await written
        try await client.ask("close \(near.fd)")
        try await server.ask("close \(far.fd)")
        let (sender, receiver) = try await collector.wait("both ends") { view in
          view.closed(near).flatMap { near in view.closed(far).map { (near, $0) } }
        }
        let lost = try lab.lostSegments()
        #expect(lost > 0)
        let drops = receiver.counters.troubles?.drops ?? []
        #expect(drops.first { $0.reason == "NETFILTER_DROP" }?.packets == lost)
        #expect(sender.counters.troubles?.drops == [])
      }
    }

    @Test func `of datagrams for which a socket has no room`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        guard await tellsReasons(collector) else {
          try Test.cancel("this kernel tells no socket of a dropped packet")
        }
        let sender = try lab.process(in: lab.left)
        let receiver = try lab.process(in: lab.right)
        let full = try await receiver.udp("10.77.0.2", 9300)
        try await receiver.ask("udp-set \(full.fd) buffer 4096")
        let from = try await sender.udp("10.77.0.1", 9301)
        try await sender.send(from, 100, count: 200, to: ("10.77.0.2", 9300))
        try await collector.wait("the datagrams") { view in
          view.row(full, 9301)?.counters.packetsReceived == 200 ? true : nil
        }
        try await collector.batches(2)
        let counters = try #require(await collector.view.row(full, 0)).counters
        let answer = try #require(try SocketStatistics.udp(in: lab.right)[full.cookie])
        let drops = try #require(answer.counters.drops)
        #expect(drops > 0)
        #expect(counters.drops == drops)
        let expected = Troubles.Drop(reason: "SOCKET_RCVBUFF", packets: UInt64(drops))
        #expect(counters.troubles?.drops == [expected])
      }
    }

    @Test func `none of a transfer both ways`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("2001:db8::11", 8080)
        for _ in 0..<5 {
          let near = try await client.connect("2001:db8::11", 8080)
          let far = try await server.accept(listener)
          for (from, writer, to, reader) in [
            (client, near, server, far), (server, far, client, near),
          ] {
            async let written = from.ask("write \(writer.fd) 5000000")
            try await to.ask("read \(reader.fd) 5000000")
            _ = try await written
          }
          try await client.ask("close \(near.fd)")
          try await server.ask("close \(far.fd)")
          let ends = try await collector.wait("both ends") { view in
            view.closed(near).flatMap { near in view.closed(far).map { [near, $0] } }
          }
          #expect(ends.map(\.counters.bytesReceived) == [5_000_000, 5_000_000])
          // What was sent twice, as this machine stood still for a moment, is dropped once.
          if ends.contains(where: { ($0.counters.retransmits ?? 0) > 0 }) { continue }
          #expect(ends.map(\.counters.troubles) == [nil, nil])
          return
        }
        Issue.record("segments of every transfer were sent again")
      }
    }
  }
}
