import CTracer
import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// What is opened, passed on, closed and opened again while the tracer looks at all sockets.
  @Suite(.needs(.heldEnds)) struct Interleavings {
    /// Sockets of others, so that a pass takes long and one is always under way.
    private static let crowd = Patience.crowd(4000)
    private static let lines = 3
    private static let acts = 1000 / Patience.factor

    @Test func `each connection once, with its figures and owners`() async throws {
      try await Lab.with { lab in
        try lab.left.set("net.ipv4.ip_local_port_range", "1024 65535")
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 80, backlog: 1000)
        for _ in 0..<max(1, Self.crowd / 1000) {
          try await client.ask("hold-many 10.77.0.2 80 1000")
          try await server.ask("accept-many \(listener.fd) 1000")
        }
        let collector = try await lab.trace(every: .milliseconds(1))
        let before = await collector.view.batches
        let stories = try await act(in: lab)
        // Many passes met it.
        #expect(await collector.view.batches - before > Self.acts / 100)

        let view = try await collector.waitForKernel(lab)
        #expect(view.health[.openings] == 0)
        let ends = view.closed(in: lab.left) + view.closed(in: lab.right)
        let nears = differences(of: stories, \.near, { [$0.sent, $0.received] }, in: view) {
          $0.process.id.pid == $1.client
        }
        let fars = differences(of: stories, \.far, { [$0.received, $0.sent] }, in: view) {
          $1.holders.contains($0.process.id.pid) || $0.source == .listener
        }
        let all = nears + fars
        #expect(all.count <= view.unseen(among: ends), "\(all.first ?? "")")
        try await expectHolders(of: stories.filter { !$0.isOver }, collector)
      }
    }

    /// A scan can meet a socket while its end is reported, when the state is not yet CLOSE.
    @Test func `a scan follows no connection whose end was told`() async throws {
      try await Lab.with { lab in
        let churn = try await Churn(Patience.crowd(100_000), in: lab)
        let (ready, loaded) = AsyncStream.makeStream(of: Void.self)
        let scans = Task.detached {
          defer { loaded.finish() }
          let scanner = try KernelHalf(
            KernelObject.Sizes(
              table: TableSize(first: 1 << 16, most: 1 << 16),
              endedBytes: 128 << 20,
              flows: nil
            )
          )
          loaded.finish()
          var count = 0
          while !Task.isCancelled {
            try scanner.scanFiles()
            count += 1
            await Task.yield()
          }
          var ended: Set<UInt64> = []
          scanner.drain { if case .end(let record) = $0 { ended.insert(record.cookie) } }
          return (count, ended, try scanner.liveCookies())
        }
        defer { scans.cancel() }
        for await _ in ready {}
        try await churn.run()
        scans.cancel()
        let (count, ended, followed) = try await scans.value
        #expect(count > 1)
        #expect(ended.count > churn.connected)
        #expect(ended.intersection(followed) == [])
      }
    }

    private func act(in lab: Lab) async throws -> [Interleaving.Story] {
      try await withThrowingTaskGroup(of: [Interleaving.Story].self) { group in
        for line in 0..<Self.lines {
          group.addTask {
            var interleaving = try await Interleaving(lab, port: UInt16(8080 + line))
            return try await interleaving.run(acts: Self.acts)
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
    }

    /// What was reported about one end of all connections and is not what was done.
    ///
    /// - Parameters:
    ///   - figures: bytes that this end sent and received.
    ///   - isRight: whether this can be the owner of the end.
    private func differences(
      of stories: [Interleaving.Story],
      _ end: KeyPath<Interleaving.Story, Traffic.Socket>,
      _ figures: (Interleaving.Story) -> [UInt64],
      in view: Collector.View,
      isRight: (Owner, Interleaving.Story) -> Bool
    ) -> [String] {
      var differences: [String] = []
      let closed = Dictionary(grouping: view.closed.values, by: \.id.cookie)
      let live = Dictionary(grouping: view.live.values, by: \.id.cookie)
      // A socket that connected again has several connections, and one cookie.
      for (cookie, stories) in Dictionary(grouping: stories, by: { $0[keyPath: end].cookie }) {
        for (told, done) in [
          (closed[cookie], stories.filter(\.isOver)), (live[cookie], stories.filter { !$0.isOver }),
        ] {
          let told = (told ?? []).sorted { $0.id.generation < $1.id.generation }
          if told.map(\.sentAndReceived) != done.map(figures) {
            differences.append("\(told.map(\.sentAndReceived)) \(done)")
          }
          for (connection, story) in zip(told, done)
          where connection.owner.map({ isRight($0, story) }) != true {
            differences.append("\(connection) \(story)")
          }
        }
      }
      return differences
    }

    /// Waits until the holders of each far end are reported: the one that was first, and the other.
    private func expectHolders(
      of stories: [Interleaving.Story],
      _ collector: Collector
    ) async throws {
      for story in stories {
        try await collector.wait("the holders of \(story)") { view -> Bool? in
          guard let owner = view.live(story.far)?.owner else { return nil }
          let told = Set([owner.process.id.pid] + owner.others.map(\.id.pid))
          return told == story.holding ? true : nil
        }
      }
    }
  }
}

extension Connection {
  /// Bytes of payload.
  fileprivate var sentAndReceived: [UInt64] { [counters.bytesSent, counters.bytesReceived] }
}
