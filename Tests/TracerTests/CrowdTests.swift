import Connections
import Dispatch
import Glibc
import Testing

@testable import Tracer

extension LiveHost {
  /// Many connections at once, or one after the other.
  @Suite struct Crowds {
    @Test(arguments: [
      // Over loopback: both ends in one namespace.
      true, false,
    ])
    func `each of many short connections, once`(onLoopback: Bool) async throws {
      try await Lab.with { lab in
        let count = Patience.crowd(20_000)
        let far = onLoopback ? lab.left : lab.right
        let host = onLoopback ? "127.0.0.1" : "10.77.0.2"
        try lab.left.set("net.ipv4.ip_local_port_range", "1024 65535")
        let collector = try await lab.trace(every: .milliseconds(200))
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: far)
        let listener = try await server.listen(host, 80)
        async let served = server.ask("serve-many \(listener.fd) \(count) 100 2000")
        try await client.ask("connect-many \(host) 80 \(count) 100 2000")
        #expect(try await served == ["\(count)"])

        let view = try await collector.waitForKernel(lab)
        #expect(view.health[.openings] == 0)
        let unseen = view.unseen(among: view.closed(in: lab.left) + view.closed(in: lab.right))
        #expect(unseen < Collector.View.mostUnseen)
        let closed = view.closed.values.filter { $0.end?.reason != .unknown }
        let processes = [client.pid, server.pid, getpid()]
        func isForeign(_ end: Connection) -> Bool {
          owner(of: end, isNoneOf: processes)
        }
        let nears = closed.filter { $0.netns == lab.left.inode && $0.direction == .outgoing }
        let fars = closed.filter { $0.netns == far.inode && $0.direction == .incoming }
        for (ends, sent, received, owner) in [
          (nears, 100, 2000, client.pid), (fars, 2000, 100, server.pid),
        ] {
          #expect((count - unseen...count).contains(ends.count))
          #expect(Set(ends.map(\.id.cookie)).count == ends.count)
          #expect(ends.allSatisfy { $0.counters.bytesSent == sent })
          #expect(ends.allSatisfy { $0.counters.bytesReceived == received })
          #expect(ends.allSatisfy { $0.end?.reason == .fin })
          let strays = ends.filter { $0.owner?.process.id.pid != owner && !isForeign($0) }
          #expect(strays.count == 0, "such as \(describe(strays.first))")
          #expect(ends.count(where: isForeign) < 10)
          #expect(ends.allSatisfy { $0.openedAt != nil })
        }
        #expect(view.live(in: lab.left).filter { !$0.isListener }.isEmpty)
        #expect(view.live(in: far).filter { !$0.isListener }.isEmpty)
      }
    }

    /// A scan holds each file for a moment: who closes it meanwhile leaves the rest to the scanner.
    @Test func `whoever looks at open files is no owner`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace(every: .milliseconds(200))
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 80)
        let count = Patience.crowd(5000)
        let scans = Task.detached {
          // Nothing but scans, by this process.
          let scanner = try KernelHalf(
            KernelObject.Sizes(
              table: TableSize(first: 1 << 16, most: 1 << 16),
              endedBytes: 4096,
              flows: nil
            )
          )
          while !Task.isCancelled {
            try scanner.scanFiles()
            await Task.yield()
          }
        }
        defer { scans.cancel() }
        async let served = server.ask("serve-many \(listener.fd) \(count) 100 2000")
        try await client.ask("connect-many 10.77.0.2 80 \(count) 100 2000")
        _ = try await served
        scans.cancel()
        try await scans.value
        let processes = [client.pid, server.pid, getpid()]
        func isForeign(_ end: Connection) -> Bool {
          owner(of: end, isNoneOf: processes)
        }
        let view = try await collector.wait("all ends") { view in
          view.closed(in: lab.left).count + view.closed(in: lab.right).count == 2 * count
            ? view : nil
        }
        for (namespace, pid) in [(lab.left, client.pid), (lab.right, server.pid)] {
          let strays = view.closed(in: namespace).filter {
            $0.owner?.process.id.pid != pid && !isForeign($0)
          }
          #expect(strays.count == 0, "such as \(describe(strays.first))")
        }
      }
    }

    /// With room for two dozens of ends, most of them are lost.
    @Test func `lost ends are counted, and leave nothing behind`() async throws {
      try await Lab.with { lab in
        var configuration = Lab.roomy
        configuration.endedBytes = 4096
        let collector = try await lab.trace(configuration)
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 1000)
        let nears = try await client.ask("hold-many 10.77.0.2 8080 500").joined(separator: " ")
        let fars = try await server.ask("accept-many \(listener.fd) 500").joined(separator: " ")
        async let written = client.ask("write-many \(nears) 1000")
        try await server.ask("read-many \(fars) 1000")
        _ = try await written
        try await collector.wait("all connections") { view in
          let nears = view.live(in: lab.left)
          return nears.count == 500 && nears.allSatisfy { $0.counters.bytesSent == 1000 }
            ? true : nil
        }
        // One that stays, to see that the others do not take it with them.
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        try await client.ask("write \(near.fd) 5")

        // Nobody takes them meanwhile.
        let released = DispatchSemaphore(value: 0)
        async let held: Void = collector.tracer.hold(until: released)
        do {
          defer { released.signal() }
          try await client.ask("close-many \(nears)")
          try await server.ask("close-many \(fars)")
        }
        await held
        let view = try await collector.wait("the end of all") { view in
          let left = view.live(in: lab.left)
          let right = view.live(in: lab.right).filter { !$0.isListener }
          return left.count == 1 && right.count == 1 && view.closed(in: lab.left).count == 500
            ? view : nil
        }
        #expect(view.health.endsLost > 0)
        #expect(view.live(near) != nil)
        #expect(view.live(far) != nil)
        let ends = view.closed(in: lab.left)
        #expect(ends.allSatisfy { $0.counters.bytesSent == 1000 })
        let unseen = ends.count { $0.end?.reason == .unknown }
        let unseenFar = view.closed(in: lab.right).count { $0.end?.reason == .unknown }
        #expect(unseen + unseenFar > 0)
        let health = view.health
        let counted = health.endsLost + health[.unseen]
        #expect(unseen + unseenFar <= Int(counted))

        try await client.ask("write \(near.fd) 1000")
        try await collector.wait("figures of the one that stays") { view in
          view.live(far)?.counters.bytesReceived == 1005 ? true : nil
        }
      }
    }

    /// They are met in their namespaces and in the files of each process that holds them.
    @Test func `sockets without room that are older than the tracer are counted once`() async throws
    {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 2000)
        _ = try await client.ask("hold-many 10.77.0.2 8080 1500")
        // The others wait to be accepted: a second walk finds their listeners.
        _ = try await server.ask("accept-many \(listener.fd) 1400")
        _ = try await server.fork()
        var configuration = SourceConfiguration()
        configuration.capacity = 1
        let collector = try await lab.trace(configuration)
        let health = await collector.view.health
        // 3,001 sockets here, and those of others.
        #expect(health[.openings] >= 3001 - 1024)
        #expect(health[.openings] < 3001)
        #expect(health.tracked <= health.capacity)
        #expect(health.tracked > health.capacity / 2)
      }
    }

    @Test func `a full table is counted, and ends are told all the same`() async throws {
      try await Lab.with { lab in
        var configuration = SourceConfiguration()
        configuration.capacity = 1
        let collector = try await lab.trace(configuration)
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 2000)
        // Both ends of more connections than the least table has slots.
        let nears = try await client.ask("hold-many 10.77.0.2 8080 1500").joined(separator: " ")
        let fars = try await server.ask("accept-many \(listener.fd) 1500").joined(separator: " ")
        try await collector.wait("a full table") { $0.health[.openings] > 0 ? true : nil }
        async let written = client.ask("write-many \(nears) 1000")
        try await server.ask("read-many \(fars) 1000")
        _ = try await written
        try await client.ask("close-many \(nears)")
        try await server.ask("close-many \(fars)")
        let view = try await collector.wait("all ends") { view in
          view.closed(in: lab.left).count == 1500 && view.closed(in: lab.right).count == 1500
            ? view : nil
        }
        #expect(view.closed(in: lab.left).allSatisfy { $0.counters.bytesSent == 1000 })
        #expect(view.closed(in: lab.right).allSatisfy { $0.counters.bytesReceived == 1000 })
        // Those without a slot: the owner is known where the process closes, the opening is not.
        #expect(view.closed(in: lab.left).contains { $0.openedAt == nil })
        #expect(view.live(in: lab.left).isEmpty)

        // There is room again.
        let near = try await client.connect("10.77.0.2", 8080)
        try await collector.wait("a new connection") { view in
          view.live(near)?.openedAt != nil ? true : nil
        }
      }
    }
  }
}

/// Whether a process that is no part of the test closed it: another monitor of the host that looked
/// at its file in that moment.
private func owner(of end: Connection, isNoneOf processes: [Int32]) -> Bool {
  end.owner?.source == .close && !processes.contains(end.owner?.process.id.pid ?? 0)
}

/// An owner, whose process is no plain value.
private func describe(_ connection: Connection?) -> String {
  guard let connection, let owner = connection.owner else { return "\(connection as Any)" }
  return "\(owner.source) by \(owner.process.id) \(owner.process.name): \(connection)"
}
