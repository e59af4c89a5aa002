import Tracer

/// What nettop costs where nothing happens: the host as it is.
struct IdleCost {
  private let choice: LiveSource.Choice
  private let seconds: Double

  init(_ choice: LiveSource.Choice, quick: Bool) {
    self.choice = choice
    seconds = quick ? 4 : 20
  }

  func measure(_ report: inout Report) throws {
    let session = try NettopSession(arguments: choice.arguments)
    _ = try session.wait(for: NettopSession.figures)
    session.read(for: 2)
    let before = (cpu: Clocks.cpu(of: session.pid), wall: Clocks.now)
    session.read(for: seconds)
    let after = (cpu: Clocks.cpu(of: session.pid), wall: Clocks.now)
    report.add("CPU of a core", (after.cpu - before.cpu) / (after.wall - before.wall), .percent)
    report.add(
      "resident memory",
      session.memory("VmRSS"),
      .megabytes,
      budget: .atMost(30e6)
    )
    report.add("BPF maps in the kernel", session.kernelMemory(), .megabytes)
  }
}
