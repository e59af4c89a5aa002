import Connections
import Glibc
import Testing

@testable import Tracer

extension LiveKernel {
  /// Sockets that several processes hold, or none.
  @Suite struct Holders {
    @Test func `all processes that hold a listener and its connection`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let workers = [try await server.fork(), try await server.fork()]
        let pids = workers.map(\.pid).sorted()
        let shared = try await collector.wait("the workers") { view in
          view.live(listener)?.owner.flatMap { $0.others.count == 2 ? $0 : nil }
        }
        #expect(shared.process.id.pid == server.pid)
        #expect(shared.source == .listen)
        #expect(shared.others.map(\.id.pid) == pids)
        #expect(shared.others.allSatisfy { $0.name == "TestTraffic" && $0.gid == 0 })

        // What only one worker accepted is that one's alone.
        _ = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener, child: workers[1])
        let alone = try await collector.wait("its owner") { view in
          view.live(far)?.owner.flatMap { $0.process.id.pid == workers[1].pid ? $0 : nil }
        }
        #expect(alone.others == [])

        // One that leaves is listed no more, and the owner stays when it was not the owner.
        _ = try? await server.ask("tell \(workers[0].number) quit")
        try await server.ask("reap \(workers[0].pid)")
        let left = try await collector.wait("one worker less") { view in
          view.live(listener)?.owner.flatMap { $0.others.count == 1 ? $0 : nil }
        }
        #expect(left.others.map(\.id.pid) == [workers[1].pid])
        #expect(left.process.id.pid == server.pid)
      }
    }

    /// A child with a PID below its parent's, as where PIDs have begun anew.
    private func lateChild(of parent: Traffic) async throws -> Traffic.Child {
      for _ in 0..<20 {
        // Others can take the PID in between.
        try run("sysctl", "-q", "-w", "kernel.ns_last_pid=\(parent.pid / 2)")
        let child = try await parent.fork()
        if child.pid < parent.pid { return child }
      }
      throw HarnessError("no PID below \(parent.pid) is free")
    }

    @Test(.enabled(if: access("/proc/sys/kernel/ns_last_pid", W_OK) == 0, "CHECKPOINT_RESTORE"))
    func `the parent, of sockets that are older than the tracer`() async throws {
      try await Lab.with { lab in
        let server = try lab.process(in: lab.right)
        let sockets = [
          try await server.listen("10.77.0.2", 8080), try await server.udp("10.77.0.2", 8080),
        ]
        let child = try await lateChild(of: server)
        let collector = try await lab.trace()
        for socket in sockets {
          let owner = try await collector.wait("its owner") { $0.live(socket)?.owner }
          #expect(owner.process.id.pid == server.pid)
          #expect(owner.source == .scan)
          #expect(owner.others.map(\.id.pid).contains(child.pid))
        }
      }
    }

    @Test func `one that is passed on while it is kept`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let server = try lab.process(in: lab.right)
        _ = try await server.listen("10.77.0.2", 8080)
        let giver = try lab.process(in: lab.left)
        let taker = try await giver.fork()
        let near = try await giver.connect("10.77.0.2", 8080)
        try await giver.ask("give \(taker.number) \(near.fd)")
        _ = try await giver.take(child: taker)
        let owner = try await collector.wait("both") { view in
          view.live(near)?.owner.flatMap { $0.others.isEmpty ? nil : $0 }
        }
        #expect(owner.process.id.pid == giver.pid)
        #expect(owner.source == .connect)
        #expect(owner.others.map(\.id.pid) == [taker.pid])
      }
    }

    /// As systemd does: it makes the listener, and a service that it starts accepts.
    @Test func `a listener that is handed to a service`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let manager = try lab.process(in: lab.right)
        try await manager.ask("name manager")
        let listener = try await manager.listen("10.77.0.2", 8080)
        let service = try await manager.fork()
        try await manager.ask("tell \(service.number) name service")
        _ = try await client.connect("10.77.0.2", 8080)
        let far = try await manager.accept(listener, child: service)
        let accepted = try await collector.wait("its owner") { view in
          view.live(far)?.owner.flatMap { $0.process.id.pid == service.pid ? $0 : nil }
        }
        #expect(accepted.process.name == "service")
        let listening = try await collector.wait("the service beside the manager") { view in
          view.live(listener)?.owner.flatMap { $0.others.isEmpty ? nil : $0 }
        }
        #expect(listening.process.name == "manager")
        #expect(listening.others.map(\.name) == ["service"])

        // The manager stops to listen: the service goes on.
        try await manager.ask("close \(listener.fd)")
        let taken = try await collector.wait("the service alone") { view in
          view.live(listener)?.owner.flatMap { $0.process.name == "service" ? $0 : nil }
        }
        #expect(taken.source == .scan)
        #expect(taken.others == [])
      }
    }

    @Test func `the last owner of a socket that lingers`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        try await client.ask("name leaver")
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        let before = try await collector.wait("its owner") { $0.live(near)?.owner }
        #expect(!before.isLast)
        // What closes it is not acknowledged for now.
        try lab.right.filter(
          """
          add table inet silent; \
          add chain inet silent input { type filter hook input priority 0; policy drop; }
          """
        )
        // Half closed, it is still the process's.
        try await client.ask("shutdown \(near.fd)")
        let half = try await collector.wait("half closed") { view in
          view.live(near).flatMap { $0.state == .finWait1 ? $0 : nil }
        }
        #expect(half.owner?.isLast == false)
        // No state changes when the process leaves.
        client.end()
        let orphan = try await collector.wait("the socket without a process") { view in
          view.live(near).flatMap { $0.owner?.isLast == true ? $0 : nil }
        }
        #expect(orphan.state == .finWait1)
        #expect(orphan.owner?.process.name == "leaver")
        #expect(orphan.owner?.process.id == before.process.id)
        #expect(orphan.owner?.source == .connect)
        #expect(orphan.owner?.others == [])
        try lab.right.filter("delete table inet silent")
        try await server.ask("close \(far.fd)")
        let end = try await collector.wait("its end") { $0.closed(near) }
        #expect(end.owner?.process.id == before.process.id)
        #expect(end.owner?.isLast == true)
        #expect(end.owner?.others == [])
      }
    }

    @Test func `how many sockets have no certain owner`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        for _ in 0..<3 {
          _ = try await client.connect("10.77.0.2", 8080)
          _ = try await server.accept(listener)
        }
        try await collector.wait("all owners") { view in
          let ofListener = view.live(in: lab.right).filter { $0.owner?.source == .listener }
          return view.live(in: lab.right).count == 4 && ofListener.isEmpty
            && view.health.ownersUnknown < view.health.tracked ? true : nil
        }
      }
    }
  }
}
