import Connections
import Glibc
import Tracer

/// A host whose CPUs are all busy and whose connections come and go as fast as it can make them: how
/// soon nettop on a terminal obeys, and whether it misses an end.
struct LoadedHost {
  private static let keyLimit = 0.05
  /// Connections a second: as many as are wanted, where the machine can make them.
  private static let rate = 20_000.0
  /// What is pressed, in turn.
  private static let keys = ["\u{1b}[B", "b", "\u{1b}[6~", "r", "\u{1b}[F", "\u{1b}[H"]

  private let choice: LiveSource.Choice
  private let seconds: Double

  init(_ choice: LiveSource.Choice, quick: Bool) {
    self.choice = choice
    seconds = quick ? 10 : 40
  }

  func measure(_ report: inout Report) async throws {
    try measureKeys(&report)
    try await measureLosses(&report)
  }

  private func measureKeys(_ report: inout Report) throws {
    let namespace = try Namespace()
    let session = try NettopSession(arguments: choice.arguments)
    _ = try session.wait(for: NettopSession.figures)
    let load = try BusyHost(namespace, rate: Self.rate)
    session.read(for: 3)
    var times: [Double] = []
    let (made, start) = (load.made, Clocks.now)
    let cpu = Clocks.cpu(of: session.pid)
    while Clocks.now < start + seconds {
      session.read(for: .random(in: 0.1...0.2))
      times.append(try session.pressAndRepaint(Self.keys[times.count % Self.keys.count]))
    }
    let elapsed = Clocks.now - start
    let share = (Clocks.cpu(of: session.pid) - cpu) / elapsed
    report.add(
      "opened and closed beside \(load.spinning) spinning processes",
      Double(load.made - made) / elapsed,
      .perSecond
    )
    report.add("nettop, CPU of a core", share, .percent)
    report.add("nettop, resident memory", session.memory("VmRSS"), .megabytes)
    times.sort()
    let late = times.count { $0 > Self.keyLimit }
    report.add("key to its frame, median of \(times.count)", times.median, .milliseconds)
    report.add("key to its frame, 95 of 100", times[times.count * 95 / 100], .milliseconds)
    report.add(
      "key to its frame, longest",
      times.last ?? 0,
      .milliseconds,
      budget: .atMost(Self.keyLimit)
    )
    report.add("keys that took longer than 50 ms", Double(late), .plain, budget: .atMost(0))
    try load.stop()
  }

  /// The same load, with the batches taken in by the bench: it knows how many connections there were.
  private func measureLosses(_ report: inout Report) async throws {
    let namespace = try Namespace()
    var viewer = Viewer(try choice.open())
    try await viewer.sample()
    let load = try BusyHost(namespace, rate: Self.rate)
    var ends = 0
    for _ in 0..<Int(seconds) {
      Clocks.sleep(1)
      ends += try await viewer.sample().ends(in: namespace)
    }
    let made = try load.stop()
    // The last ones may wait for a packet of the kernel's own accord, or for one retransmitted.
    let deadline = Clocks.now + 5
    var last = try await viewer.sample()
    ends += last.ends(in: namespace)
    while ends < 2 * made, Clocks.now < deadline {
      Clocks.sleep(0.1)
      last = try await viewer.sample()
      ends += last.ends(in: namespace)
    }
    let missing = 2 * made - ends
    let counted = Int(last.health.endsLost)
    report.add("ends of \(2 * made) not seen", Double(missing), .plain, budget: .atMost(0))
    report.add("final records lost, as counted", Double(counted), .plain)
    report.add(
      "ends missing that no loss explains",
      Double(max(0, missing - counted)),
      .plain,
      budget: .atMost(0)
    )
    await viewer.source.stop()
  }
}
