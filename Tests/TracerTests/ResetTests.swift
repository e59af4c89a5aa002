import Testing

@testable import Tracer

extension LiveKernel {
  /// Which end sent a reset, and the kernel's reason.
  @Suite struct Resets {
    private typealias Pair = (
      client: Traffic, server: Traffic, near: Traffic.Socket, far: Traffic.Socket
    )

    private func connected(_ lab: Lab) async throws -> Pair {
      let client = try lab.process(in: lab.left)
      let server = try lab.process(in: lab.right)
      let listener = try await server.listen("10.77.0.2", 8080)
      let near = try await client.connect("10.77.0.2", 8080)
      return (client, server, near, try await server.accept(listener))
    }

    private func ends(
      of pair: Pair,
      _ collector: Collector
    ) async throws -> (near: Connection.End, far: Connection.End) {
      try await collector.wait("both ends") { view in
        view.closed(pair.near)?.end.flatMap { near in
          view.closed(pair.far)?.end.map { (near, $0) }
        }
      }
    }

    /// What a reset that was sent tells on this kernel.
    private func sent(_ reason: String, _ collector: Collector) async -> Reset {
      let health = await collector.view.health
      return Reset(isSent: true, reason: health.resetsWithoutSocket == nil ? nil : reason)
    }

    private let received = Reset(isSent: false, reason: nil)

    @Test func `a close with unread bytes`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await connected(lab)
        try await pair.client.ask("write \(pair.near.fd) 777")
        try await collector.wait("the bytes") { view in
          view.live(pair.far)?.counters.unread == 777 ? true : nil
        }
        try await pair.server.ask("close \(pair.far.fd)")
        let ends = try await ends(of: pair, collector)
        #expect(ends.far.reset == (await sent("TCP_ABORT_ON_CLOSE", collector)))
        #expect(ends.far.error == 0)
        #expect(ends.near.reset == received)
        #expect(ends.near.errorName == "ECONNRESET")
      }
    }

    @Test func `an abort, SO_LINGER of 0`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await connected(lab)
        try await pair.client.ask("abort \(pair.near.fd)")
        let ends = try await ends(of: pair, collector)
        #expect(ends.near.reset == (await sent("TCP_STATE", collector)))
        #expect(ends.far.reset == received)
      }
    }

    @Test func `data for a connection that was closed, whose socket is no more`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await connected(lab)
        try await pair.server.ask("close \(pair.far.fd)")
        try await collector.wait("the half-closed connection") { view in
          view.live(pair.near)?.state == .closeWait && view.closed(pair.far) != nil ? true : nil
        }
        try await pair.client.ask("write \(pair.near.fd) 1")
        let ends = try await ends(of: pair, collector)
        #expect(ends.far.reason == .fin)
        #expect(ends.far.reset == nil)
        #expect(ends.near.reset == received)
        #expect(ends.near.errorName == "EPIPE")
      }
    }

    @Test func `an abort of many, each with its reset`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        var near: [Traffic.Socket] = []
        for _ in 0..<50 {
          near.append(try await client.connect("10.77.0.2", 8080))
          _ = try await server.accept(listener)
        }
        for socket in near { try await client.ask("abort \(socket.fd)") }
        let sockets = near
        let ends = try await collector.wait("all ends") { view in
          let ends = sockets.compactMap { view.closed($0)?.end }
          return ends.count == sockets.count ? ends : nil
        }
        let expected = await sent("TCP_STATE", collector)
        #expect(ends.allSatisfy { $0.reset == expected })
      }
    }

    @Test func `of a port on which nobody listens`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let before = await collector.view.health.resetsWithoutSocket
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket()
        _ = await #expect(throws: Traffic.Refusal.self) {
          try await client.ask("connect \(socket.fd) 10.77.0.2 8080")
        }
        let end = try await collector.wait("the end") { $0.closed(socket)?.end }
        #expect(end.reset == received)
        #expect(end.reason == .refused)
        try await collector.batches(1)
        if let before {
          #expect((await collector.view.health.resetsWithoutSocket ?? 0) > before)
        }
      }
    }

    @Test func `none, where FINs ended it`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await connected(lab)
        try await pair.server.ask("close \(pair.far.fd)")
        try await pair.client.ask("close \(pair.near.fd)")
        let ends = try await ends(of: pair, collector)
        #expect(ends.near.reset == nil && ends.far.reset == nil)
        #expect(ends.near.error == 0 && ends.far.error == 0)
      }
    }
  }
}
