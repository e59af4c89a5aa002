import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Packets that the kernel dropped at a socket, by its reason.
  @Suite(.needs(.causes)) struct Drops {
    /// How many packets the kernel counts as dropped at a socket, `d` of `ss -m`.
    private func dropped(_ socket: Traffic.Socket, in namespace: TestNamespace) throws -> UInt64 {
      let answer = try #require(try SocketStatistics.all(in: namespace)[socket.cookie])
      let memory = try #require(answer.fields["skmem"])
      let last = try #require(memory.split(separator: ",").last)
      return try #require(UInt64(last.filter(\.isNumber)))
    }

    /// Whether this kernel reports the reasons for incoming packets.
    private func tellsReasons(_ collector: Collector) async -> Bool {
      await !collector.view.health.limitations.contains { $0.what.contains("drops") }
    }

    @Test func `by a filter of the socket, as many as the kernel counts`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        guard await tellsReasons(collector) else {
          try Test.cancel("this kernel tells no socket of a dropped packet")
        }
        // Where a timer of the kernel sends, its interrupt can fall into what no program may see.
        for port in UInt16(8080)..<8083 {
          let pair = try await TCPPair.make(lab, port: port)
          try await pair.server.ask("filter \(pair.far.fd)")
          try await pair.client.ask("write \(pair.near.fd) 100")
          // The segment, its probe and the first timeout.
          try await collector.wait("three drops") { view in
            let drops = view.live(pair.far)?.counters.lossCauses?.drops
            return drops?.first.flatMap { $0.packets >= 3 ? true : nil }
          }
          try await pair.server.ask("unfilter \(pair.far.fd)")
          try await pair.server.ask("read \(pair.far.fd) 100")
          let count = try dropped(pair.far, in: lab.right)
          try await collector.batches(2)
          let told = try #require(await collector.view.live(pair.far)).counters.lossCauses?.drops
          #expect(told?.map(\.reason) == ["SOCKET_FILTER"])
          #expect(told?.allSatisfy { $0.packets <= count } == true)
          #expect(await collector.view.live(pair.near)?.counters.lossCauses?.drops == [])
          try await pair.close()
          let end = try await collector.wait("the end") { $0.closed(pair.far) }
          #expect(end.counters.lossCauses?.drops == told)
          if told?.first?.packets == count { return }
        }
        Issue.record("some of the drops of each connection were not told")
      }
    }

    @Test func `by a filter of the host, for a connection that it knows`() async throws {
      try await Lab.with { lab in
        try lab.loseSegments()
        let collector = try await lab.trace()
        guard await tellsReasons(collector) else {
          try Test.cancel("this kernel tells no socket of a dropped packet")
        }
        let pair = try await TCPPair.make(lab)
        async let written = pair.client.ask("write \(pair.near.fd) 2000000")
        try await pair.server.ask("read \(pair.far.fd) 2000000")
        _ = try await written
        try await pair.close()
        let (sender, receiver) = try await pair.ended(collector)
        let lost = try lab.lostSegments()
        #expect(lost > 0)
        let drops = receiver.counters.lossCauses?.drops ?? []
        #expect(drops.first { $0.reason == "NETFILTER_DROP" }?.packets == lost)
        #expect(sender.counters.lossCauses?.drops == [])
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
        let expected = LossCauses.Drop(reason: "SOCKET_RCVBUFF", packets: UInt64(drops))
        #expect(counters.lossCauses?.drops == [expected])
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
          let pair = TCPPair(client: client, server: server, near: near, far: far)
          try await pair.move(.all[0], 5_000_000, from: .client)
          try await pair.move(.all[0], 5_000_000, from: .server)
          try await pair.close()
          let ended = try await pair.ended(collector)
          let ends = [ended.near, ended.far]
          #expect(ends.map(\.counters.bytesReceived) == [5_000_000, 5_000_000])
          // What was sent twice, as this machine stood still for a moment, is dropped once.
          if ends.contains(where: { ($0.counters.retransmits ?? 0) > 0 }) { continue }
          #expect(ends.map(\.counters.lossCauses) == [nil, nil])
          return
        }
        Issue.record("segments of every transfer were sent again")
      }
    }
  }
}
