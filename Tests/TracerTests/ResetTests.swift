import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Which end sent a reset, and the kernel's reason.
  @Suite struct Resets {
    /// What a reset that was sent reports on this kernel.
    private func sent(_ reason: String, _ collector: Collector) async throws -> Reset {
      let hasReason =
        TestedSource.choice == .diag
        ? StateTracepoints(try TraceFS())?.resetSent?["reason"] != nil
        : await collector.view.health.resetsWithoutSocket != nil
      return Reset(isSent: true, reason: hasReason ? reason : nil)
    }

    private let received = Reset(isSent: false, reason: nil)

    @Test(.needs(.reasons))
    func `a close with unread bytes`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        try await pair.client.ask("write \(pair.near.fd) 777")
        try await collector.wait("the bytes") { view in
          view.live(pair.far)?.counters.unread == 777 ? true : nil
        }
        try await pair.server.ask("close \(pair.far.fd)")
        let (near, far) = try await pair.ended(collector)
        #expect(far.end?.reset == (try await sent("TCP_ABORT_ON_CLOSE", collector)))
        #expect(far.end?.error == 0)
        #expect(near.end?.reset == received)
        #expect(near.end?.errorName == "ECONNRESET")
      }
    }

    @Test func `an abort, SO_LINGER of 0`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        if TestedSource.choice == .diag {
          // A socket that is kept after its end is reported at once only if a sample had it.
          try await collector.wait("the connection") { $0.live(pair.far) }
        }
        try await pair.client.ask("abort \(pair.near.fd)")
        let (near, far) = try await pair.ended(collector)
        #expect(near.end?.reset == (try await sent("TCP_STATE", collector)))
        #expect(far.end?.reset == received)
      }
    }

    @Test(.needs(.reasons))
    func `data for a connection that was closed, whose socket is no more`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        try await pair.server.ask("close \(pair.far.fd)")
        try await collector.wait("the half-closed connection") { view in
          view.live(pair.near)?.state == .closeWait && view.closed(pair.far) != nil ? true : nil
        }
        try await pair.client.ask("write \(pair.near.fd) 1")
        let (near, far) = try await pair.ended(collector)
        #expect(far.end?.reason == .fin)
        #expect(far.end?.reset == nil)
        #expect(near.end?.reset == received)
        #expect(near.end?.errorName == "EPIPE")
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
        let expected = try await sent("TCP_STATE", collector)
        #expect(ends.allSatisfy { $0.reset == expected })
      }
    }

    @Test(.needs(.heldEnds))
    func `of a port on which nobody listens`() async throws {
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
        let pair = try await TCPPair.make(lab)
        try await pair.server.ask("close \(pair.far.fd)")
        try await pair.client.ask("close \(pair.near.fd)")
        let (near, far) = try await pair.ended(collector)
        #expect(near.end?.reset == nil && far.end?.reset == nil)
        #expect(near.end?.error == 0 && far.end?.error == 0)
      }
    }
  }
}
