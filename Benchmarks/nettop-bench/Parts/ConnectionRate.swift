import Glibc
import Tracer

/// As many short connections as the machine makes, and whether the tracer sees every end.
struct ConnectionRate {
  private let seconds: Int

  init(quick: Bool) {
    seconds = quick ? 3 : 10
  }

  func measure(_ report: inout Report) async throws {
    let namespace = try Namespace()
    var viewer = try Viewer()
    try await viewer.sample()
    let start = Clocks.now
    let workers = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let loads = try (0..<workers).map {
      try Load(.connections, in: namespace, host: "127.0.0.\($0 + 1)")
    }
    var ends = 0
    for _ in 0..<seconds {
      Clocks.sleep(1)
      ends += Self.ends(in: try await viewer.sample(), of: namespace)
    }
    let elapsed = Clocks.now - start
    let made = try loads.reduce(0) { $0 + Int(try $1.stop()) }
    // What the kernel does of its own accord may come after the last call.
    Clocks.sleep(0.2)
    let last = try await viewer.sample()
    ends += Self.ends(in: last, of: namespace)
    // Two sockets each.
    let missing = 2 * made - ends
    let rate = Double(made) / elapsed
    report.add(
      "opened and closed, \(workers) workers",
      rate,
      .perSecond,
      budget: .atLeast(20_000),
      excuse: missing == 0 ? "the machine makes no more now" : nil
    )
    report.add("ends, of \(2 * made) not seen", Double(missing), .plain, budget: .atMost(0))
    report.add("final records lost", Double(last.health.recordsLost), .plain)
    report.add("openings without a place", Double(last.health.tableFull), .plain)
    await viewer.tracer.stop()
  }

  private static func ends(in batch: Batch, of namespace: Namespace) -> Int {
    batch.deltas.count { delta in
      guard case .closed(let connection) = delta else { return false }
      return connection.netns == namespace.inode && !connection.isListener
    }
  }
}
