import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Which rows a UDP socket has, and whose they are.
  @Suite(.needs(.datagrams)) struct UdpSockets {
    @Test func `one that reconnects, and then talks to several`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        for port in [9001, 9002, 9003] as [UInt16] { _ = try await server.udp("10.77.0.2", port) }
        let socket = try await client.udp()
        // Nobody can reach it, and it said nothing.
        try await collector.batches(2)
        #expect(await collector.view.rows(socket).isEmpty)

        try await client.ask("connect \(socket.fd) 10.77.0.2 9001")
        let silent = try await collector.wait("a connected one") { $0.row(socket, 9001) }
        #expect(silent.datagrams == [0, 0, 0, 0])
        #expect(silent.counters.drops == 0)
        try await client.send(socket, 10)
        try await collector.wait("its datagram") { view in
          view.row(socket, 9001)?.datagrams == [10, 1, 0, 0] ? true : nil
        }
        #expect(await collector.view.row(socket, 9001)?.id == silent.id)

        try await client.ask("connect \(socket.fd) 10.77.0.2 9002")
        try await client.send(socket, 20, count: 2)
        let second = try await collector.wait("the second") { view in
          view.row(socket, 9002).flatMap { $0.datagrams == [40, 2, 0, 0] ? $0 : nil }
        }
        #expect(second.counters.drops == 0)
        let first = try #require(await collector.view.row(socket, 9001))
        #expect(first.datagrams == [10, 1, 0, 0])
        #expect(first.counters.drops == nil)

        try await client.ask("disconnect \(socket.fd)")
        for port in [9001, 9003] as [UInt16] {
          try await client.send(socket, 5, to: ("10.77.0.2", port))
        }
        try await collector.wait("a row of its own") { view in
          view.row(socket, 0)?.state == .unconnected
            && view.row(socket, 9001)?.datagrams == [15, 2, 0, 0]
            && view.row(socket, 9003)?.datagrams == [5, 1, 0, 0] ? true : nil
        }
        #expect(await collector.view.rows(socket).count == 4)
        try await client.ask("close \(socket.fd)")
        try await collector.wait("all ends") { $0.rows(socket).isEmpty ? true : nil }
        #expect(await collector.view.ended(socket).count == 4)
      }
    }

    @Test func `that never did anything is no row`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let process = try lab.process(in: lab.left)
        let idle = try await process.udp()
        let bound = try await process.udp("10.77.0.1", 9000)
        let row = try await collector.wait("the bound one") { $0.row(bound, 0) }
        #expect(row.local.description == "10.77.0.1:9000")
        #expect(row.datagrams == [0, 0, 0, 0])
        #expect(row.openedAt != nil)
        #expect(row.isListener)
        try await process.ask("close \(idle.fd)")
        try await process.ask("close \(bound.fd)")
        try await collector.wait("the end") { $0.ended(bound).first }
        let view = await collector.view
        #expect(view.rows(idle).isEmpty && view.ended(idle).isEmpty)
      }
    }

    @Test func `that is idle loses its flows, but not the one it is connected to`() async throws {
      try await Lab.with { lab in
        var configuration = Lab.roomy
        configuration.flowTimeout = 1
        let collector = try await lab.trace(configuration)
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let far = try await server.udp("10.77.0.2", 9000)
        let near = try await client.udp("10.77.0.1", 9001)
        try await client.ask("connect \(near.fd) 10.77.0.2 9000")
        try await client.send(near, 10)
        let idle = try await collector.wait("the idle end") { view in
          view.ended(far).first { $0.end?.reason == .idle }
        }
        #expect(idle.datagrams == [0, 0, 10, 1])
        #expect(await collector.view.row(far, 0) != nil)
        let kept = try #require(await collector.view.row(near, 9000))
        #expect(kept.datagrams == [10, 1, 0, 0])

        try await client.send(near, 10)
        let again = try await collector.wait("another flow") { $0.row(far, 9001) }
        #expect(again.id != idle.id)
        #expect(again.datagrams == [0, 0, 10, 1])
        try await collector.wait("the sum") { view in
          view.row(near, 9000).flatMap { $0.datagrams == [20, 2, 0, 0] ? true : nil }
        }
        #expect(await collector.view.row(near, 9000)?.id == kept.id)
      }
    }

    @Test(arguments: ["10.77.0.2", "2001:db8::11"])
    func `older than the tracer`(host: String) async throws {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let far = try await server.udp(host, 9000)
        let near = try await client.udp(family: host.contains(":") ? 6 : 4)
        try await client.ask("connect \(near.fd) \(host) 9000")
        let collector = try await lab.trace()
        let view = await collector.view
        for (row, pid) in [
          (view.row(near, 9000), client.pid), (view.row(far, 0), server.pid),
        ] {
          let row = try #require(row)
          #expect(row.owner?.process.id.pid == pid)
          #expect(row.owner?.source == .scan)
          #expect(row.openedAt == nil)
        }
        try await client.send(near, 10)
        try await collector.wait("the datagram") { view in
          view.row(near, 9000)?.datagrams == [10, 1, 0, 0]
            && view.rows(far).contains { $0.datagrams == [0, 0, 10, 1] && $0.openedAt == nil }
            ? true : nil
        }
      }
    }

    /// On one host a lookup by both ends would find the peer.
    @Test func `tell their details, each its own`() async throws {
      try await Lab.with { lab in
        let process = try lab.process(in: lab.left)
        let far = try await process.udp("127.0.0.1", 9000)
        let near = try await process.udp("127.0.0.1", 9001)
        try await process.ask("connect \(near.fd) 127.0.0.1 9000")
        let collector = try await lab.trace()
        try await process.send(near, 33)
        let rows = try await collector.wait("both rows") { view in
          view.row(near, 9000).flatMap { near in view.row(far, 9001).map { [near, $0] } }
        }
        for (row, state) in zip(rows, [SocketState.established, .unconnected]) {
          let details = try #require(await collector.details(of: row))
          #expect(details.proto == .udp)
          #expect(details.state == state)
          #expect(details.memory.receiveBuffer > 0)
        }
        let received = try #require(await collector.details(of: rows[1]))
        #expect(received.receiveQueue > 33 && received.memory.received == received.receiveQueue)
      }
    }

    @Test func `in two namespaces with the same addresses`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        for (namespace, bytes) in [(lab.left, 11), (lab.right, 22)] {
          let process = try lab.process(in: namespace)
          let far = try await process.udp("127.0.0.1", 9000)
          let near = try await process.udp("127.0.0.1", 9001)
          try await process.send(near, bytes, to: ("127.0.0.1", 9000))
          let count = UInt64(bytes)
          let rows = try await collector.wait("both rows") { view in
            view.row(near, 9000).flatMap { near in view.row(far, 9001).map { [near, $0] } }
          }
          #expect(rows.map(\.netns) == [namespace.inode, namespace.inode])
          #expect(rows.map(\.datagrams) == [[count, 1, 0, 0], [0, 0, count, 1]])
        }
      }
    }

    @Test func `several at one port`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let first = try await server.udp("10.77.0.2", 9000, shared: true)
        let second = try await server.udp("10.77.0.2", 9000, shared: true)
        for port in 9100..<9140 as Range<UInt16> {
          let near = try await client.udp("10.77.0.1", port)
          try await client.send(near, 10, to: ("10.77.0.2", 9000))
        }
        try await collector.wait("all") { view in
          view.rows(first).count + view.rows(second).count == 42 ? true : nil
        }
        let view = await collector.view
        for socket in [first, second] {
          let waiting = try await server.ask("udp-drain \(socket.fd)").compactMap { UInt64($0) }
          let flows = view.rows(socket).filter { $0.remote.port != 0 }
          #expect(flows.map(\.counters.packetsReceived).reduce(0, +) == waiting[0])
          #expect(flows.map(\.counters.bytesReceived).reduce(0, +) == waiting[1])
          #expect(waiting[0] > 0)
        }
      }
    }

    @Test func `that the kernel made for itself`() async throws {
      try await Lab.with { lab in
        func tunnel(_ namespace: TestNamespace) throws {
          try run(
            "ip",
            "-n",
            namespace.name,
            "link",
            "add",
            "vx0",
            "type",
            "vxlan",
            "id",
            "7",
            "dstport",
            "4789",
            "remote",
            "10.77.0.9",
            "dev",
            "veth0"
          )
          try run("ip", "-n", namespace.name, "link", "set", "vx0", "up")
        }
        try tunnel(lab.left)
        let collector = try await lab.trace()
        let older = try await collector.wait("the older") { view in
          view.live(in: lab.left).first { $0.local.port == 4789 }
        }
        #expect(older.owner?.source == .kernel)
        #expect(older.state == .unconnected)
        try tunnel(lab.right)
        let newer = try await collector.wait("the newer") { view in
          view.live(in: lab.right).first { $0.local.port == 4789 }
        }
        #expect(newer.owner?.source == .kernel)
        try run("ip", "-n", lab.right.name, "link", "delete", "vx0")
        try await collector.wait("its end") { view in view.closed[newer.id] }
      }
    }

    @Test func `are followed by the best method that the kernel allows`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let health = await collector.view.health
        // A function other than those of UDP shows whether there are hooks at all.
        #expect(health.udp == (health.acceptsSeen ? .functions : .cgroup))
        // All that is seen of the programs is what the socket says itself.
        let process = try lab.process(in: lab.left)
        let far = try await process.udp("127.0.0.1", 9000)
        let near = try await process.udp()
        try await process.send(near, 10, count: 1000, to: ("127.0.0.1", 9000))
        let flow = try await collector.wait("all datagrams") { view in
          view.row(near, 9000).flatMap { $0.datagrams == [10000, 1000, 0, 0] ? $0 : nil }
        }
        #expect(flow.owner?.source == .create)
        #expect(flow.owner?.process.id.pid == process.pid)
        try await process.ask("close \(near.fd)")
        try await collector.wait("its end") { $0.ended(near).first }
        #expect(await collector.view.rows(far).isEmpty == false)
      }
    }

    @Test func `are none where UDP is not followed`() async throws {
      try await Lab.with { lab in
        var configuration = Lab.roomy
        configuration.followsUDP = false
        let older = try lab.process(in: lab.left)
        _ = try await older.udp("127.0.0.1", 9001)
        let collector = try await lab.trace(configuration)
        let process = try lab.process(in: lab.left)
        let far = try await process.udp("127.0.0.1", 9000)
        let near = try await process.udp()
        try await process.send(near, 10, to: ("127.0.0.1", 9000))
        try await process.ask("udp-read \(far.fd) 1 10")
        let listener = try await process.listen("127.0.0.1", 9002)
        try await collector.wait("a socket of TCP") { $0.live(listener) }
        let view = await collector.view
        #expect(view.live(in: lab.left).count == 1)
        #expect(view.health.udp == .off)
        #expect(view.health.flowCapacity == 0)
      }
    }
  }
}
