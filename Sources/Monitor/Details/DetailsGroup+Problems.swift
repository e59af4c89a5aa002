import Connections

extension DetailsGroup {
  /// Present only if something did.
  static let problems = DetailsGroup(
    "What went wrong",
    isOfProblems: true,
    [
      problem("error", "error reported to its process") { facts, _ in
        facts.connection.end?.errorName
      },
      problem("reset", "sent by this end, or received, and why") { facts, _ in
        facts.connection.end?.reset.map { reset in
          [reset.name, reset.reason].compactMap { $0 }.joined(separator: "  ")
        }
      },
      retransmits("rto retrans", "retransmitted: the timer expired", \.timeout),
      retransmits("fast retrans", "retransmitted: ACKs indicated a loss", \.fast),
      retransmits("tlp retrans", "tail loss probes that resent a segment", \.probe),
      retransmits("syn retrans", "SYNs retransmitted; for a listener, SYN-ACKs", \.syn),
      problem("drops", "packets dropped at the socket") { facts, text in
        facts.connection.counters.drops.flatMap { $0 > 0 ? text.count($0) : nil }
      },
      problem("drop reasons", "why packets were dropped, by frequency", isLong: true) { facts, _ in
        facts.connection.counters.dropReasonsText
      },
    ]
  )

  private static func problem(
    _ label: String,
    _ meaning: String,
    isLong: Bool = false,
    _ value: @escaping @Sendable (DetailsFacts, FigureText) -> String?
  ) -> DetailsFigure {
    DetailsFigure(label, meaning, isLong: isLong, isOptional: true) { facts in
      value(facts, FigureText(presentation: facts.presentation))
    }
  }

  private static func retransmits(
    _ label: String,
    _ meaning: String,
    _ cause: any KeyPath<LossCauses.Retransmits, UInt32> & Sendable
  ) -> DetailsFigure {
    problem(label, meaning) { facts, text in
      guard let number = facts.connection.counters.lossCauses?.retransmits[keyPath: cause] else {
        return nil
      }
      return number > 0 ? text.segments(number) : nil
    }
  }
}
