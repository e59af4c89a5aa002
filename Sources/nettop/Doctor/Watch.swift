import Connections
import Glibc
import Monitor
import SystemPackage
import Tracer

/// Follows the host's own connections for some time, and says how much of them nettop saw.
struct Watch {
  let seconds: Int
  let batches: Batches.Iterator
  /// Whose interval the watch sets.
  let pace: Batches
  let ending: Ending

  private static let interval = Duration.seconds(1)
  /// Between two comparisons of all live sockets with sock_diag's answers.
  private static let comparisonInterval = Duration.seconds(5)
  private typealias Counters = [UInt32: KernelCounters]

  /// - Parameter followed: what the batches so far reported.
  func run(_ followed: Followed, _ report: inout DoctorReport) async throws {
    var followed = followed
    followed.restart()
    var comparison = FigureComparison()
    var listeners = ListenerComparison()
    var missing: Set<UInt64> = []
    // The first batch and the last come at once, so that little is counted meanwhile.
    pace.setInterval(.zero)
    let beforeFirst = KernelCounters.all()
    // Neither the time before it nor the self-test's connections are counted.
    guard try await next(&followed) else { return }
    let afterFirst = KernelCounters.all()
    if !ending.isDue { pace.setInterval(Self.interval) }

    let clock = ContinuousClock()
    let start = clock.now
    let end = start + .seconds(seconds)
    var compareAt = start
    var (beforeLast, afterLast) = (afterFirst, afterFirst)
    var last = SocketDumps()
    while true {
      let isLast = clock.now >= end || ending.isDue
      let compares = isLast || clock.now >= compareAt
      let before = compares ? Self.dumps() : SocketDumps()
      let accepted = compares ? followed.accepted : [:]
      if isLast {
        pace.setInterval(.zero)
        beforeLast = KernelCounters.all()
      }
      guard try await next(&followed) else { break }
      if isLast { afterLast = KernelCounters.all() }
      if !listeners.isEmpty { listeners.settle(followed.accepted, into: &comparison) }
      if compares {
        let after = Self.dumps()
        last = after
        comparison += Self.compare(
          followed,
          (before.sockets, after.sockets),
          accepted,
          &listeners,
          &missing
        )
        compareAt = clock.now + Self.comparisonInterval
      }
      progress((clock.now - start).components.seconds, followed, isLast: isLast)
      if isLast { break }
    }
    // What comes now is none of the counts that were read before.
    var later = followed
    if !listeners.isEmpty, try await next(&later) {
      listeners.settle(later.accepted, into: &comparison)
    }

    try report.add(figures(comparison, missing))
    if let finding = Self.uncompared(last.visits) { try report.add(finding) }
    for inode in beforeFirst.keys.sorted() {
      guard let first = beforeFirst[inode], let second = afterFirst[inode],
        let third = beforeLast[inode], let last = afterLast[inode]
      else { continue }
      let coverage = Coverage(
        followed.names[inode] ?? "\(inode)",
        followed.tallies[inode] ?? Followed.Tally(),
        start: (first, second),
        end: (third, last),
        followsUDP: followed.health.udp == .cgroup || followed.health.udp == .functions
      )
      if coverage.isBusy { try report.add(coverage.findings) }
    }
    try report.add(owners(followed))
    try report.add(Losses(followed.health).finding)
  }

  private func next(_ followed: inout Followed) async throws -> Bool {
    guard let batch = try await batches.next() else { return false }
    followed.apply(batch)
    return true
  }

  /// What sock_diag lists in all namespaces, and which of them it could not be asked in.
  private struct SocketDumps {
    var sockets: [UInt64: SocketDetails] = [:]
    var visits = NamespaceVisits<Void>()
  }

  /// What is said of namespaces in which nothing was compared; `nil` if there are none.
  static func uncompared(_ visits: NamespaceVisits<Void>) -> Finding? {
    guard let reason = visits.refusal else { return nil }
    return Finding(
      "sock_diag",
      .warning,
      "nothing was compared in \(visits.missing): \(reason)",
      cure: reason.isShortageOfFiles ? OpenFiles.cure(reason) : nil
    )
  }

  private static func dumps() -> SocketDumps {
    let visits = NetworkNamespace.visitAll { _ -> Result<[UInt64: SocketDetails], Errno> in
      do throws(Errno) { return .success(try SocketDump.tcp()) } catch { return .failure(error) }
    }
    var sockets: [UInt64: SocketDetails] = [:]
    var refused = visits.refused
    for (inode, result) in visits.values {
      switch result {
      case .success(let found): sockets.merge(found) { first, _ in first }
      case .failure(let error): refused[inode] = error
      }
    }
    return SocketDumps(
      sockets: sockets,
      visits: NamespaceVisits(refused: refused, unlisted: visits.unlisted)
    )
  }

  /// Compares all sockets that were there before the batch and are after it.
  private static func compare(
    _ followed: Followed,
    _ dumps: (before: [UInt64: SocketDetails], after: [UInt64: SocketDetails]),
    _ accepted: [UInt64: UInt64],
    _ listeners: inout ListenerComparison,
    _ missing: inout Set<UInt64>
  ) -> FigureComparison {
    var comparison = FigureComparison()
    for (cookie, first) in dumps.before {
      guard let second = dumps.after[cookie] else { continue }
      guard let own = followed.newest[cookie].flatMap({ followed.live[$0] }) else {
        missing.insert(cookie)
        continue
      }
      missing.remove(cookie)
      let ends = "\(own.local) \(own.remote)"
      if own.isListener {
        listeners.add(
          cookie,
          ends,
          own.counters,
          accepted: accepted[cookie],
          before: first,
          after: second
        )
      } else {
        comparison.compare(ends, own.counters, own.direction, before: first, after: second)
      }
    }
    return comparison
  }

  private func figures(_ comparison: FigureComparison, _ missing: Set<UInt64>) -> [Finding] {
    var findings: [Finding] = []
    let text =
      "\(Quantity.grouped(comparison.sockets)) sockets compared with sock_diag,"
      + " \(Quantity.grouped(comparison.figures)) figures compared"
    let moved =
      comparison.moved == 0
      ? ""
      : " (\(Quantity.grouped(comparison.moved)) more changed while being read and were skipped)"
    if let first = comparison.differences.first {
      findings.append(
        Finding(
          "figures",
          .failure,
          "\(text), \(comparison.differences.count) are wrong, such as \(first)\(moved)",
          cure: "please report it with this output"
        )
      )
    } else {
      findings.append(.ok("figures", "\(text), all correct\(moved)"))
    }
    if let cookie = missing.first {
      findings.append(
        Finding(
          "sockets",
          .failure,
          "\(missing.count) sockets that sock_diag lists are not followed, such as"
            + " sk:\(String(cookie, radix: 16)) of ss -e",
          cure: "if the table is full, use a larger --capacity; otherwise please report it"
        )
      )
    }
    return findings
  }

  private func owners(_ followed: Followed) -> Finding {
    let live = followed.live.values.filter { !$0.isListener }
    let known = live.count { $0.owner != nil } + followed.endedWithOwner
    let all = live.count + followed.endedCount
    let share = all > 0 ? Quantity.percent(Double(known) / Double(all)) : "100%"
    let message = "\(share) of \(Quantity.grouped(all)) connections have a known process"
    if known * 10 >= all * 9 { return .ok("owners", message) }
    return Finding(
      "owners",
      .warning,
      message,
      cure: "connections that ended before accept have none; for others see function hooks above"
    )
  }

  /// One line that is written over and over, for a user who waits at a terminal.
  private func progress(_ passed: Int64, _ followed: Followed, isLast: Bool) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let text =
      isLast
      ? ""
      : "\(passed) of \(seconds) s: \(Quantity.grouped(followed.live.count)) sockets; Ctrl-C to stop"
    let line = Array("\r\(text)\u{1b}[K".utf8)
    write(STDERR_FILENO, line, line.count)
  }
}
