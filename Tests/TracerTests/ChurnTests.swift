import Connections
import Dispatch
import Glibc
import Testing

@testable import Tracer

extension LiveHost {
  /// 200,000 connections by several processes at once, each opened and closed in a moment.
  @Suite struct Churns {
    private static let connections = Patience.crowd(200_000)

    @Test func `none is lost, with the room that there is by default`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace(SourceConfiguration(), every: .seconds(1))
        let churn = try await Churn(Self.connections, in: lab)
        try await churn.run()
        let view = try await collector.waitForKernel(lab)
        #expect(view.health[.openings] == 0)
        let ends = self.ends(view, lab)
        let unseen = view.unseen(among: ends)
        #expect(unseen < Collector.View.mostUnseen)
        func expect(_ count: Int, of made: Int, sourceLocation: SourceLocation = #_sourceLocation) {
          #expect((made - unseen...made).contains(count), sourceLocation: sourceLocation)
        }
        expect(ends.count, of: churn.connected + churn.accepted)
        expect(ends.count(where: { $0.direction == .outgoing }), of: churn.connected)
        expect(ends.count(where: { $0.direction == .incoming }), of: churn.accepted)
        expect(ends.count(where: { $0.end?.reason == .refused }), of: churn.connected / 4)
        #expect(ends.allSatisfy { $0.openedAt != nil })
        expectOnce(ends)
        expectOwners(of: ends, churn)
        // Of the connections that are served, and of no other.
        for (sent, received, direction) in [
          (UInt64(100), UInt64(200), Connection.Direction.outgoing), (200, 100, .incoming),
        ] {
          let served = ends.filter { $0.direction == direction && $0.counters.bytesSent > 0 }
          expect(served.count, of: churn.connected / 4)
          #expect(
            served.allSatisfy {
              $0.counters.bytesSent == sent && $0.counters.bytesReceived == received
            }
          )
        }
      }
    }

    /// Ends wake a tracer while it stops.
    @Test func `tracers come and go under load`() async throws {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.left)
        let count = Patience.crowd(40_000)
        try lab.left.set("net.ipv4.ip_local_port_range", "1024 65535")
        let listener = try await server.listen("127.0.0.1", 80, backlog: 4096)
        async let served = server.ask("churn-serve \(listener.fd) \(count / 4 * 3)")
        async let made = client.ask("churn 127.0.0.1 80 9 \(count)")
        var configuration = SourceConfiguration()
        configuration.endedBytes = 4096
        for _ in 0..<6 {
          let tracer = try Tracer(configuration)
          _ = try await tracer.nextBatch()
          await tracer.stop()
          // Whatever gets the number of the descriptor that was watched is left alone.
          let pipe = try Descriptors(count: 8)
          #expect(try await tracer.nextBatch() == nil)
          #expect(pipe.areIntact)
        }
        _ = try await (served, made)
      }
    }

    /// A second tracer, with room for all, shows what others on the host did meanwhile.
    @Test func `with too little room, what is lost is counted to the last end`() async throws {
      try await Lab.with { lab in
        var roomy = Lab.roomy
        roomy.endedBytes = 256 << 20
        let witness = try await lab.trace(roomy, every: .seconds(1))
        var small = Lab.roomy
        small.endedBytes = 16384
        let collector = try await lab.trace(small)
        let churn = try await Churn(Self.connections / 2, in: lab)
        // Nobody takes them meanwhile.
        let released = DispatchSemaphore(value: 0)
        async let held: Void = collector.tracer.hold(until: released)
        do {
          defer { released.signal() }
          try await churn.run()
        }
        await held
        try await churn.run()
        let view = try await collector.waitForKernel(lab)
        let complete = try await witness.waitForKernel(lab)
        let made = 2 * (churn.connected + churn.accepted)
        let all = ends(complete, lab)
        let unseen = complete.unseen(among: all)
        #expect(unseen < Collector.View.mostUnseen)
        #expect((made - unseen...made).contains(all.count))

        let told = ends(view, lab)
        let seen = told.filter { $0.end?.reason != .unknown }
        let health = view.health
        let lost = health.endsLost + health[.unseen]
        let accounted = seen.count + Int(lost)
        // Others' ends are lost as well, and counted with ours.
        #expect(accounted >= made - unseen)
        #expect(accounted <= made + unseen + complete.closed.count - all.count)
        #expect(seen.count > 0 && seen.count < made)
        expectOnce(told)
        expectOwners(of: seen, churn)
        let whole = all.filter { $0.end?.reason != .unknown }
        let figures = Dictionary(
          uniqueKeysWithValues: whole.map { ($0.id.cookie, Self.figures($0)) }
        )
        let differing = seen.filter { figures[$0.id.cookie] != Self.figures($0) }
        let first = differing.first.map { (Self.figures($0), figures[$0.id.cookie]) }
        #expect(differing.count <= unseen, "such as \(first as Any)")
      }
    }

    /// All but the reasons of drops: a packet that is dropped while its connection ends can find one
    /// tracer still following it, and the other not.
    private static func figures(_ connection: Connection) -> Counters {
      var counters = connection.counters
      counters.lossCauses?.drops = []
      if counters.lossCauses == LossCauses() { counters.lossCauses = nil }
      return counters
    }

    private func ends(_ view: Collector.View, _ lab: Lab) -> [Connection] {
      view.closed.values.filter { $0.netns == lab.left.inode || $0.netns == lab.right.inode }
    }

    private func expectOnce(_ ends: [Connection]) {
      #expect(Set(ends.map(\.id.cookie)).count == ends.count)
    }

    /// The process that connected, and the one that accepted, or would have.
    private func expectOwners(of ends: [Connection], _ churn: Churn) {
      var strays: [Connection] = []
      for end in ends where end.end?.reason != .refused {
        let pair = churn.pair(of: end)
        let expected = pair?.isClient == true ? pair?.pair.client.pid : pair?.pair.server.pid
        if expected == nil || end.owner?.process.id.pid != expected { strays.append(end) }
      }
      let ours = Set(churn.pairs.flatMap { [$0.client.pid, $0.server.pid] } + [getpid()])
      // Closed by another monitor of the host, which looked at its file in that moment.
      let foreign = strays.count {
        $0.owner?.source == .close && !ours.contains($0.owner?.process.id.pid ?? 0)
      }
      #expect(strays.count == foreign, "such as \(strays.first as Any)")
      #expect(foreign < 10)
    }
  }
}

/// Some descriptors of a pipe, and whether they still are what they were.
private struct Descriptors {
  private let ends: [Int32]

  init(count: Int) throws {
    var ends: [Int32] = []
    for _ in 0..<count {
      var pair: [Int32] = [0, 0]
      guard pipe(&pair) == 0 else { throw HarnessError("no pipe") }
      ends += pair
    }
    self.ends = ends
  }

  /// Writes to each pipe and reads from it, and closes it.
  var areIntact: Bool {
    stride(from: 0, to: ends.count, by: 2).allSatisfy { index in
      var byte: UInt8 = 7
      let isWritten = write(ends[index + 1], &byte, 1) == 1
      let isRead = read(ends[index], &byte, 1) == 1
      return isWritten && isRead && close(ends[index]) == 0 && close(ends[index + 1]) == 0
    }
  }
}
