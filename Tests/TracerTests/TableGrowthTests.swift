import Connections
import Testing

@testable import Tracer

extension LiveHost {
  @Suite struct TableGrowth {
    /// The kernel half begins with room for few. It asks for more before that is taken.
    @Test func `the table grows while sockets open, and follows each of them`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace(every: .milliseconds(500))
        let before = await collector.view.health
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 20_000)
        try lab.left.set("net.ipv4.ip_local_port_range", "1024 65535")
        let count = Patience.crowd(16_000)
        async let served = server.ask("accept-many \(listener.fd) \(count)")
        let nears = try await client.ask("hold-many 10.77.0.2 8080 \(count)")
        let fars = try await served
        let view = try await collector.wait("all connections") { view in
          view.live(in: lab.left).count == count && view.live(in: lab.right).count == count + 1
            ? view : nil
        }
        #expect(view.health[.openings] == 0)
        #expect(view.health.mapBytes > before.mapBytes)
        #expect(view.live(in: lab.left).allSatisfy { $0.openedAt != nil })
        #expect(view.live(in: lab.right).allSatisfy { $0.openedAt != nil })

        // Those of the smaller tables end once, too.
        try await client.ask("close-many \(nears.joined(separator: " "))")
        try await server.ask("close-many \(fars.joined(separator: " "))")
        let after = try await collector.waitForKernel(lab)
        for namespace in [lab.left, lab.right] {
          let ends = after.closed(in: namespace)
          let unseen = after.unseen(among: ends)
          #expect(unseen < Collector.View.mostUnseen)
          #expect(ends.count == count)
          #expect(ends.count { $0.end?.reason == .fin } >= count - unseen)
        }
        #expect(after.live(in: lab.left).isEmpty)
        #expect(after.health[.openings] == 0)
      }
    }
  }
}
