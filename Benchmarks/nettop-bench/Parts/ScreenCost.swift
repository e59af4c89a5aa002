import Tracer

/// The whole of nettop on a terminal, with as many connections as it is made for: CPU, memory, and
/// how soon it obeys.
struct ScreenCost {
  private let choice: LiveSource.Choice
  private let connections: Int
  private let seconds: Int

  init(_ choice: LiveSource.Choice, quick: Bool) {
    self.choice = choice
    // Two sockets each.
    connections = quick ? 10_000 : 50_000
    seconds = quick ? 5 : 20
  }

  func measure(_ report: inout Report) throws {
    let namespace = try Namespace()
    let holders = try Holders(connections: connections, in: namespace)
    let name = "\(2 * connections) sockets, 1 % active"
    try measureScreen(name, holders, &report)
    report.add(
      "\(name), resident memory of a log",
      try LogCost(choice.arguments).memory(after: seconds + 5, of: holders),
      .megabytes,
      budget: .atMost(40e6)
    )
  }

  private func measureScreen(
    _ name: String,
    _ holders: Holders,
    _ report: inout Report
  ) throws {
    let session = try NettopSession(arguments: choice.arguments)
    let start = try session.wait(for: NettopSession.figures)
    session.read(for: 5)
    let before = (cpu: Clocks.cpu(of: session.pid), wall: Clocks.now)
    var frames: [Double] = []
    for _ in 0..<seconds {
      let next = Clocks.now + 1
      try holders.touch()
      frames.append(Double(session.read(for: next - Clocks.now)))
    }
    let after = (cpu: Clocks.cpu(of: session.pid), wall: Clocks.now)
    let share = (after.cpu - before.cpu) / (after.wall - before.wall)
    report.add(
      "\(name), CPU of a core",
      share,
      .percent,
      budget: choice == .bpf ? .atMost(0.05) : nil
    )
    report.add(
      "\(name), resident memory",
      session.memory("VmRSS"),
      .megabytes,
      budget: .atMost(100e6)
    )
    report.add("\(name), of that its own", session.memory("RssAnon"), .megabytes)
    report.add("\(name), BPF maps in the kernel", session.kernelMemory(), .megabytes)
    report.add("\(name), start to first figures", start, .milliseconds)
    report.add("\(name), bytes written each second", frames.median, .plain)
    // In turn, so that each changes what is on the screen.
    for (keys, what) in [(["\u{1b}[B"], "down"), (["G", "g"], "last, first row"), (["b"], "sort")] {
      let times = try (0..<16).map { round in
        session.read(for: 0.15)
        return try session.press(keys[round % keys.count])
      }
      report.add(
        "\(name), key to screen: \(what)",
        times.median,
        .milliseconds,
        budget: .atMost(0.016)
      )
    }
  }
}
