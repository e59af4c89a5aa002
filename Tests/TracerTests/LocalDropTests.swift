import Connections
import Testing

@testable import Tracer

extension LiveKernel.Exact {
  /// What this host's own firewall or queue drops has not left. The kernel's `bytes_sent` counts it at
  /// each attempt.
  @Suite(.needs(.causes)) struct LocalDrops {
    /// Payload as `ss` reports it, which shows that the traffic is what the test is about.
    private func countedByKernel(_ socket: Traffic.Socket, _ lab: Lab) throws -> UInt64 {
      try #require(SocketStatistics.all(in: lab.left)[socket.cookie]).counters.bytesSent
    }

    /// Lets no segment out of the left.
    private func shut(_ lab: Lab) throws {
      try lab.left.filter(
        """
        add table inet shut; \
        add chain inet shut output { type filter hook output priority 0; }; \
        add rule inet shut output meta l4proto tcp drop
        """
      )
    }

    private func open(_ lab: Lab) throws { try lab.left.filter("delete table inet shut") }

    /// A connection between the left, which sends, and the right.
    private func connection(
      _ lab: Lab,
      sendsFrom end: TCPPair.End
    ) async throws -> (
      sender: Traffic, out: Traffic.Socket, receiver: Traffic, into: Traffic.Socket
    ) {
      let (left, right) = (try lab.process(in: lab.left), try lab.process(in: lab.right))
      if end == .client {
        let listener = try await right.listen("10.77.0.2", 8080)
        let out = try await left.connect("10.77.0.2", 8080)
        return (left, out, right, try await right.accept(listener))
      }
      let listener = try await left.listen("2001:db8::10", 8080)
      let into = try await right.connect("2001:db8::10", 8080)
      return (left, try await left.accept(listener), right, into)
    }

    @Test(arguments: [TCPPair.End.client, .server])
    func `refused by the firewall`(of end: TCPPair.End) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let (sender, out, receiver, into) = try await connection(lab, sendsFrom: end)
        try await sender.ask("write \(out.fd) 100")
        try await receiver.ask("read \(into.fd) 100")

        try shut(lab)
        try await sender.ask("write \(out.fd) 10000")
        // A segment at each try: soon more than was ever written.
        while try countedByKernel(out, lab) <= 10_100 { try await collector.batches(1) }
        try await collector.batches(2)
        let blocked = try #require(await collector.view.live(out)).counters
        #expect(blocked.bytesSent == 100)
        #expect(blocked.unsent == 10_000)

        try open(lab)
        // What is written now does not wait for the timer.
        try await sender.ask("write \(out.fd) 1")
        try await receiver.ask("read \(into.fd) 10001")
        try await collector.wait("all that left", seconds: 20) { view in
          view.live(out).flatMap { $0.counters.bytesSent == 10_101 ? $0 : nil }
        }
        #expect(try countedByKernel(out, lab) > 10_101)

        try shut(lab)
        try await sender.ask("write \(out.fd) 5000")
        try await sender.ask("shutdown \(out.fd)")
        let waiting = try await collector.wait("the FIN that cannot leave") { view in
          view.live(out).flatMap { $0.state == .finWait1 ? $0.counters : nil }
        }
        #expect(waiting.bytesSent == 10_101)
        try await sender.ask("abort \(out.fd)")
        let ended = try await collector.wait("the end") { $0.closed(out) }
        #expect(ended.counters.bytesSent == 10_101)
      }
    }

    @Test func `dropped by the queue of the device`() async throws {
      try await Lab.with { lab in
        try run(
          "tc",
          "-n",
          lab.left.name,
          "qdisc",
          "add",
          "dev",
          "veth0",
          "root",
          "tbf",
          "rate",
          "100mbit",
          "burst",
          "4kb",
          "limit",
          "8kb"
        )
        let collector = try await lab.trace()
        let (sender, out, receiver, into) = try await connection(lab, sendsFrom: .client)
        async let written = sender.ask("write \(out.fd) 2000000")
        try await receiver.ask("read \(into.fd) 2000000")
        _ = try await written
        let live = try await collector.wait("all that left", seconds: 20) { view in
          view.live(out).flatMap { $0.counters.unacknowledged == 0 ? $0 : nil }
        }
        #expect(live.counters.bytesSent == 2_000_000)
        #expect(try countedByKernel(out, lab) > 2_000_000)
        try await sender.ask("close \(out.fd)")
        try await receiver.ask("close \(into.fd)")
        let ended = try await collector.wait("the end") { $0.closed(out) }
        #expect(ended.counters.bytesSent == 2_000_000)
      }
    }
  }
}
