import Connections
import Glibc
import Testing

@testable import Tracer

extension LiveKernel {
  /// That an owner is exactly that process, running that program as that user.
  @Suite struct OwnerIdentity {
    private func owner(
      of socket: Traffic.Socket,
      _ what: String,
      _ collector: Collector,
      _ isMeant: @escaping @Sendable (Owner) -> Bool = { _ in true }
    ) async throws -> Owner {
      try await collector.wait(what) { view in
        view.live(socket)?.owner.flatMap { isMeant($0) ? $0 : nil }
      }
    }

    @Test func `its group, program and cgroup`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let process = try lab.process(in: lab.left)
        try await process.ask("user 65534 65533")
        let listener = try await process.listen("127.0.0.1", 8080)
        let known = try await owner(of: listener, "its owner", collector).process
        #expect(known.uid == 65534)
        #expect(known.user == "nobody")
        #expect(known.gid == 65533)
        #expect(known.executable?.hasSuffix("/TestTraffic") == true)
        let status = try run("cat", "/proc/\(process.pid)/cgroup")
        let cgroup = try #require(known.cgroup)
        #expect(status.split(separator: "\n").contains { $0.hasSuffix(":\(cgroup)") })
      }
    }

    @Test func `another user after the socket was opened`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let process = try lab.process(in: lab.left)
        let listener = try await process.listen("127.0.0.1", 80)
        #expect(try await owner(of: listener, "root", collector).process.uid == 0)
        try await process.ask("user 65534 65534")
        let later = try await owner(of: listener, "nobody", collector) { $0.process.uid == 65534 }
        #expect(later.process.gid == 65534)
        #expect(later.source == .listen)
      }
    }

    /// The name is the same, so only the kernel's count of programs tells.
    @Test func `another program of the same name`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let process = try lab.process(in: lab.left)
        try await process.ask("become first")
        let listener = try await process.listen("127.0.0.1", 8080)
        let first = try await owner(of: listener, "its owner", collector)
        #expect(first.process.commandLine == "first -")
        try await process.ask("become second")
        let second = try await owner(of: listener, "the second", collector) {
          $0.process.commandLine == "second -"
        }
        #expect(second.process.name == first.process.name)
        #expect(second.process.id == first.process.id)
        #expect(second.source == .listen)
      }
    }

    @Test func `a PID that is used again`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let server = try lab.process(in: lab.right)
        _ = try await server.listen("10.77.0.2", 8080)
        let parent = try lab.process(in: lab.left)
        let child = try await parent.fork()
        let made = try await parent.ask("tell \(child.number) socket 4").compactMap { UInt64($0) }
        let socket = Traffic.Socket(fd: Int(made[0]), cookie: made[1])
        try await parent.ask("tell \(child.number) connect \(socket.fd) 10.77.0.2 8080")
        let first = try await owner(of: socket, "the child", collector)
        #expect(first.process.id.pid == child.pid)
        #expect(first.source == .connect)

        let copy = try await parent.ask("copy \(child.pid) \(socket.fd)")
        _ = try? await parent.ask("tell \(child.number) quit")
        try await parent.ask("reap \(child.pid)")
        #expect(try await parent.ask("fork-as \(child.pid) second") == ["\(child.pid)"])
        try await parent.ask("close \(copy[0])")
        let second = try await owner(of: socket, "the second", collector) {
          $0.process.id != first.process.id
        }
        #expect(second.process.id.pid == child.pid)
        #expect(second.process.name == "second")
        #expect(second.process.startedAt > first.process.startedAt)
        #expect(second.source == .scan)
      }
    }

    @Test(arguments: ["", " polled"])
    func `what the kernel does for it on another thread`(polled: String) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.socket()
        try await client.ask("ring-connect \(near.fd) 10.77.0.2 8080\(polled)")
        let accepted = try await server.ask("ring-accept \(listener.fd)\(polled)")
        let far = Traffic.Socket(
          fd: try #require(Int(accepted[0])),
          cookie: try #require(UInt64(accepted[1]))
        )
        let connecting = try await owner(of: near, "who connected", collector)
        #expect(connecting.source == .connect)
        #expect(connecting.process.id.pid == client.pid)
        #expect(connecting.process.name == "TestTraffic")
        let accepting = try await owner(of: far, "who accepted", collector) {
          $0.source != .listener
        }
        #expect(accepting.process.id.pid == server.pid)
      }
    }

    /// Its connection works before the handshake is complete, and others come in between.
    @Test(.needs(.accepted))
    func `TCP Fast Open`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        try lab.left.set("net.ipv4.tcp_fastopen", "0x5")
        try lab.right.set("net.ipv4.tcp_fastopen", "0x602")
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let other = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        // What follows the first packet waits, so the handshake does not end.
        try lab.right.filter(
          """
          add table inet wait; \
          add chain inet wait input { type filter hook input priority 0; }; \
          add rule inet wait input tcp dport 8080 tcp flags & (syn|ack) == ack drop
          """
        )
        _ = try await client.ask("fast 10.77.0.2 8080 100")
        let far = try await server.accept(listener)
        // It has its data already.
        try await server.ask("read \(far.fd) 100")
        let local = try await other.listen("127.0.0.1", 9090)
        for _ in 0..<8 {
          _ = try await other.connect("127.0.0.1", 9090)
          _ = try await other.accept(local)
        }
        try lab.right.filter("delete table inet wait")
        let opened = try await collector.wait("the connection") { $0.live(far) }
        #expect(opened.direction == .incoming)
        #expect(opened.owner?.process.id.pid == server.pid)
        #expect(opened.counters.bytesReceived == 100)
        let count = try await collector.wait("the listener's count") { view in
          view.live(listener)?.counters.accepted.flatMap { $0 > 0 ? $0 : nil }
        }
        #expect(count == 1)
        try await server.ask("close \(far.fd)")
        try await collector.wait("its end or its wait for it") { view in
          view.closed(far) != nil || view.live(far)?.owner?.isLast == true ? true : nil
        }
      }
    }

    /// Its cgroup is there still, so the kernel tells where it was.
    @Test(.ofBPF("no tracepoint tells the control group of a process"))
    func `a process that left before it could be asked`() async throws {
      let name = "docker-\(String(repeating: "ab", count: 32)).scope"
      let cgroup = try TestCgroup(name)
      defer { cgroup.delete() }
      try await Lab.with { lab in
        let process = try lab.process(in: lab.left)
        try await process.ask("cgroup \(cgroup.path)")
        let listener = try await process.listen("127.0.0.1", 8080)
        // Slow enough that the process is gone when its record is read.
        let collector = try await lab.trace(every: .milliseconds(200))
        let live = try await collector.wait("its owner") { $0.live(listener)?.owner?.process }
        #expect(live.container?.runtime == .docker)
        #expect(live.container?.label == "abababababab")
        #expect(live.cgroup == "/\(name)")

        let child = try await process.fork()
        let near = try await process.ask("tell \(child.number) socket 4").compactMap { UInt64($0) }
        try await process.ask("tell \(child.number) connect \(near[0]) 127.0.0.1 8080")
        _ = try? await process.ask("tell \(child.number) quit")
        try await process.ask("reap \(child.pid)")
        let socket = Traffic.Socket(fd: Int(near[0]), cookie: near[1])
        let gone = try await collector.wait("the child") { view in
          (view.live(socket) ?? view.closed(socket))?.owner?.process
        }
        #expect(gone.id.pid == child.pid)
        #expect(gone.cgroup == "/\(name)")
        #expect(gone.container == live.container)
      }
    }
  }
}
