import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// All figures are those that the kernel answers `ss` about the same socket.
  @Suite struct Figures {
    /// Waits until the figures of quiet sockets are the kernel's, all at once. What differs is
    /// reported: a socket that is quiet does not change any more.
    private func compare(
      _ sockets: [Traffic.Socket],
      in namespace: TestNamespace,
      _ collector: Collector,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      var differences: [String] = []
      for _ in 0..<40 {
        // The kernel's answer first: figures of the next batches are no older.
        let answers = try SocketStatistics.all(in: namespace)
        try await collector.batches(2)
        let view = await collector.view
        differences = []
        for socket in sockets {
          let answer = try #require(answers[socket.cookie], sourceLocation: sourceLocation)
          var own = try #require(view.live(socket), sourceLocation: sourceLocation)
          // The kernel counts neither.
          own.counters.accepted = nil
          own.counters.lossCauses = nil
          // `ss` rounds these: see the tests of metrics.
          own.counters.path = PathFigures()
          if own.counters != answer.counters {
            differences.append("ss: \(answer.counters)\nwe: \(own.counters)")
          }
          #expect(own.state.name == answer.stateName, sourceLocation: sourceLocation)
        }
        if differences.isEmpty { return }
      }
      #expect(differences == [], sourceLocation: sourceLocation)
    }

    @Test func `of a connection after a transfer`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("2001:db8::11", 8080)
        let near = try await client.connect("2001:db8::11", 8080)
        let far = try await server.accept(listener)
        async let written = client.ask("write \(near.fd) 1000000")
        try await server.ask("read \(far.fd) 1000000")
        _ = try await written
        try await server.ask("write \(far.fd) 5000")
        try await client.ask("read \(near.fd) 5000")
        try await compare([near], in: lab.left, collector)
        try await compare([far, listener], in: lab.right, collector)
      }
    }

    @Test func `of queues that nobody empties`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 7)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        // Waits to be accepted.
        let waiting = try await client.connect("10.77.0.2", 8080)

        try await client.ask("write \(near.fd) 4321")
        let unread = try await collector.wait("bytes to read") { view in
          view.live(far).flatMap { $0.counters.unread ?? 0 > 0 ? $0.counters.unread : nil }
        }
        #expect(unread == 4321)

        // More than the peer's buffer takes; the process blocks, and with it ends.
        Task { try? await client.ask("write \(near.fd) 50000000") }
        try await collector.wait("bytes not sent") { view in
          view.live(near).flatMap { $0.counters.unsent ?? 0 > 0 ? true : nil }
        }
        try await compare([near, waiting], in: lab.left, collector)
        try await compare([far, listener], in: lab.right, collector)
        let view = await collector.view
        let queue = try #require(view.live(listener))
        #expect(queue.counters.unread == 1)
        #expect(queue.counters.unacknowledged == 7)
        #expect(queue.isListener)
        #expect(queue.state == .listen)
      }
    }

    @Test func `of a listener whose queue is full: what it dropped`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 1)
        for _ in 0..<6 {
          let attempt = try await client.socket()
          try await client.ask("begin \(attempt.fd) 10.77.0.2 8080")
        }
        try await collector.wait("drops") { view in
          view.live(listener).flatMap { $0.counters.drops ?? 0 > 0 ? true : nil }
        }
        try await compare([listener], in: lab.right, collector)
      }
    }

    @Test(arguments: ["10.77.0.2", "2001:db8::11"])
    func `of retransmits, each of them forced by a drop`(host: String) async throws {
      try await Lab.with { lab in
        let transfer = try await lab.lossyTransfer(2_000_000, to: host)
        let (collector, near, far) = (transfer.collector, transfer.near, transfer.far)
        try await compare([near], in: lab.left, collector)
        try await compare([far], in: lab.right, collector)

        let dropped = try lab.lostSegments()
        let sender = try #require(await collector.view.live(near))
        #expect(dropped > 10)
        // On a busy host acknowledgements come late, and more is repeated than was dropped.
        #expect((sender.counters.retransmits ?? 0) >= dropped)
        #expect(sender.counters.bytesSent == 2_000_000)

        try await transfer.client.ask("close \(near.fd)")
        try await transfer.server.ask("close \(far.fd)")
        let end = try await collector.wait("the end") { $0.closed(near) }
        #expect((end.counters.retransmits ?? 0) >= (sender.counters.retransmits ?? 1))
        #expect(end.counters.bytesSent == 2_000_000)
      }
    }

    /// The pass reads sockets while the kernel works on them: what it catches half done must not
    /// stay so once the socket is quiet.
    @Test func `of connections that fell silent during a pass`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace(every: .microseconds(100))
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080, backlog: 1000)
        let nears = try await client.ask("hold-many 10.77.0.2 8080 400").joined(separator: " ")
        let fars = try await server.ask("accept-many \(listener.fd) 400").joined(separator: " ")
        for _ in 0..<6 {
          async let written = client.ask("write-many \(nears) 3000")
          try await server.ask("read-many \(fars) 3000")
          _ = try await written
          async let answered = server.ask("write-many \(fars) 500")
          try await client.ask("read-many \(nears) 500")
          _ = try await answered
          for namespace in [lab.left, lab.right] {
            let sockets = try SocketStatistics.all(in: namespace).keys
            #expect(sockets.count >= 400)
            try await compare(
              sockets.map { Traffic.Socket(fd: -1, cookie: $0) },
              in: namespace,
              collector
            )
          }
        }
      }
    }
  }
}
