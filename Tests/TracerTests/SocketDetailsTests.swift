import Connections
import Glibc
import Testing

@testable import Tracer

extension LiveKernel {
  /// All that the kernel reports about one socket is what `ss` prints of it.
  @Suite struct Details {
    /// Asks for the details of a quiet socket until `ss` prints the same.
    private func compare(
      _ socket: Traffic.Socket,
      in namespace: TestNamespace,
      _ collector: Collector,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> SocketDetails {
      let connection = try await collector.wait("the socket") { $0.live(socket) }
      var differences: [String] = []
      for _ in 0..<40 {
        let answers = try SocketStatistics.all(in: namespace)
        let answer = try #require(answers[socket.cookie], sourceLocation: sourceLocation)
        let details = try #require(
          try await collector.details(of: connection),
          sourceLocation: sourceLocation
        )
        differences = DetailsComparison(details).differences(from: answer)
        #expect(details.state.name == answer.stateName, sourceLocation: sourceLocation)
        if differences.isEmpty { return details }
      }
      Issue.record("\(differences)", sourceLocation: sourceLocation)
      throw HarnessError("ss prints something else")
    }

    @Test(
      arguments: ["10.77.0.2", "2001:db8::11", "::ffff:10.77.0.2"],
      ["reno", "cubic", "bbr"]
    )
    func `of a connection with retransmits`(host: String, control: String) async throws {
      try await Lab.with { lab in
        let transfer = try await lab.lossyTransfer(
          1_000_000,
          answer: 5000,
          to: host,
          listeningAt: "::",
          control: control
        )
        let (collector, near, far) = (transfer.collector, transfer.near, transfer.far)

        let sender = try await compare(near, in: lab.left, collector)
        #expect(sender.congestionControl == control)
        #expect(sender.congestionDetails.isEmpty == (control != "bbr"))
        #expect(sender.totalRetransmits > 0)
        #expect((sender.bytesRetransmitted ?? 0) > 0)
        #expect(sender.busyTime != nil)
        #expect(sender.typeOfService == 0)
        #expect(sender.timer == .none)
        let receiver = try await compare(far, in: lab.right, collector)
        #expect(receiver.bytesReceived == 1_000_000)
        #expect((receiver.outOfOrderReceived ?? 0) > 0)
        let connection = try #require(await collector.view.live(near))
        let time = try #require(try await collector.details(of: connection)).time
        #expect(time > sender.time)
        _ = try await compare(transfer.listener, in: lab.right, collector)
      }
    }

    @Test func `of queues, timers and the time since`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 7)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        _ = try await client.connect("10.77.0.2", 8080)
        let queue = try await compare(listener, in: lab.right, collector)
        #expect(queue.state == .listen)
        #expect(queue.receiveQueue == 1)
        #expect(queue.sendQueue == 7)
        #expect(queue.unacknowledged == 0)
        #expect(queue.rtt == nil)
        #expect(queue.minRTT == nil)

        // The peer's buffer fills; what is left is probed for.
        Task { try? await client.ask("write \(near.fd) 50000000") }
        let connection = try await collector.wait("bytes not sent") { view in
          view.live(near).flatMap { $0.counters.unsent ?? 0 > 0 ? $0 : nil }
        }
        var details = try #require(try await collector.details(of: connection))
        for _ in 0..<1000 where details.timer != .zeroWindowProbe {
          try await collector.batches(1)
          details = try #require(try await collector.details(of: connection))
        }
        #expect(details.timer == .zeroWindowProbe)
        #expect(details.timerExpires > 0)
        #expect(details.sendQueue > 0)
        #expect((details.notSent ?? 0) > 0)
        #expect((details.receiveWindowLimited ?? 0) > 0)
        #expect(details.memory.queued > 0)
        #expect(details.lastDataSent < 600_000)
        let waiting = try await compare(far, in: lab.right, collector)
        #expect(waiting.receiveQueue > 0)
        #expect(waiting.memory.received > 0)
      }
    }

    @Test func `of none but this socket`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        let connection = try await collector.wait("the connection") { $0.live(near) }
        #expect(try await collector.details(of: connection) != nil)
        // The same addresses, but another socket.
        let other = Connection(
          id: Connection.ID(cookie: far.cookie, generation: 0),
          local: connection.local,
          remote: connection.remote,
          netns: connection.netns,
          direction: .outgoing,
          state: .established,
          counters: Counters(),
          owner: connection.owner,
          openedAt: nil
        )
        #expect(try await collector.details(of: other) == nil)
        // The same socket in another namespace, and in none.
        var elsewhere = connection
        elsewhere.netns = lab.right.inode
        #expect(try await collector.details(of: elsewhere) == nil)
        elsewhere.netns = 1
        #expect(try await collector.details(of: elsewhere) == nil)
        // Whose holder is in another namespace.
        elsewhere = connection
        elsewhere.owner = try await collector.wait("the server") { $0.live(far)?.owner }
        #expect(try await collector.details(of: elsewhere) != nil)

        try await client.ask("close \(near.fd)")
        try await server.ask("close \(far.fd)")
        let ended = try await collector.wait("the end") { $0.closed(near) }
        #expect(try await collector.details(of: ended) == nil)
      }
    }

    /// The kernel's lookup by addresses chooses any one of them, or none.
    @Test func `of listeners that share a port, and of a socket of one device`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        for host in ["0.0.0.0", "::"] {
          for backlog in 1...8 {
            let port: UInt16 = host == "::" ? 8081 : 8080
            let listener = try await server.listen(host, port, backlog: backlog, shared: true)
            let details = try await compare(listener, in: lab.right, collector)
            #expect(details.sendQueue == UInt32(backlog))
          }
        }
        for host in ["10.77.0.2", "2001:db8::11", "::ffff:10.77.0.2"] {
          let bound = try await client.socket(family: host.contains(":") ? 6 : 4)
          try await client.ask("device \(bound.fd) veth0")
          try await client.ask("connect \(bound.fd) \(host) \(host.contains("8::") ? 8081 : 8080)")
          _ = try await compare(bound, in: lab.left, collector)
        }
      }
    }
  }
}
