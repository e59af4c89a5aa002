import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Each metric of the catalogue is what the kernel answers about the same socket.
  @Suite struct Metrics {
    /// Waits until all metrics of a quiet socket are the kernel's.
    private func compare(
      _ socket: Traffic.Socket,
      _ collector: Collector,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Counters {
      var differences: [String] = []
      for _ in 0..<40 {
        let known = try await collector.wait("the socket") { $0.live(socket) }
        // The kernel's answer first: figures of the next batches are no older.
        let details = try #require(
          try await collector.details(of: known),
          sourceLocation: sourceLocation
        )
        try await collector.batches(2)
        let counters = try #require(
          await collector.view.live(socket)?.counters,
          sourceLocation: sourceLocation
        )
        differences = Metric.all.compactMap { metric in
          guard let kernel = metric.diagnosed?(details) else { return nil }
          let own: Metric.Diagnosed =
            switch metric.value {
            case .number(let number): .number(number(counters))
            case .text(let text): .text(text(counters))
            }
          return own == kernel ? nil : "\(metric.name): \(own), the kernel has \(kernel)"
        }
        if differences.isEmpty { return counters }
      }
      #expect(differences == [], sourceLocation: sourceLocation)
      throw HarnessError("the metrics differ")
    }

    @Test(arguments: ["10.77.0.2", "2001:db8::11"], ["reno", "cubic", "bbr"])
    func `of a connection with retransmits`(host: String, control: String) async throws {
      try await Lab.with { lab in
        // The kernel counts busy time in jiffies, so it has to take longer than one.
        let transfer = try await lab.lossyTransfer(
          16_000_000,
          answer: 5000,
          to: host,
          control: control
        )
        let (collector, near, far) = (transfer.collector, transfer.near, transfer.far)
        let sender = try await compare(near, collector).path
        #expect(sender.congestionControl == control)
        #expect(sender.mss ?? 0 > 500)
        #expect(sender.deliveryRate ?? 0 > 0)
        #expect(sender.busyTime ?? 0 > 0)
        let receiver = try await compare(far, collector).path
        #expect(receiver.receiveSpace ?? 0 > 0)

        // The last figures are those of the end.
        try await transfer.client.ask("close \(near.fd)")
        try await transfer.server.ask("close \(far.fd)")
        let end = try await collector.wait("the end") { $0.closed(near) }
        #expect(end.counters.path.congestionControl == control)
        #expect(end.counters.path.busyTime ?? 0 >= sender.busyTime ?? .max)
        await collector.stop()
      }
    }

    /// While the peer reads nothing, no segment moves, but the time grows in which its window is full.
    @Test func `of a sender whose peer has stopped reading`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        _ = try await server.accept(listener)
        // It blocks, and ends with the process.
        Task { try? await client.ask("write \(near.fd) 50000000") }
        let first = try await collector.wait("a full window") { view in
          view.live(near)?.counters.path.receiveWindowLimited.flatMap { $0 > 0 ? $0 : nil }
        }
        let later = try await collector.wait("half a second more") { view in
          view.live(near)?.counters.path.receiveWindowLimited.flatMap {
            $0 > first + 500_000 ? $0 : nil
          }
        }
        let connection = try #require(await collector.view.live(near))
        let details = try #require(try await collector.details(of: connection))
        #expect(details.receiveWindowLimited ?? 0 >= later)
        #expect(connection.counters.path.busyTime ?? 0 >= later)
        await collector.stop()
      }
    }

    /// No segment moves when a process changes its socket.
    @Test func `of an idle connection whose congestion control is changed`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        _ = try await server.accept(listener)
        let before = try await collector.wait("the connection") {
          $0.live(near)?.counters.path.congestionControl
        }
        try await collector.batches(3)
        let other = before == "reno" ? "cubic" : "reno"
        try await client.ask("congestion \(near.fd) \(other)")
        try await collector.wait(other) {
          $0.live(near)?.counters.path.congestionControl == other ? true : nil
        }
        await collector.stop()
      }
    }

    @Test func `of a listener and of UDP, which have none of the path`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let connection = try await collector.wait("the listener") { $0.live(listener) }
        #expect(connection.counters.path == PathFigures())
        await collector.stop()
      }
    }
  }

  @Suite(.ofBPF) struct JiffiesOfThisKernel {
    /// The kernel gives times in whole jiffies: all of them are multiples of it.
    @Test func `their rate is known`() async throws {
      let kernel = try KernelHalf(
        KernelObject.Sizes(table: TableSize(first: 1024, most: 1024), endedBytes: 4096, flows: nil)
      )
      _ = try kernel.pass { _ in }
      #expect([100, 250, 300, 1000].contains(kernel.jiffies.perSecond))
    }
  }
}

@Suite struct JiffiesTests {
  /// `INITIAL_JIFFIES`, and what a kernel counts since then.
  private func jiffies(_ rate: UInt64, after seconds: Double) -> UInt64 {
    (1 << 32) - 300 * rate + UInt64(seconds * Double(rate))
  }

  @Test(arguments: [100, 250, 300, 1000] as [UInt64])
  func `the rate follows from the count`(rate: UInt64) {
    for seconds in [1.0, 20, 230, 370, 3600, 1e7] {
      var own = Jiffies()
      own.learn(jiffies: jiffies(rate, after: seconds), at: UInt64((seconds + 0.4) * 1e9))
      #expect(own.perSecond == rate, "after \(seconds) s")
    }
    var own = Jiffies()
    // All rates give about the same count then: what is counted meanwhile tells.
    own.learn(jiffies: jiffies(rate, after: 290), at: 290_000_000_000)
    own.learn(jiffies: jiffies(rate, after: 290.2), at: 290_200_000_000)
    #expect(own.perSecond == 0)
    #expect(own.microseconds(1) == nil)
    own.learn(jiffies: jiffies(rate, after: 290.6), at: 290_600_000_000)
    #expect(own.perSecond == rate)
    own = Jiffies()
    own.learn(jiffies: 1 << 50, at: 1_000_000_000_000)
    #expect(own.perSecond == 0, "no kernel has such a rate")
    own.learn(jiffies: jiffies(rate, after: 1000), at: 1_000_000_000_000)
    #expect(own.microseconds(UInt32(rate)) == 1_000_000 / rate * rate)
    #expect(own.microseconds(.max) == nil)
  }
}
