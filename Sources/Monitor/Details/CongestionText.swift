import Connections

/// What congestion controls report besides their name, in the order and units of `ss -i`: bits per
/// second, milliseconds, and gains as numbers. The kernel has bytes per second, microseconds, and
/// 256ths.
enum CongestionText {
  private typealias Unit = @Sendable (UInt64) -> String?

  private static let figures: [(name: String, unit: Unit)] = [
    // `struct tcp_bbr_info`.
    ("bw", bitRate), ("mrtt", time), ("pacing_gain", gain), ("cwnd_gain", gain),
    // `struct tcpvegas_info`.
    ("rttcnt", number), ("rtt", time), ("minrtt", time),
    // `struct tcp_dctcp_info`; alpha is in 1,024ths.
    ("ce_state", number), ("alpha", number), ("ab_ecn", number), ("ab_tot", number),
  ]

  private static let bitRate: Unit = { bytes in
    let (bits, isMore) = bytes.multipliedReportingOverflow(by: 8)
    return "\(Quantity.count(isMore ? .max : bits))bps"
  }

  private static let number: Unit = { Quantity.grouped($0) }

  /// Vegas reports the largest number for a time that it has not measured.
  private static let time: Unit = { $0 >= 0x7fff_ffff ? nil : DurationText.microseconds($0) }

  /// 0 means none.
  private static let gain: Unit = {
    $0 == 0 ? nil : Decimals.shortest((Double($0) / 2.56).rounded() / 100)
  }

  /// `bw:10.1Mbps  mrtt:11.3ms  pacing_gain:2.89  cwnd_gain:2.89`; `nil` if there is nothing.
  static func text(_ details: [String: UInt64]) -> String? {
    let known = figures.compactMap { name, unit -> String? in
      details[name].flatMap(unit).map { "\(name):\($0)" }
    }
    return known.isEmpty ? nil : known.joined(separator: "  ")
  }
}
