import Connections
import Glibc
import Tracer

/// As many short connections as the machine makes, and whether the tracer sees every end.
struct ConnectionRate {
  private let choice: LiveSource.Choice
  private let seconds: Int

  init(_ choice: LiveSource.Choice, quick: Bool) {
    self.choice = choice
    seconds = quick ? 3 : 10
  }

  func measure(_ report: inout Report) async throws {
    let namespace = try Namespace()
    var viewer = Viewer(try choice.open())
    try await viewer.sample()
    let start = Clocks.now
    let workers = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let loads = try (0..<workers).map {
      try Load(.connections, in: namespace, host: "127.0.0.\($0 + 1)")
    }
    var ends = 0
    for _ in 0..<seconds {
      Clocks.sleep(1)
      ends += try await viewer.sample().ends(in: namespace)
    }
    let elapsed = Clocks.now - start
    let made = try loads.reduce(0) { $0 + Int(try $1.stop()) }
    // The last ones may wait for a packet of the kernel's own accord, or for one retransmitted.
    var last = try await viewer.sample()
    ends += last.ends(in: namespace)
    let deadline = Clocks.now + 5
    while ends < 2 * made, Clocks.now < deadline {
      Clocks.sleep(0.1)
      last = try await viewer.sample()
      ends += last.ends(in: namespace)
    }
    let skipped = Self.skippedEvents
    // Two sockets each.
    let missing = 2 * made - ends
    let rate = Double(made) / elapsed
    report.add(
      "opened and closed, \(workers) workers",
      rate,
      .perSecond,
      budget: .atLeast(30_000),
      excuse: missing == 0 ? "the machine makes no more now" : nil
    )
    report.add("ends, of \(2 * made) not seen", Double(missing), .plain, budget: .atMost(0))
    report.add(
      "final records lost",
      Double(last.health.endsLost),
      .plain
    )
    report.add("events the kernel kept from the programs", skipped, .plain)
    report.add("openings without a place", Double(last.health[.openings]), .plain)
    await viewer.source.stop()
  }

  /// Events in the midst of another one on the same CPU: no program runs within itself.
  private static var skippedEvents: Double {
    Files.descriptors("self").reduce(0) { sum, fields in
      sum + (fields["recursion_misses"].flatMap { Double($0) } ?? 0)
    }
  }
}
