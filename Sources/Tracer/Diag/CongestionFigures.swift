internal import CTracer

/// What congestion controls report besides their name, with the names of `ss -i`.
enum CongestionFigures {
  private typealias Read = @Sendable (KernelBytes) -> UInt64?

  private static func half(_ offset: Int) -> Read {
    { $0.number(at: offset, as: UInt16.self).map(UInt64.init) }
  }

  private static func word(_ offset: Int) -> Read {
    { $0.number(at: offset, as: UInt32.self).map(UInt64.init) }
  }

  /// Each attribute, whether the algorithm is at work where it says so, and its figures.
  private static let formats: [(attribute: Int, isEnabled: Read, figures: [(String, Read)])] = [
    (
      INET_DIAG_VEGASINFO, word(0),
      [
        ("rttcnt", word(4)), ("rtt", word(8)),
        ("minrtt", word(12)),
      ]
    ),
    (
      INET_DIAG_DCTCPINFO, half(0),
      [
        ("ce_state", half(2)), ("alpha", word(4)),
        ("ab_ecn", word(8)), ("ab_tot", word(12)),
      ]
    ),
    (
      INET_DIAG_BBRINFO, { _ in 1 },
      [
        // Two halves, the lower first: a struct of words, so not one number on every host.
        (
          "bw",
          { info in
            info.number(at: 0, as: UInt32.self).flatMap { low in
              info.number(at: 4, as: UInt32.self).map { UInt64(low) | UInt64($0) << 32 }
            }
          }
        ),
        ("mrtt", word(8)), ("pacing_gain", word(12)),
        ("cwnd_gain", word(16)),
      ]
    ),
  ]

  static func all(_ attributes: [Int: KernelBytes]) -> [String: UInt64] {
    var all: [String: UInt64] = [:]
    for format in formats {
      guard let info = attributes[format.attribute], let enabled = format.isEnabled(info),
        enabled != 0
      else { continue }
      for (name, read) in format.figures { all[name] = read(info) }
    }
    return all
  }
}
