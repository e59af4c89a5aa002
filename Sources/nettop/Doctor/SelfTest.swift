import Connections
import Glibc
import Monitor
import Tracer

/// Makes connections with known traffic, and compares what nettop reports about them with the
/// kernel's answer and with what was sent.
struct SelfTest {
  /// How long nettop may take to report something: searches for owners take 1 % of a CPU at most.
  private static func patience(_ followed: Followed) -> Duration {
    .seconds(10) + followed.health.scanTime * 120
  }

  let batches: Batches.Iterator
  let namespace: OwnNamespace
  private let clock = ContinuousClock()

  /// - Parameter isAlone: whether the source sees a namespace that has neither a name nor a process.
  init(_ batches: Batches.Iterator, isAlone: Bool) {
    self.batches = batches
    namespace = isAlone ? OwnNamespace() : .ofProcess
  }

  /// Runs a case.
  func run(_ test: SelfTestCase, _ followed: inout Followed) async throws -> Finding {
    if let gap = test.needs.first(where: followed.health.gaps.contains) {
      return .skipped(test.name, "not tested: the source does not know \(gap.meaning)")
    }
    if test.proto == .udp, followed.health.udp == .off {
      let isChosen = followed.health.limitations.contains { $0.extent == .chosen }
      return isChosen
        ? .skipped(test.name, "not tested: UDP is not followed (--no-udp)")
        : Finding(test.name, .warning, "not tested: see UDP above")
    }
    let made = namespace.run { () -> Result<[Probe], TestSocket.Refusal> in
      do throws(TestSocket.Refusal) { return .success(try test.make()) } catch {
        return .failure(error)
      }
    }
    switch made {
    case nil:
      return Finding(test.name, .warning, "not tested: cannot create a thread in its namespace")
    case .failure(let refusal) where test.proto == .mptcp && refusal.isWithoutProtocol:
      return .skipped(test.name, "not tested: this kernel has no MPTCP, or net.mptcp.enabled is 0")
    case .failure(let refusal):
      return Finding(
        test.name,
        .warning,
        "not tested: the system refused \(refusal.text)",
        cure: refusal.cure
      )
    case .success(let probes):
      var comparison = try await compareLive(probes, &followed)
      for probe in probes { probe.socket?.close() }
      comparison += try await compareEnds(probes, &followed)
      return finding(test.name, probes.count, comparison)
    }
  }

  private func finding(_ name: String, _ count: Int, _ comparison: FigureComparison) -> Finding {
    let sockets = "\(count) socket\(count == 1 ? "" : "s")"
    guard let first = comparison.differences.first else {
      let figures = Quantity.grouped(comparison.figures)
      return .ok(name, "\(sockets), \(figures) figures compared, all correct")
    }
    let more = comparison.differences.count - 1
    return Finding(
      name,
      .failure,
      "\(first)\(more > 0 ? "; and \(more) more" : "")",
      cure: "please report it with the output of nettop doctor --format json"
    )
  }

  /// Compares the open sockets with what the kernel answers about them. They are quiet, so within a
  /// few batches nothing may be different any more.
  private func compareLive(
    _ probes: [Probe],
    _ followed: inout Followed
  ) async throws -> FigureComparison {
    let open = probes.filter { $0.socket != nil }
    let end = clock.now + Self.patience(followed)
    while true {
      let before = dump()
      guard try await next(&followed) else { return FigureComparison() }
      let after = dump()
      var comparison = FigureComparison()
      for probe in open { compareLive(probe, followed, before, after, &comparison) }
      if comparison.differences.isEmpty && comparison.moved == 0 || clock.now > end {
        return comparison
      }
    }
  }

  private func compareLive(
    _ probe: Probe,
    _ followed: Followed,
    _ before: [UInt64: SocketDetails]?,
    _ after: [UInt64: SocketDetails]?,
    _ comparison: inout FigureComparison
  ) {
    guard let own = followed.connection(of: probe) else {
      return comparison.check(probe.role, "cookie", ours: nil, is: probe.cookie)
    }
    compare(probe, own, &comparison)
    if own.proto != .tcp || before == nil || after == nil {
      // The kernel does not answer about it.
    } else if let before = before?[probe.cookie], let after = after?[probe.cookie] {
      comparison.compare(
        probe.role,
        own.counters,
        own.direction,
        before: before,
        after: after
      )
    } else {
      comparison.check(probe.role, "state", ours: own.state.name, is: "none: it is not listed")
    }
    if let accepted = probe.accepted, !followed.health.gaps.contains(.accepted) {
      comparison.check(probe.role, "accepted", ours: own.counters.accepted, is: accepted)
    }
  }

  /// Compares the ends, when all of them are known.
  private func compareEnds(
    _ probes: [Probe],
    _ followed: inout Followed
  ) async throws -> FigureComparison {
    let due = probes.filter { $0.end != nil }
    let end = clock.now + Self.patience(followed)
    func missing(_ probe: Probe) -> Bool {
      followed.connection(of: probe)?.end == nil
    }
    while due.contains(where: missing), clock.now < end {
      guard try await next(&followed) else { break }
    }
    var comparison = FigureComparison()
    for probe in due {
      let own = followed.connection(of: probe)
      guard let own, let reason = own.end?.reason else {
        comparison.check(probe.role, "state", ours: own?.state.name, is: "CLOSED")
        continue
      }
      compare(probe, own, &comparison)
      if let end = probe.end, !followed.health.gaps.contains(.openers) {
        comparison.check(probe.role, "close_reason", ours: reason.name, is: end.name)
      }
    }
    return comparison
  }

  /// Compares what was known beforehand.
  private func compare(_ probe: Probe, _ own: Connection, _ comparison: inout FigureComparison) {
    let counters = own.counters
    // Before Linux 6.5 nobody counts the bytes of an MPTCP connection.
    let countsBytes = !counters.uncounted.contains(.bytes)
    let expected: [(String, UInt64?, UInt64?)] = [
      ("pid", own.owner.map { UInt64(clamping: $0.process.id.pid) }, UInt64(clamping: Process.own)),
      ("bytes_sent", counters.bytesSent, countsBytes ? probe.bytesSent : nil),
      ("bytes_received", counters.bytesReceived, countsBytes ? probe.bytesReceived : nil),
      ("packets_sent", counters.packetsSent, probe.datagramsSent),
      ("packets_received", counters.packetsReceived, probe.datagramsReceived),
    ]
    for (figure, ours, known) in expected {
      if let known { comparison.check(probe.role, figure, ours: ours, is: known) }
    }
    if let direction = probe.direction {
      comparison.check(probe.role, "direction", ours: own.direction.name, is: direction.name)
    }
  }

  private func next(_ followed: inout Followed) async throws -> Bool {
    guard let batch = try await batches.next() else { return false }
    followed.apply(batch)
    return true
  }

  /// What sock_diag lists; `nil` if it cannot be queried, which a check of the host reports.
  private func dump() -> [UInt64: SocketDetails]? {
    namespace.run { try? SocketDump.tcp() } ?? nil
  }
}
