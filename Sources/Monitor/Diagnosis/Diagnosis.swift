package import Connections

/// Why a connection is slow, judging by the kernel's figures at this end.
///
/// Pure: a function of one or two readings. It states only what a figure shows, and names it.
package struct Diagnosis: Hashable, Sendable {
  /// A limit of the connection, or a sign that there is none.
  package struct Finding: Hashable, Sendable {
    package let cause: Cause
    /// Between 0 and 1, of what the sentence names; `nil` if there is no share.
    package let share: Double?
    /// The other figures, what they mean, and what to do. It follows the share and does not repeat
    /// it.
    package let sentence: String
    /// Findings of more weight come first.
    let weight: Double

    init(_ cause: Cause, share: Double? = nil, weight: Double? = nil, _ sentence: String) {
      self.cause = cause
      self.share = share
      self.sentence = sentence
      self.weight = weight ?? share ?? 0
    }
  }

  /// The verdict, in plain words.
  package let verdict: String
  /// Limits first, the most important first.
  package let findings: [Finding]
  /// Where the time of the last interval went.
  package let interval: TimeShares?
  /// Where the time since the opening went.
  package let lifetime: TimeShares?

  /// Whether something limits the connection.
  package var isLimited: Bool { findings.first?.cause.isLimit ?? false }

  /// - Parameters:
  ///   - now: the last reading.
  ///   - before: the one before it, of the same connection; `nil` if there is none.
  ///   - openedAt: when the connection was opened; `nil` if that is unknown.
  ///   - process: the name of the process at this end.
  ///   - listener: the name and PID of the process with the listener, if this connection is incoming
  ///     and no process was seen with it; else `nil`.
  ///   - dropsHere: packets of the connection that the kernel of this host dropped, by reason, since
  ///     it is followed.
  package init(
    _ now: SocketDetails,
    before: SocketDetails?,
    openedAt: Timestamp? = nil,
    process: String? = nil,
    listener: String? = nil,
    dropsHere: [LossCauses.Drop] = [],
    presentation: Presentation = Presentation()
  ) {
    let evidence = DiagnosisEvidence(
      now,
      before: before,
      openedAt: openedAt,
      process: process ?? "the process of this end",
      listener: listener,
      dropsHere: dropsHere,
      presentation: presentation
    )
    let rules = now.proto == .udp ? [Self.drops] : Self.rules
    let found = rules.compactMap { rule in rule(evidence) }
    let ordered = found.enumerated().sorted { one, other in
      let (a, b) = (one.element, other.element)
      if a.cause.isLimit != b.cause.isLimit { return a.cause.isLimit }
      return a.weight == b.weight ? one.offset < other.offset : a.weight > b.weight
    }
    findings = ordered.map(\.element)
    interval = evidence.interval
    lifetime = evidence.lifetime
    verdict = Self.verdict(findings, evidence)
  }

  private static func verdict(_ findings: [Finding], _ evidence: DiagnosisEvidence) -> String {
    if let first = findings.first, first.cause.isLimit { return first.cause.verdict }
    if evidence.now.state == .listen { return "No problem found at this listener." }
    if evidence.now.proto == .udp {
      return evidence.before == nil
        ? "Not known yet whether datagrams are being dropped at this socket."
        : "No datagrams were dropped at this socket recently."
    }
    if evidence.isReceiver {
      return "Not slowed by this end: it mostly receives. The details of the sending end show what"
        + " limits it."
    }
    if let idle = evidence.shares?.idle, idle >= 0.5 {
      return "Not limited: the application sends no more than this."
    }
    if evidence.shares == nil { return "No figure shows a limit." }
    return "Not limited: it sends as fast as the application writes."
  }
}
