import Connections
import Testing

@testable import Tracer

/// Compares what a tracer reports about both ends of a connection with what was sent, and with what
/// the kernel answers `ss` about the same sockets.
struct Oracle: Sendable {
  private let collector: Collector
  private let ends: [End]

  private struct End: Sendable {
    let namespace: TestNamespace
    let socket: Traffic.Socket
    let pid: Int32
  }

  /// - Parameters:
  ///   - from: where the client is, the left if nothing is said.
  ///   - to: where the server is, the right if nothing is said.
  init(
    _ lab: Lab,
    _ collector: Collector,
    _ pair: TCPPair,
    from: TestNamespace? = nil,
    to: TestNamespace? = nil
  ) {
    self.collector = collector
    ends = [
      End(namespace: from ?? lab.left, socket: pair.near, pid: pair.client.pid),
      End(namespace: to ?? lab.right, socket: pair.far, pid: pair.server.pid),
    ]
  }

  /// Waits until both ends have these figures, which the kernel has too.
  ///
  /// - Parameters:
  ///   - client: payload that the client sent.
  ///   - server: payload that the server sent.
  func expect(
    client: Int,
    server: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let wanted = figures(client, server)
    for (end, wanted) in zip(ends, wanted) {
      let live = try await collector.wait("\(wanted) of \(end.socket)", seconds: 20) { view in
        view.live(end.socket).flatMap { $0.counters.unacknowledged == 0 ? $0 : nil }
      }
      var own = live.counters
      // It is quiet: what the next batches report is all there is.
      for _ in 0..<40 where Figures(own) != wanted {
        try await collector.batches(1)
        own = await collector.view.live(end.socket)?.counters ?? own
      }
      #expect(Figures(own) == wanted, sourceLocation: sourceLocation)
      let answer = try SocketStatistics.all(in: end.namespace)[end.socket.cookie]
      var kernel = answer?.counters
      // A FIN that came is a byte to the kernel.
      if answer?.stateName == "CLOSE-WAIT" { kernel?.bytesReceived -= 1 }
      #expect(kernel.map(Figures.init) == wanted, "ss", sourceLocation: sourceLocation)
      var owner = live.owner
      if TestedSource.choice == .diag {
        // It searches for owners now and then.
        owner = try await collector.wait("the owner of \(end.socket)") {
          $0.live(end.socket)?.owner
        }
      }
      #expect(owner?.process.id.pid == end.pid, sourceLocation: sourceLocation)
    }
  }

  /// Waits for both ends' ends, with these figures.
  func expectEnds(
    client: Int,
    server: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for (end, wanted) in zip(ends, figures(client, server)) {
      let closed = try await collector.wait("the end of \(end.socket)", seconds: 30) {
        $0.closed(end.socket)
      }
      #expect(Figures(closed.counters) == wanted, sourceLocation: sourceLocation)
      #expect(closed.owner?.process.id.pid == end.pid, sourceLocation: sourceLocation)
    }
  }

  private func figures(_ client: Int, _ server: Int) -> [Figures] {
    [Figures(sent: client, received: server), Figures(sent: server, received: client)]
  }

  /// Payload of one end.
  struct Figures: Equatable, Sendable {
    let sent: UInt64
    let received: UInt64

    init(sent: Int, received: Int) {
      self.sent = UInt64(sent)
      self.received = UInt64(received)
    }

    init(_ counters: Counters) {
      sent = counters.bytesSent
      received = counters.bytesReceived
    }
  }
}
