import Connections
import Testing

@testable import Tracer

extension LiveKernel.Exact {
  /// Whichever way the connection came about.
  @Suite struct Openings {
    @Test(arguments: ["fastopen", "fastopen-connect"], LiveKernel.Transfers.Path.all)
    func `data in the SYN`(call: String, path: LiveKernel.Transfers.Path) async throws {
      try await Lab.with { lab in
        for namespace in [lab.left, lab.right] {
          try namespace.set("net.ipv4.tcp_fastopen", "3")
        }
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen(path.listen, 8080)
        try await server.ask("fastopen-listen \(listener.fd) 16")
        // The first one learns the cookie of the server and carries no data in its SYN.
        for isFast in [false, true] {
          let near = try await client.socket(family: path.connect.contains(":") ? 6 : 4)
          try await client.ask("\(call) \(near.fd) \(path.connect) 8080 1200")
          let far = try await server.accept(listener)
          let pair = TCPPair(client: client, server: server, near: near, far: far)
          try await server.ask("read \(far.fd) 1200")
          #expect(try await client.ask("syn-data \(near.fd)") == [isFast ? "1" : "0"])
          try await pair.move(.all[0], 777, from: .server)
          let oracle = Oracle(lab, collector, pair)
          try await oracle.expect(client: 1200, server: 777)
          try await pair.close()
          try await oracle.expectEnds(client: 1200, server: 777)
        }
      }
    }

    @Test(
      .enabled(if: LiveKernel.Exact.hasUring, LiveKernel.Exact.uringNeed),
      arguments: ["", " async"]
    )
    func `connected and accepted by io_uring`(thread: String) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.socket()
        async let accepted = server.socket("uring-accept \(listener.fd)\(thread)")
        try await client.ask("uring-connect \(near.fd) 10.77.0.2 8080\(thread)")
        let pair = TCPPair(client: client, server: server, near: near, far: try await accepted)
        try await pair.move(.all[0], 12_345, from: .client)
        let oracle = Oracle(lab, collector, pair)
        try await oracle.expect(client: 12_345, server: 0)
        #expect(await collector.view.live(near)?.owner?.source == .connect)
      }
    }

    @Test func `restored from sequence numbers`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let (near, far) = (try await client.socket(), try await server.socket())
        try await client.ask("repair \(near.fd) 10.77.0.1 6001 10.77.0.2 6002 1000 2000")
        try await server.ask("repair \(far.fd) 10.77.0.2 6002 10.77.0.1 6001 2000 1000")
        let pair = TCPPair(client: client, server: server, near: near, far: far)
        try await pair.move(.all[0], 5000, from: .client)
        try await pair.move(.all[0], 300, from: .server)
        let oracle = Oracle(lab, collector, pair)
        try await oracle.expect(client: 5000, server: 300)
        #expect(await collector.view.live(near)?.direction == .outgoing)
        try await pair.close()
        try await oracle.expectEnds(client: 5000, server: 300)
      }
    }

    @Test func `both ends connected to each other`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let (near, far) = (try await client.socket(), try await server.socket())
        try await client.ask("bind \(near.fd) 10.77.0.1 6001")
        try await server.ask("bind \(far.fd) 10.77.0.2 6002")
        // Neither hears of the other before both have asked.
        for namespace in [lab.left, lab.right] {
          try namespace.filter(
            """
            add table inet silent; \
            add chain inet silent input { type filter hook input priority 0; policy drop; }
            """
          )
        }
        try await client.ask("begin \(near.fd) 10.77.0.2 6002")
        try await server.ask("begin \(far.fd) 10.77.0.1 6001")
        try await collector.wait("both attempts") { view in
          view.live(near)?.state == .synSent && view.live(far)?.state == .synSent ? true : nil
        }
        for namespace in [lab.left, lab.right] { try namespace.filter("delete table inet silent") }
        try await client.ask("await \(near.fd)")
        try await server.ask("await \(far.fd)")
        let pair = TCPPair(client: client, server: server, near: near, far: far)
        try await pair.move(.all[0], 5000, from: .client)
        try await pair.move(.all[0], 300, from: .server)
        let oracle = Oracle(lab, collector, pair)
        try await oracle.expect(client: 5000, server: 300)
        let view = await collector.view
        #expect(view.live(near)?.direction == .outgoing)
        #expect(view.live(far)?.direction == .outgoing)
        try await pair.close()
        try await oracle.expectEnds(client: 5000, server: 300)
      }
    }

    @Test func `again by the same socket`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let first = try await TCPPair.make(lab)
        try await first.move(.all[0], 1000, from: .client)
        try await Oracle(lab, collector, first).expect(client: 1000, server: 0)
        try await first.client.ask("disconnect \(first.near.fd)")
        let ended = try await collector.wait("the first end") { $0.closed(first.near) }
        #expect(ended.counters.bytesSent == 1000)

        let listener = try await first.server.listen("10.77.0.2", 8081)
        try await first.client.ask("connect \(first.near.fd) 10.77.0.2 8081")
        let far = try await first.server.accept(listener)
        let second = TCPPair(
          client: first.client,
          server: first.server,
          near: first.near,
          far: far
        )
        try await second.move(.all[0], 70, from: .client)
        try await second.move(.all[0], 5, from: .server)
        let oracle = Oracle(lab, collector, second)
        try await oracle.expect(client: 70, server: 5)
        try await second.close()
        let last = try await collector.wait("the second end") { view in
          view.closed(second.near).flatMap { $0.id == ended.id ? nil : $0 }
        }
        #expect(last.counters.bytesSent == 70)
        #expect(last.counters.bytesReceived == 5)
      }
    }

    @Test(.needs(.accepted))
    func `by processes that share a port`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        var servers: [(process: Traffic, listener: Traffic.Socket)] = []
        for _ in 0..<3 {
          let process = try lab.process(in: lab.right)
          let listener = try await process.listen("10.77.0.2", 8080, shared: true)
          servers.append((process, listener))
        }
        var near: [Traffic.Socket] = []
        for _ in 0..<15 { near.append(try await client.connect("10.77.0.2", 8080)) }
        let listeners = servers.map(\.listener)
        try await collector.wait("all connections, counted by their listeners") { view in
          listeners.compactMap { view.live($0)?.counters.accepted }.reduce(0, +) == 15 ? true : nil
        }
        let view = try await collector.wait("all of them") { view in
          let rights = view.live(in: lab.right).count
          return view.live(in: lab.left).count == 15 && rights == 15 + listeners.count ? view : nil
        }
        var total = 0
        for (number, server) in servers.enumerated() {
          let count = Int(view.live(server.listener)?.counters.accepted ?? 0)
          for index in 0..<count {
            let far = try await server.process.accept(server.listener)
            // At once, before anybody scans: the listener is the process's own.
            let live = try #require(view.live(far))
            #expect(live.owner?.process.id.pid == server.process.pid)
            // Other tests have the same addresses in their namespaces.
            let local = view.live(in: lab.left).first { $0.local == live.remote }
            let socket = try #require(near.first { $0.cookie == local?.id.cookie })
            let bytes = 1000 * number + index + 1
            try await client.ask("write \(socket.fd) \(bytes)")
            try await server.process.ask("read \(far.fd) \(bytes)")
            try await collector.wait("its bytes", seconds: 20) { view in
              view.live(far)?.counters.bytesReceived == UInt64(bytes) ? true : nil
            }
            total += 1
          }
        }
        #expect(total == 15)
      }
    }
  }
}
