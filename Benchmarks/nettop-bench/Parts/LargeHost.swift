import Connections
import Tracer

/// From an ordinary host to one with half a million sockets, all of them real: what batches, memory,
/// keys and the start cost, and how that grows.
struct LargeHost {
  private let choice: LiveSource.Choice
  private let rounds: Int
  /// Connections, two sockets each.
  private let sizes: [Int]

  init(_ choice: LiveSource.Choice, quick: Bool) {
    self.choice = choice
    rounds = quick ? 3 : 5
    sizes = quick ? [2000, 10_000, 50_000] : [10_000, 50_000, 250_000]
  }

  func measure(_ report: inout Report) async throws {
    var growth = Growth()
    for size in sizes {
      let namespace = try Namespace()
      let holders = try Holders(connections: size, in: namespace)
      try await measureBatches(2 * size, holders, &growth, &report)
      try measureScreen(2 * size, holders, &growth, &report)
    }
    growth.report(to: &report)
  }

  private func measureBatches(
    _ rows: Int,
    _ holders: Holders,
    _ growth: inout Growth,
    _ report: inout Report
  ) async throws {
    let viewer = Viewer(try choice.open())
    let start = Clocks.cpu
    let first = try await viewer.batch()
    growth.add("first batch, CPU", rows: rows, Clocks.cpu - start, .milliseconds, to: &report)
    for (name, isActive) in [("idle", false), ("1 % changed", true)] {
      var passes: [Double] = []
      var batches: [Double] = []
      var scanTime = first.health.scanTime
      while passes.count < rounds {
        if isActive { try holders.touch() }
        let start = Clocks.cpu
        let batch = try await viewer.batch()
        let used = Clocks.cpu - start
        // A search for owners is no part of an ordinary batch.
        defer { scanTime = batch.health.scanTime }
        guard scanTime == batch.health.scanTime else { continue }
        passes.append(batch.health.passTime / .seconds(1))
        batches.append(used)
      }
      growth.add("a pass, \(name)", rows: rows, passes.median, .milliseconds, to: &report)
      growth.add("a batch, \(name), CPU", rows: rows, batches.median, .milliseconds, to: &report)
    }
    await viewer.source.stop()
  }

  private func measureScreen(
    _ rows: Int,
    _ holders: Holders,
    _ growth: inout Growth,
    _ report: inout Report
  ) throws {
    let session = try NettopSession(arguments: choice.arguments)
    let start = try session.wait(for: NettopSession.figures)
    growth.add(
      "start to first figures",
      rows: rows,
      start,
      .milliseconds,
      budget: rows == 100_000 ? .atMost(0.8) : nil,
      to: &report
    )
    for _ in 0..<rounds {
      let next = Clocks.now + 1
      try holders.touch()
      session.read(for: next - Clocks.now)
    }
    let memory = session.memory("VmRSS")
    growth.add("resident memory", rows: rows, memory, .megabytes, to: &report)
    let maps = session.kernelMemory()
    if maps > 0 {
      growth.add("BPF maps in the kernel", rows: rows, maps, .megabytes, to: &report)
    }
    for (keys, name) in Self.keys {
      let times = try (0..<rounds).flatMap { _ in
        try keys.map { key in
          session.read(for: 0.2)
          return try session.press(key)
        }
      }
      growth.add("key: \(name)", rows: rows, times.median, .milliseconds, to: &report)
    }
    session.read(for: 0.5)
    let share = try share(session, holders)
    growth.add("1 % active, CPU of a core", rows: rows, share, .percent, to: &report)
  }

  /// The share of a CPU that it uses with 1 % active each second.
  private func share(_ session: NettopSession, _ holders: Holders) throws -> Double {
    let (cpu, wall) = (Clocks.cpu(of: session.pid), Clocks.now)
    for _ in 0..<rounds {
      let next = Clocks.now + 1
      try holders.touch()
      session.read(for: next - Clocks.now)
    }
    return (Clocks.cpu(of: session.pid) - cpu) / (Clocks.now - wall)
  }

  /// Each group leads back to where it began.
  private static let keys: [(keys: [String], name: String)] = [
    (["\u{1b}[B"], "down"), (["b", "r"], "sort"),
    (["2", "1"], "view of processes, and back"), (["3", "1"], "view of hosts, and back"),
    (["/", "1", "\u{15}", "\r"], "a letter of a filter, and without it"),
  ]
}
