import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// What made the kernel send segments again, where losses are made one by one.
  @Suite(.needs(.causes)) struct Retransmits {
    private static let data = "tcp dport 8080 meta length > 100"

    /// Sends this many bytes over a lossy path; gives the sender's figures when all have arrived.
    private func sent(
      _ bytes: Int,
      _ lose: (Lab) throws -> Void
    ) async throws -> (Counters, kernel: [String: UInt32]) {
      try await Lab.with { lab in
        try lose(lab)
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        async let written = client.ask("write \(near.fd) \(bytes)")
        try await server.ask("read \(far.fd) \(bytes)")
        _ = try await written
        try await collector.wait("the last ACK") { view in
          view.live(near).flatMap {
            $0.counters.bytesSent == UInt64(bytes) && $0.counters.unacknowledged == 0 ? true : nil
          }
        }
        let answer = try #require(try SocketStatistics.all(in: lab.left)[near.cookie])
        try await client.ask("close \(near.fd)")
        try await server.ask("close \(far.fd)")
        let end = try await collector.wait("the end") { $0.closed(near) }
        #expect(end.counters.retransmits == answer.counters.retransmits)
        return (end.counters, try lab.left.counts())
      }
    }

    private func causes(_ counters: Counters) -> LossCauses.Retransmits {
      counters.lossCauses?.retransmits ?? LossCauses.Retransmits()
    }

    @Test func `of a lost tail are a probe`() async throws {
      let (counters, _) = try await sent(1000) { try $0.loseFirst(1, Self.data, to: $0.right) }
      #expect(causes(counters) == LossCauses.Retransmits(probe: 1))
      #expect(counters.retransmits == 1)
    }

    @Test func `of a peer that is gone for a while are timeouts`() async throws {
      // The segment, its probe and two more: the third timeout gets through.
      let (counters, _) = try await sent(1000) { try $0.loseFirst(4, Self.data, to: $0.right) }
      #expect(causes(counters) == LossCauses.Retransmits(timeout: 3, probe: 1))
      #expect(counters.retransmits == 4)
    }

    @Test func `of single losses in a stream are fast ones`() async throws {
      let (counters, kernel) = try await sent(2_000_000) { try $0.loseSegments() }
      let causes = causes(counters)
      #expect(causes.fast > 0)
      #expect(causes.fast == kernel["TcpExtTCPFastRetrans"])
      #expect(causes.syn == 0)
      #expect(
        causes.timeout + causes.fast + causes.probe + causes.syn == counters.retransmits
      )
    }

    @Test func `of a transfer with nothing lost are none that the kernel does not count`()
      async throws
    {
      let (counters, kernel) = try await sent(2_000_000) { _ in }
      // None, unless the machine stood still for so long that its kernel sent a probe.
      let again = try #require(kernel["TcpRetransSegs"])
      #expect(counters.retransmits == again)
      #expect((counters.lossCauses == nil) == (again == 0))
    }

    @Test func `of a lost SYN`() async throws {
      let (counters, _) = try await sent(1000) {
        try $0.loseFirst(1, "tcp dport 8080 tcp flags syn", to: $0.right)
      }
      #expect(causes(counters) == LossCauses.Retransmits(syn: 1))
      #expect(counters.retransmits == 1)
    }

    @Test func `of lost SYN-ACKs, of the listener and the connection`() async throws {
      try await Lab.with { lab in
        try lab.loseFirst(2, "tcp sport 8080 tcp flags & (syn|ack) == syn|ack", to: lab.left)
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        _ = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        let (passive, waiting) = try await collector.wait("the connection") { view in
          view.live(far).flatMap { far in view.live(listener).map { (far, $0) } }
        }
        let again = try #require(passive.counters.retransmits)
        #expect(again >= 2)
        #expect(causes(passive.counters) == LossCauses.Retransmits(syn: again))
        #expect(causes(waiting.counters) == LossCauses.Retransmits(syn: again))
      }
    }

    @Test func `of a connection that had some before it was followed have unknown causes`()
      async throws
    {
      try await Lab.with { lab in
        try lab.loseFirst(1, Self.data, to: lab.right)
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        try await client.ask("write \(near.fd) 1000")
        try await server.ask("read \(far.fd) 1000")
        let collector = try await lab.trace()
        let older = try await collector.wait("the connection") { $0.live(near) }
        #expect(older.counters.retransmits == 1)
        #expect(older.counters.lossCauses == nil)
        try lab.right.filter("flush ruleset")
        try lab.loseFirst(1, Self.data, to: lab.right)
        try await client.ask("write \(near.fd) 1000")
        try await server.ask("read \(far.fd) 1000")
        let counters = try await collector.wait("the second loss") { view in
          view.live(near).flatMap { $0.counters.retransmits == 2 ? $0.counters : nil }
        }
        for cause in [\LossCauses.Retransmits.timeout, \.fast, \.probe, \.syn] {
          #expect(counters.retransmits(cause) == nil)
        }
      }
    }
  }
}
