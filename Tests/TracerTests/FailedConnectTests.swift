import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Attempts to connect that fail, with the error that their process gets.
  @Suite(.needs(.reasons)) struct FailedConnects {
    /// What `connect` answers.
    private func refusal(
      _ client: Traffic,
      _ socket: Traffic.Socket,
      _ host: String,
      _ port: Int = 8080
    ) async throws -> String {
      let refusal = await #expect(throws: Traffic.Refusal.self) {
        try await client.ask("connect \(socket.fd) \(host) \(port)")
      }
      return try #require(refusal).name
    }

    /// All ends of a socket.
    private func ends(_ view: Collector.View, of socket: Traffic.Socket) -> [Connection] {
      view.closed.values.filter { $0.id.cookie == socket.cookie }
    }

    @Test(arguments: ["10.77.0.2", "2001:db8::11"])
    func `refused`(host: String) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket(family: host.contains(":") ? 6 : 4)
        let name = try await refusal(client, socket, host)
        let end = try await collector.wait("the end") { $0.closed(socket) }
        #expect(name == "ECONNREFUSED")
        #expect(end.end?.errorName == name)
        #expect(end.end?.reason == .refused)
      }
    }

    @Test func `not answered`() async throws {
      try await Lab.with { lab in
        try lab.loseFirst(100, "tcp dport 8080", to: lab.right)
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket()
        try await client.ask("syn-count \(socket.fd) 1")
        let name = try await refusal(client, socket, "10.77.0.2")
        let end = try await collector.wait("the end") { $0.closed(socket) }
        #expect(name == "ETIMEDOUT")
        #expect(end.end?.errorName == name)
        let again = try #require(end.counters.retransmits)
        #expect(again > 0)
        #expect(end.counters.lossCauses?.retransmits == LossCauses.Retransmits(syn: again))
        let openedAt = try #require(end.openedAt)
        // One second for the SYN and more for its repetition.
        #expect(try #require(end.end).at.seconds(since: openedAt) >= 1.9)
      }
    }

    @Test func `a host that answers no ARP`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket()
        let name = try await refusal(client, socket, "10.77.0.99")
        let end = try await collector.wait("the end") { $0.closed(socket) }
        #expect(name == "EHOSTUNREACH")
        #expect(end.end?.errorName == name)
        #expect(end.end?.reason == .unreachable)
      }
    }

    /// The answer finds the socket locked by the call of connect, and ends nothing: the process
    /// fetches it and closes the socket, or closes it without.
    @Test(
      arguments: [
        ("10.77.0.2", "icmp type host-unreachable", "EHOSTUNREACH"),
        ("2001:db8::11", "icmpv6 type admin-prohibited", "EACCES"),
      ],
      [true, false]
    )
    func `answered by ICMP at once`(
      to: (host: String, answer: String, error: String),
      isFetched: Bool
    ) async throws {
      try await Lab.with { lab in
        try lab.right.filter(
          """
          add table inet wall; \
          add chain inet wall input { type filter hook input priority 0; }; \
          add rule inet wall input tcp dport 8080 reject with \(to.answer)
          """
        )
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket(family: to.host.contains(":") ? 6 : 4)
        try await client.ask("begin \(socket.fd) \(to.host) 8080")
        if isFetched {
          let refusal = await #expect(throws: Traffic.Refusal.self) {
            try await client.ask("await \(socket.fd)")
          }
          #expect(refusal?.name == to.error)
        } else {
          try await collector.batches(2)
        }
        try await client.ask("close \(socket.fd)")
        let end = try await collector.wait("the end") { $0.closed(socket)?.end }
        #expect(end.errorName == to.error)
        #expect(end.reason == .unreachable)
        #expect(end.neverEstablished)
      }
    }

    @Test func `given up`() async throws {
      try await Lab.with { lab in
        try lab.loseFirst(100, "tcp dport 8080", to: lab.right)
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket()
        try await client.ask("begin \(socket.fd) 10.77.0.2 8080")
        try await client.ask("close \(socket.fd)")
        let end = try await collector.wait("the end") { $0.closed(socket)?.end }
        #expect(end.reason == .cancelled)
        #expect(end.neverEstablished)
        #expect(end.errorName == nil)
        #expect(end.reset == nil)
      }
    }

    @Test func `without a free port, once`() async throws {
      try await Lab.with { lab in
        try lab.left.set("net.ipv4.ip_local_port_range", "40000 40000")
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        _ = try await server.listen("10.77.0.2", 8080)
        _ = try await client.connect("10.77.0.2", 8080)
        let socket = try await client.socket()
        let name = try await refusal(client, socket, "10.77.0.2")
        let end = try await collector.wait("the end") { $0.closed(socket) }
        #expect(name == "EADDRNOTAVAIL")
        #expect(end.end?.errorName == name)
        #expect(end.end?.reason == .failed)
        #expect(end.remote.description == "10.77.0.2:8080")
        #expect(end.owner?.process.id.pid == client.pid)
        try await collector.batches(3)
        #expect(ends(await collector.view, of: socket).count == 1)
      }
    }

    @Test(arguments: ["10.99.0.1", "2001:db8:1::1"])
    func `without a route, where the kernel lets it be seen`(host: String) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket(family: host.contains(":") ? 6 : 4)
        #expect(try await refusal(client, socket, host) == "ENETUNREACH")
        // The next one ends after it.
        let later = try await client.socket()
        _ = try await refusal(client, later, "10.77.0.2")
        try await collector.wait("the later end") { $0.closed(later) }
        let view = await collector.view
        let ends = ends(view, of: socket)
        guard !view.health.limitations.contains(where: { $0.what.contains("before a SYN") }) else {
          #expect(ends.isEmpty)
          return
        }
        let end = try #require(ends.first)
        #expect(ends.count == 1)
        #expect(end.end?.errorName == "ENETUNREACH")
        #expect(end.end?.reason == .unreachable)
        #expect(end.remote == Endpoint(address: try #require(Address(host)), port: 8080))
        #expect(end.owner?.process.id.pid == client.pid)
        #expect(end.direction == .outgoing)
      }
    }
  }
}
