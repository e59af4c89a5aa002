import Connections
import Glibc
import Synchronization
import Testing

@testable import Tracer

/// Two namespaces joined by a pair of veth devices, the processes in them and the tracers that
/// watch them. Ends with all that it made.
///
///     left  10.77.0.1  2001:db8::10 ── 10.77.0.2  2001:db8::11  right
final class Lab: Sendable {
  let left: TestNamespace
  let right: TestNamespace
  private let made = Mutex<(processes: [Traffic], tracers: [Collector])>(([], []))

  /// Whether this process may make namespaces and load BPF programs.
  static var isPossible: Bool { geteuid() == 0 }
  static let need: Comment = "needs root: makes network namespaces and loads BPF programs"

  private init() throws {
    left = try TestNamespace.make()
    do {
      right = try TestNamespace.make()
    } catch {
      left.delete()
      throw error
    }
  }

  /// Joins the two. Each knows the other's hardware address, so that no crowd can crowd out what would
  /// ask for it.
  private func wire() async throws {
    let ends = [
      (namespace: left, v4: "10.77.0.1", v6: "2001:db8::10", hardware: "02:00:00:00:00:01"),
      (namespace: right, v4: "10.77.0.2", v6: "2001:db8::11", hardware: "02:00:00:00:00:02"),
    ]
    try run(
      ["ip", "link", "add", "veth0", "address", ends[0].hardware, "netns", left.name]
        + ["type", "veth"]
        + ["peer", "name", "veth0", "address", ends[1].hardware, "netns", right.name]
    )
    for (end, other) in zip(ends, ends.reversed()) {
      let ip = ["ip", "-n", end.namespace.name]
      try run(ip + ["address", "add", "\(end.v4)/24", "dev", "veth0"])
      try run(ip + ["address", "add", "\(end.v6)/64", "dev", "veth0", "nodad"])
      try run(ip + ["link", "set", "veth0", "up"])
      for address in [other.v4, other.v6] {
        try run(ip + ["neighbour", "add", address, "lladdr", other.hardware, "dev", "veth0"])
      }
    }
    // The kernel starts a device in the background, and drops what is sent before. So it does with the
    // route to an address of its own.
    let deadline = ContinuousClock.now + .seconds(Patience.seconds(60))
    for end in ends {
      while try !isUp(end.namespace, end.v6) {
        guard ContinuousClock.now < deadline else { throw HarnessError("no device that is up") }
        try await Task.sleep(for: .milliseconds(10))
      }
    }
  }

  private func isUp(_ namespace: TestNamespace, _ address: String) throws -> Bool {
    let ip = ["ip", "-n", namespace.name]
    let link = try run(ip + ["link", "show", "dev", "veth0"])
    let routes = try run(ip + ["-6", "route", "show", "table", "local"])
    return link.contains(" state UP ") && !link.contains(" qdisc noop ")
      && routes.contains("local \(address) ")
  }

  /// Drops one in 50 of the segments with data that come to port 8080 on the right.
  func loseSegments() throws {
    // A segment each packet, or a drop takes several.
    for namespace in [left, right] {
      try run("ip", "-n", namespace.name, "link", "set", "veth0", "gso_max_segs", "1")
    }
    try right.filter(
      """
      add table inet lossy; \
      add chain inet lossy input { type filter hook input priority 0; }; \
      add rule inet lossy input tcp dport 8080 meta length > 100 \
      numgen inc mod 50 == 49 counter drop
      """
    )
  }

  /// How many `loseSegments` has dropped.
  func lostSegments() throws -> UInt64 {
    let rules = try run("ip", "netns", "exec", right.name, "nft", "list", "ruleset")
    let words = rules.split { $0 == " " || $0 == "\n" }
    guard let index = words.firstIndex(of: "packets"), index + 1 < words.count,
      let count = UInt64(words[index + 1])
    else { throw HarnessError("no counter in \(rules)") }
    return count
  }

  /// Drops the first packets that come to one side and match an expression of nft.
  func loseFirst(_ count: Int, _ match: String, to namespace: TestNamespace) throws {
    try namespace.filter(
      """
      add table inet first; \
      add chain inet first input { type filter hook input priority 0; }; \
      add rule inet first input \(match) numgen inc mod 1000000 < \(count) counter drop
      """
    )
  }

  /// A process that makes traffic.
  func process(in namespace: TestNamespace) throws -> Traffic {
    let process = try Traffic(in: namespace.path)
    made.withLock { $0.processes.append(process) }
    return process
  }

  /// Room for what others on the host do meanwhile: a full table would take openings from a test.
  /// Nor does a test wait long for a scan that only time makes due.
  static var roomy: SourceConfiguration {
    var configuration = SourceConfiguration()
    configuration.capacity = 200_000
    configuration.endedBytes = 32 << 20
    configuration.scanPeriod = 1
    return configuration
  }

  /// Starts a tracer, and waits for its first batch.
  func trace(
    _ configuration: SourceConfiguration = roomy,
    every interval: Duration = .milliseconds(50)
  ) async throws -> Collector {
    let collector = try Collector(configuration, every: interval)
    made.withLock { $0.tracers.append(collector) }
    try await collector.wait("the first batch") { $0.batches > 0 ? true : nil }
    return collector
  }

  private func end() async {
    let made = made.withLock { $0 }
    for process in made.processes { process.end() }
    for tracer in made.tracers {
      await tracer.stop()
      let faults = await tracer.faults
      #expect(faults == [], "deltas that contradict each other")
    }
    left.delete()
    right.delete()
  }

  static func with<Result>(
    _ body: (Lab) async throws -> Result
  ) async throws -> Result {
    let lab = try Lab()
    do {
      try await lab.wire()
      let result = try await body(lab)
      await lab.end()
      return result
    } catch {
      await lab.end()
      throw error
    }
  }
}
