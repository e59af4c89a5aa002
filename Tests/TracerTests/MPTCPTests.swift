import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// MPTCP: a connection and its subflows.
  @Suite(.enabled(if: MPTCPPair.isPossible, MPTCPPair.need), .needs(.direction))
  struct MPTCP {
    /// Waits until a connection has so many live subflows, which have its owner.
    private func subflows(
      of parent: Connection,
      _ count: Int,
      _ collector: Collector,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [Connection] {
      try await collector.wait("\(count) subflows with their owner") { view in
        let flows = view.live.values.filter { $0.parent == parent.id }
        let owner = view.live[parent.id]?.owner
        return flows.count == count && flows.allSatisfy { $0.owner == owner } ? flows : nil
      }
    }

    @Test(arguments: Transfers.Path.all)
    func `a connection with one subflow`(path: Transfers.Path) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await MPTCPPair(lab, path)
        let near = try await collector.wait("the client's connection") { pair.live(.client, $0) }
        let far = try await collector.wait("the server's connection") { pair.live(.server, $0) }
        try await pair.transfer(request: 3_456_789, reply: 1_234_567)
        for (side, sent, received) in [
          (MPTCPPair.End.client, 3_456_789, 1_234_567), (.server, 1_234_567, 3_456_789),
        ] {
          let live = try await collector.wait("its figures") { view in
            pair.live(side, view).flatMap {
              let counters = $0.counters
              let isWhole = counters.bytesReceived == UInt64(received)
              return !counters.countsBytes || isWhole && counters.unacknowledged == 0 ? $0 : nil
            }
          }
          #expect(live.proto == .mptcp)
          #expect(live.counters.retransmits == nil)
          #expect(live.counters.uncounted.contains(.packets))
          if live.counters.countsBytes {
            #expect(live.counters.bytesSent == UInt64(sent))
            #expect(try await pair.info(side).prefix(2) == [UInt64(sent), UInt64(received)])
          }
          let owner = try await collector.wait("its owner") { view in
            let source = side == .client ? .connect : view.sourceOfAccepted
            return pair.live(side, view)?.owner.flatMap { $0.source == source ? $0 : nil }
          }
          #expect(owner.process.id.pid == pair.process(side).pid)
          let flow = try #require(try await subflows(of: live, 1, collector).first)
          try await collector.wait("the subflow's figures") { view in
            let counters = view.live[flow.id]?.counters ?? flow.counters
            // What MPTCP sends again is new to its subflow.
            return counters.bytesSent >= sent && counters.bytesReceived >= received ? true : nil
          }
          #expect(flow.proto == .tcp)
          #expect(flow.parent != nil)
          #expect(flow.owner == owner)
          #expect(flow.local == live.local)
          #expect(flow.remote == live.remote)
          #expect(flow.direction == live.direction)
        }
        #expect(near.direction == .outgoing)
        #expect(near.owner?.source == .connect)
        #expect(far.direction == .incoming)
        #expect(far.local.port == 8080)
        #expect(near.local.address == Address(path.client))
        #expect(far.remote == near.local)

        try await pair.client.ask("close \(pair.near.fd)")
        #expect(try await pair.server.ask("drain \(pair.far.fd)") == ["0"])
        try await pair.server.ask("close \(pair.far.fd)")
        let ends = try await collector.wait("both ends, and those of their subflows") { view in
          let ends = [near.id, far.id].compactMap { view.closed[$0] }
          let flows = view.closed.values.filter {
            $0.parent == near.id || $0.parent == far.id
          }
          return ends.count == 2 && flows.count == 2 ? ends + flows : nil
        }
        for end in ends {
          #expect(end.end?.reason == .fin)
          let isNear = end.netns == lab.left.inode
          let payload: [UInt64] = isNear ? [3_456_789, 1_234_567] : [1_234_567, 3_456_789]
          let figures = [end.counters.bytesSent, end.counters.bytesReceived]
          if end.parent != nil {
            #expect(zip(figures, payload).allSatisfy { $0 >= $1 })
            let other = try #require(ends.first { $0.parent != nil && $0.netns != end.netns })
            #expect(figures == [other.counters.bytesReceived, other.counters.bytesSent])
          } else if end.counters.countsBytes {
            #expect(figures == payload)
          }
          #expect(end.owner?.process.id.pid == (isNear ? pair.client.pid : pair.server.pid))
          #expect(end.remote.port == (isNear ? 8080 : near.local.port))
        }
      }
    }

    @Test func `its listener is one row, and counts each connection once`() async throws {
      try await Lab.with { lab in
        try await pairTwoPaths(lab)
        let collector = try await lab.trace()
        let pair = try await MPTCPPair(lab)
        let near = try await collector.wait("the client's connection") { pair.live(.client, $0) }
        try await pair.transfer(request: 1000, reply: 1000)
        _ = try await subflows(of: near, 2, collector)
        // One that speaks TCP only, and is not accepted.
        _ = try await pair.client.connect("10.77.0.2", 8080)
        let listener = try await collector.wait("the listener's figures") { view in
          pair.listeners(view).first.flatMap {
            $0.counters.accepted == 2 && $0.counters.unread == 1 ? $0 : nil
          }
        }
        #expect(listener.proto == .mptcp)
        #expect(listener.counters.unacknowledged == 16)
        #expect(listener.owner?.process.id.pid == pair.server.pid)
        #expect(pair.listeners(await collector.view).count == 1)
        try await pair.server.ask("close \(pair.listener.fd)")
        try await collector.wait("its end") { $0.closed[listener.id] }
        #expect(pair.listeners(await collector.view).isEmpty)
      }
    }

    @Test func `two subflows, one of which fails`() async throws {
      try await Lab.with { lab in
        try await pairTwoPaths(lab)
        let collector = try await lab.trace()
        let pair = try await MPTCPPair(lab)
        let near = try await collector.wait("the client's connection") { pair.live(.client, $0) }
        try await pair.transfer(request: 5000, reply: 1000)
        let flows = try await subflows(of: near, 2, collector)
        #expect(Set(flows.map(\.local.address.description)) == ["10.77.0.1", "10.77.0.3"])
        #expect(flows.allSatisfy { $0.owner?.process.id.pid == pair.client.pid })

        // What goes by the second way is lost from now on, and goes again by the first.
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; }; \
          add rule inet silent input ip saddr 10.77.0.3 counter drop
          """
        )
        try await pair.transfer(request: 4_000_000, reply: 1000)
        let live = try await collector.wait("its figures") { view in
          pair.live(.client, view).flatMap {
            $0.counters.hasReceived(2000) && $0.counters.unacknowledged == 0 ? $0 : nil
          }
        }
        if live.counters.countsBytes {
          let info = try await pair.info(.client)
          #expect(live.counters.bytesSent == 4_005_000)
          // The kernel sent some of it by both.
          #expect(info[2] > 0)
          #expect(info[0] == 4_005_000)
          let far = try #require(pair.live(.server, await collector.view))
          #expect(far.counters.bytesReceived == 4_005_000)
        }
        // Each byte went by one way or by both.
        try await collector.wait("its subflows' figures") { view in
          let flows = view.live.values.filter { $0.parent == near.id }
          return flows.reduce(0) { $0 + $1.counters.bytesSent } >= 4_005_000 ? true : nil
        }
        try await pair.client.ask("abort \(pair.near.fd)")
        let end = try await collector.wait("its end") { pair.closed(.client, $0) }
        #expect(end.end?.reason == .reset)
        #expect(end.counters.hasSent(4_005_000))
        let peer = try await collector.wait("the peer's end") { pair.closed(.server, $0) }
        #expect(peer.end?.reason == .reset)
        try await collector.wait("the ends of all subflows") { view in
          let live = view.live(in: lab.left) + view.live(in: lab.right)
          return live.contains { $0.parent != nil } ? nil : true
        }
      }
    }

    @Test func `a peer that speaks TCP only`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.mptcpSocket()
        try await client.ask("connect \(near.fd) 10.77.0.2 8080")
        let far = try await server.accept(listener)
        try await client.ask("write \(near.fd) 7777")
        try await server.ask("read \(far.fd) 7777")
        try await server.ask("write \(far.fd) 333")
        try await client.ask("read \(near.fd) 333")
        let live = try await collector.wait("its figures") { view in
          view.live(in: lab.left).first { $0.proto == .mptcp && $0.counters.hasReceived(333) }
        }
        #expect(live.counters.hasSent(7777))
        let flow = try #require(try await subflows(of: live, 1, collector).first)
        try await collector.wait("the subflow's figures") { view in
          view.live[flow.id].flatMap {
            $0.counters.bytesSent == 7777 && $0.counters.bytesReceived == 333 ? $0 : nil
          }
        }
        let plain = try #require(await collector.view.live(far))
        #expect(plain.proto == .tcp)
        #expect(plain.parent == nil)
      }
    }

    @Test func `that is refused`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let near = try await client.mptcpSocket()
        await #expect(throws: Traffic.Refusal.self) {
          try await client.ask("connect \(near.fd) 10.77.0.2 8080")
        }
        let end = try await collector.wait("its end") { view in
          view.closed(in: lab.left).first { $0.proto == .mptcp }
        }
        #expect(end.end?.reason == .refused)
        #expect(end.end?.error == 111)
        #expect(end.owner?.process.id.pid == client.pid)
        #expect(end.remote.description == "10.77.0.2:8080")
        let flow = try await collector.wait("its subflow's end") { view in
          view.closed.values.first { $0.parent == end.id }
        }
        #expect(flow.end?.reason == .refused)
        #expect(flow.owner?.process.id.pid == client.pid)
      }
    }

    @Test func `that is older than the tracer`() async throws {
      try await Lab.with { lab in
        let pair = try await MPTCPPair(lab)
        try await pair.transfer(request: 54321, reply: 12345)
        let collector = try await lab.trace()
        let view = await collector.view
        for (side, sent) in [(MPTCPPair.End.client, 54321), (.server, 12345)] {
          // All in the very first batch.
          let live = try #require(pair.live(side, view))
          #expect(live.owner?.source == .scan)
          #expect(live.owner?.process.id.pid == pair.process(side).pid)
          #expect(live.counters.hasSent(sent))
          let flow = try #require(view.live.values.first { $0.parent == live.id })
          #expect(flow.counters.bytesSent >= UInt64(sent))
          #expect(flow.owner == live.owner)
        }
        #expect(pair.listeners(view).map(\.proto) == [.mptcp])
        #expect(pair.listeners(view).first?.owner?.process.id.pid == pair.server.pid)
      }
    }

    @Test func `that is older and has no file: left by its process, not accepted yet`() async throws
    {
      try await Lab.with { lab in
        let pair = try await MPTCPPair(lab)
        try await pair.transfer(request: 100, reply: 100)
        let waiting = try await pair.client.mptcpSocket()
        try await pair.client.ask("connect \(waiting.fd) 10.77.0.2 8080")
        let port = try await pair.client.ask("port \(waiting.fd)").first.flatMap { UInt16($0) }
        try await pair.client.ask("write \(waiting.fd) 33")
        // Its last bytes find no way for now.
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; policy drop; }
          """
        )
        try await pair.client.ask("write \(pair.near.fd) 77")
        try await pair.client.ask("close \(pair.near.fd)")
        let collector = try await lab.trace()
        let left = try #require(pair.live(.client, await collector.view))
        #expect(left.counters.hasSent(177))
        #expect(left.owner == nil)
        let flow = await collector.view.live.values.first { $0.parent == left.id }
        #expect(flow?.counters.bytesSent ?? 0 >= 177)
        let queued = await collector.view.live(in: lab.right).filter {
          $0.proto == .mptcp && $0.remote.port == port
        }
        #expect(queued.count == 1)
        #expect(queued.first?.counters.hasReceived(33) == true)
        #expect(queued.first?.owner?.source == .listener)
        #expect(queued.first?.owner?.process.id.pid == pair.server.pid)

        try lab.right.filter("delete table inet silent")
        #expect(try await pair.server.ask("drain \(pair.far.fd)") == ["77"])
        try await pair.server.ask("close \(pair.far.fd)")
        let end = try await collector.wait("its end") { pair.closed(.client, $0) }
        #expect(end.counters.hasSent(177))
        _ = try await pair.server.accept(pair.listener)
        let id = try #require(queued.first).id
        let owner = try await collector.wait("the owner") { view in
          view.live[id]?.owner.flatMap { $0.isProven ? $0 : nil }
        }
        #expect(owner.process.id.pid == pair.server.pid)
      }
    }

    /// A second address on the left, which the kernel makes subflows from.
    private func pairTwoPaths(_ lab: Lab) async throws {
      // Older kernels allow none without being told.
      for side in [lab.left, lab.right] {
        try run("ip", "-n", side.name, "mptcp", "limits", "set", "subflows", "2")
      }
      try run("ip", "-n", lab.left.name, "address", "add", "10.77.0.3/24", "dev", "veth0")
      try run(
        "ip",
        "-n",
        lab.left.name,
        "mptcp",
        "endpoint",
        "add",
        "10.77.0.3",
        "dev",
        "veth0",
        "subflow"
      )
    }
  }
}

extension Counters {
  /// Whether the kernel counts the payload of MPTCP connections, as since Linux 6.5.
  fileprivate var countsBytes: Bool { !uncounted.contains(.bytes) }

  /// Whether it is this many bytes, where they are counted.
  fileprivate func hasSent(_ bytes: Int) -> Bool { !countsBytes || bytesSent == UInt64(bytes) }
  fileprivate func hasReceived(_ bytes: Int) -> Bool {
    !countsBytes || bytesReceived == UInt64(bytes)
  }
}
