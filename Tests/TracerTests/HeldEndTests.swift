import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Connections that end while a process keeps the socket.
  @Suite struct HeldEnds {
    /// A connection that both ends are reported of, opened before or after the source.
    private func make(_ lab: Lab, isOlder: Bool) async throws -> (TCPPair, Collector) {
      let collector = isOlder ? nil : try await lab.trace()
      let pair = try await TCPPair.make(lab)
      try await pair.client.ask("write \(pair.near.fd) 777")
      try await pair.server.ask("read \(pair.far.fd) 777")
      let source: Collector
      if let collector { source = collector } else { source = try await lab.trace() }
      try await source.wait("both ends, with their figures") { view in
        view.live(pair.near)?.counters.bytesSent == 777
          && view.live(pair.far)?.counters.bytesReceived == 777 ? true : nil
      }
      return (pair, source)
    }

    /// The process closes the socket now: nothing more is reported of it.
    private func expectNoOther(_ pair: TCPPair, _ collector: Collector) async throws {
      try await pair.client.ask("close \(pair.near.fd)")
      try await collector.batches(4)
      let view = await collector.view
      #expect(view.closed.values.count { $0.id.cookie == pair.near.cookie } == 1)
      #expect(view.live(pair.near) == nil)
    }

    @Test(arguments: [false, true])
    func `by a reset of the peer`(isOlder: Bool) async throws {
      try await Lab.with { lab in
        let (pair, collector) = try await make(lab, isOlder: isOlder)
        try await pair.server.ask("abort \(pair.far.fd)")
        let (near, far) = try await pair.ended(collector)
        #expect(near.end?.reason == .reset)
        #expect(near.end?.reset == Reset(isSent: false, reason: nil))
        #expect(near.end?.isUnseen == false)
        #expect(near.counters.bytesSent == 777)
        #expect(far.end?.reason == .reset)
        #expect(far.end?.reset?.isSent == true)
        try await expectNoOther(pair, collector)
      }
    }

    @Test(arguments: [false, true])
    func `by FINs of both ends`(isOlder: Bool) async throws {
      try await Lab.with { lab in
        let (pair, collector) = try await make(lab, isOlder: isOlder)
        try await pair.client.ask("shutdown \(pair.near.fd)")
        try await collector.wait("the half-closed connection") { view in
          view.live(pair.far)?.state == .closeWait ? true : nil
        }
        try await pair.server.ask("close \(pair.far.fd)")
        let (near, far) = try await pair.ended(collector)
        for end in [near, far] {
          #expect(end.end?.reason == .fin)
          #expect(end.end?.reset == nil)
          #expect(end.end?.isUnseen == false)
        }
        #expect(near.counters.bytesSent == 777)
        #expect(far.counters.bytesReceived == 777)
        try await expectNoOther(pair, collector)
      }
    }
  }
}
