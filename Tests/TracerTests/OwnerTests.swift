import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Who holds a connection.
  @Suite struct Owners {
    private func owner(
      of socket: Traffic.Socket,
      is pid: Int32,
      _ collector: Collector
    ) async throws -> Owner {
      try await collector.wait("owner \(pid)") { view in
        view.live(socket)?.owner.flatMap { $0.process.id.pid == pid ? $0 : nil }
      }
    }

    @Test func `client and server`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        try await client.ask("name a)b(")
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)

        let nearOwner = try await owner(of: near, is: client.pid, collector)
        #expect(nearOwner.source == .connect)
        #expect(nearOwner.process.name == "a)b(")
        #expect(nearOwner.process.uid == 0)
        #expect(nearOwner.process.user == "root")
        let line = try #require(nearOwner.process.commandLine)
        #expect(line.contains("/TestTraffic \(lab.left.path)"))
        #expect(nearOwner.process.startedAt > collector.source.startedAt)

        let listening = try await owner(of: listener, is: server.pid, collector)
        #expect(listening.source == .listen)
        let known = try await collector.wait("the server's owner") { view in
          view.live(far)?.owner.flatMap {
            $0.source == view.sourceOfAccepted ? $0 : nil
          }
        }
        #expect(known.process.id.pid == server.pid)
        #expect(known.process.name == "TestTraffic")
        // One process, told once.
        #expect(known.process.id == listening.process.id)
      }
    }

    @Test func `before it is accepted, that of the listener`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        _ = try await server.listen("10.77.0.2", 8080)
        _ = try await client.connect("10.77.0.2", 8080)
        let far = try await collector.wait("the waiting connection") { view in
          view.live(in: lab.right).first { !$0.isListener }
        }
        #expect(far.owner?.source == .listener)
        #expect(far.owner?.process.id.pid == server.pid)
        #expect(far.direction == .incoming)
      }
    }

    @Test func `of a server whose children accept`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let children = [try await server.fork(), try await server.fork()]
        for child in children {
          _ = try await client.connect("10.77.0.2", 8080)
          let far = try await server.accept(listener, child: child)
          let owner = try await owner(of: far, is: child.pid, collector)
          #expect(owner.source == (await collector.view.sourceOfAccepted))
        }
        // Over before any scan: who closes it tells.
        for child in children {
          let near = try await client.connect("10.77.0.2", 8080)
          let far = try await server.accept(listener, child: child)
          try await server.ask("tell \(child.number) close \(far.fd)")
          try await client.ask("close \(near.fd)")
          let end = try await collector.wait("its end") { $0.closed(far) }
          #expect(end.owner?.process.id.pid == child.pid)
        }
      }
    }

    @Test func `of a connection that the peer resets before any scan`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let children = [try await server.fork(), try await server.fork()]
        for child in children + children {
          let near = try await client.connect("10.77.0.2", 8080)
          let far = try await server.accept(listener, child: child)
          try await client.ask("abort \(near.fd)")
          try await server.ask("tell \(child.number) close \(far.fd)")
          let end = try await collector.wait("its end") { $0.closed(far) }
          #expect(end.end?.reason == .reset)
          #expect(end.owner?.process.id.pid == child.pid)
          #expect(end.owner?.isProven == true)
        }
        // Nobody accepts it: nothing more is proven than who has the listener.
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await collector.wait("it") { view in
          view.live(in: lab.right).first { $0.remote == view.live(near)?.local }
        }
        try await client.ask("abort \(near.fd)")
        let end = try await collector.wait("its end") { $0.closed[far.id] }
        #expect(end.owner?.source == .listener)
        #expect(end.owner?.process.id.pid == server.pid)
        #expect(end.owner?.isProven == false)
      }
    }

    @Test func `of a connection that a child closes after its parent was found`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        try await collector.wait("its owner") { view in
          view.live(far)?.owner?.source == view.sourceOfAccepted ? true : nil
        }
        let child = try await server.fork()
        try await server.ask("close \(far.fd)")
        try await server.ask("tell \(child.number) close \(far.fd)")
        try await client.ask("close \(near.fd)")
        let end = try await collector.wait("its end") { $0.closed(far) }
        let owner = try #require(end.owner)
        #expect(owner.process.id.pid == child.pid)
        // A scan can have come in between.
        #expect(owner.source == .scan || owner.others.map(\.id.pid) == [server.pid])
      }
    }

    /// The kernel closes what the child inherited only to lose it.
    @Test(.ofBPF("no tracepoint tells a close by exec from another"))
    func `of a connection that a child closes by executing a program`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        var isKept = false
        for _ in 0..<10 where !isKept {
          let near = try await client.connect("10.77.0.2", 8080)
          let far = try await server.accept(listener)
          try await server.ask("cloexec \(far.fd)")
          try await collector.wait("its owner") { view in
            view.live(far)?.owner?.source == view.sourceOfAccepted ? true : nil
          }
          let child = try await server.fork()
          try await server.ask("close \(far.fd)")
          try await server.ask("tell \(child.number) exec")
          try await client.ask("close \(near.fd)")
          let owner = try await collector.wait("its end") { $0.closed(far)?.owner }
          // Between the two a scan finds the child with it.
          #expect(owner.source != .close)
          isKept = owner.process.id.pid == server.pid
        }
        #expect(isKept)
      }
    }

    /// What no event tells, found by a scan at the latest: one for all three.
    @Test func `that changed without an event`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 1)
        func connected(_ client: Traffic) async throws -> (Traffic.Socket, Traffic.Socket) {
          let near = try await client.connect("10.77.0.2", 8080)
          return (near, try await server.accept(listener))
        }

        // Passed on by SCM_RIGHTS, to a child from before, which inherits nothing.
        let giver = try lab.process(in: lab.left)
        let taker = try await giver.fork()
        let (passed, _) = try await connected(giver)
        _ = try await owner(of: passed, is: giver.pid, collector)
        try await giver.ask("give \(taker.number) \(passed.fd)")
        #expect(try await giver.take(child: taker).cookie == passed.cookie)
        try await giver.ask("close \(passed.fd)")

        // The same process, and another program.
        let executed = try lab.process(in: lab.left)
        try await executed.ask("name before")
        let (kept, _) = try await connected(executed)
        let first = try await owner(of: kept, is: executed.pid, collector)
        #expect(first.process.name == "before")
        try await executed.ask("exec")

        // As inetd does: the parent accepts, and leaves the connection to a child.
        let client = try lab.process(in: lab.left)
        let (near, inherited) = try await connected(client)
        let child = try await server.fork()
        // While both hold it, it stays with the one that was there first.
        _ = try await owner(of: inherited, is: server.pid, collector)
        try await server.ask("close \(inherited.fd)")

        #expect(try await owner(of: passed, is: taker.pid, collector).source == .scan)
        #expect(try await owner(of: inherited, is: child.pid, collector).source == .scan)
        let later = try await collector.wait("the new name") { view in
          view.live(kept)?.owner.flatMap { $0.process.name == "before" ? nil : $0 }
        }
        #expect(later.process.id == first.process.id)
        #expect(later.process.commandLine == "executed -")
        #expect(later.source == .connect)

        try await server.ask("tell \(child.number) close \(inherited.fd)")
        try await client.ask("close \(near.fd)")
        let end = try await collector.wait("its end") { $0.closed(inherited) }
        #expect(end.owner?.process.id.pid == child.pid)
      }
    }

    @Test func `of a socket that outlives its process`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        try await client.ask("name leaver")
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        _ = try await owner(of: near, is: client.pid, collector)
        // Its last bytes find no way for now.
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; policy drop; }
          """
        )
        try await client.ask("write \(near.fd) 1000")
        client.end()
        let lingering = try await collector.wait("the socket without a process") { view in
          view.live(near).flatMap { $0.state == .finWait1 ? $0 : nil }
        }
        #expect(lingering.owner?.process.id.pid == client.pid)
        #expect(lingering.owner?.process.name == "leaver")
        try lab.right.filter("delete table inet silent")
        #expect(try await server.ask("drain \(far.fd)") == ["1000"])
        try await server.ask("close \(far.fd)")
        let end = try await collector.wait("its end") { $0.closed(near) }
        #expect(end.owner?.process.id.pid == client.pid)
        #expect(end.counters.bytesSent == 1000)
        #expect(end.end?.reason == .fin)
      }
    }
  }
}
