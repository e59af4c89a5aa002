import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Handshakes completed on a listener.
  @Suite(.needs(.accepted)) struct Accepted {
    @Test func `each connection of a listener, accepted or not`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("::", 8080, backlog: 1000)
        let other = try await server.listen("10.77.0.2", 8081)
        let made = try await collector.wait("the listener") { $0.live(listener) }
        #expect(made.counters.accepted == 0)

        let nears = try await client.ask("hold-many 10.77.0.2 8080 300").joined(separator: " ")
        let waiting = try await collector.wait("300 handshakes") { view in
          view.live(listener).flatMap { $0.counters.accepted ?? 0 >= 300 ? $0 : nil }
        }
        #expect(waiting.counters.accepted == 300)
        #expect(waiting.counters.unread == 300)
        let children = await collector.view.live(in: lab.right).filter { !$0.isListener }
        #expect(children.count == 300)
        #expect(children.allSatisfy { $0.counters.accepted == nil })

        // Accepted by a process they are no others.
        try await server.ask("accept-many \(listener.fd) 300")
        try await client.ask("close-many \(nears)")
        _ = try await client.connect("2001:db8::11", 8080)
        try await collector.wait("one more") { view in
          view.live(listener)?.counters.accepted == 301 ? true : nil
        }
        #expect(await collector.view.live(other)?.counters.accepted == 0)

        try await server.ask("close \(listener.fd)")
        let end = try await collector.wait("its end") { $0.closed(listener) }
        #expect(end.counters.accepted == 301)
      }
    }

    /// The queue is as it was, so no other figure tells of the connection.
    @Test func `a connection that came and went between two batches`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace(every: .milliseconds(300))
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        for count in 1...5 {
          let near = try await client.connect("10.77.0.2", 8080)
          let far = try await server.accept(listener)
          try await client.ask("close \(near.fd)")
          try await server.ask("close \(far.fd)")
          try await collector.wait("\(count) handshakes, and none that waits") { view in
            let figures = view.live(listener)?.counters
            return figures?.accepted == UInt64(count) && figures?.unread == 0 ? true : nil
          }
        }
      }
    }

    @Test func `of a listener that is older than the tracer`() async throws {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        _ = try await client.connect("10.77.0.2", 8080)
        let collector = try await lab.trace()
        _ = try await client.connect("10.77.0.2", 8080)
        try await collector.wait("the new connection") { view in
          view.live(listener)?.counters.accepted == 1 ? true : nil
        }
        // A connection that is refused, or half open, is none.
        let refused = try await client.socket()
        _ = try? await client.ask("connect \(refused.fd) 10.77.0.2 8081")
        try await collector.batches(3)
        #expect(await collector.view.live(listener)?.counters.accepted == 1)
      }
    }
  }
}
