import Connections

extension Diagnosis {
  /// Looks at the evidence for one cause.
  typealias Rule = @Sendable (DiagnosisEvidence) -> Finding?

  /// A rule for each cause; of findings of equal weight the first rule's comes first.
  static let rules: [Rule] = pathRules + endRules + [inFlight, idle]

  /// A limit with a smaller share of the time is not worth reporting.
  static let leastShare = 0.05

  private static let inFlight: Rule = { evidence in
    guard let shares = evidence.shares, shares.inFlight >= leastShare, !evidence.isWindowFull
    else { return nil }
    let window = evidence.now.congestionWindow
    return Finding(
      .inFlight,
      share: shares.inFlight,
      "data was in flight \(shares.period.text(of: shares.inFlight)): now"
        + " \(evidence.inFlight) segments, cwnd allows \(window)."
    )
  }

  private static let idle: Rule = { evidence in
    guard let shares = evidence.shares, let idle = shares.idle, idle >= leastShare else {
      return nil
    }
    return Finding(
      .idle,
      share: idle,
      "no data to send \(shares.period.text(of: idle)): the application was idle, or waiting for the"
        + " peer."
    )
  }
}

extension DiagnosisEvidence {
  /// `5 of 100 data segments`: the finding shows the share in front of its sentence.
  func part(_ number: UInt64, of total: UInt64, _ noun: String) -> String {
    "\(Quantity.grouped(number)) of \(Quantity.grouped(total)) \(noun)"
  }
}
