import Connections

@testable import Tracer

/// What the kernel answers `ss` about the sockets of a namespace.
struct SocketStatistics {
  /// As `ss` prints it.
  let stateName: String
  let cookie: UInt64
  let counters: Counters
  /// The words of its line, and what those of the form `NAME:TEXT` say.
  let words: [String]
  let fields: [String: String]

  /// All TCP sockets of a namespace but those without a full socket (`TIME-WAIT`, `SYN-RECV`).
  static func all(in namespace: TestNamespace) throws -> [UInt64: SocketStatistics] {
    try all("-tainemoOH", "exclude", "time-wait", "exclude", "syn-recv", in: namespace)
  }

  /// All UDP sockets of a namespace that are bound.
  static func udp(in namespace: TestNamespace) throws -> [UInt64: SocketStatistics] {
    try all("-uaneomOH", in: namespace)
  }

  private static func all(
    _ options: String...,
    in namespace: TestNamespace
  ) throws -> [UInt64: SocketStatistics] {
    let lines = try run(["ss", "-N", namespace.name] + options).split(separator: "\n")
    let sockets = lines.compactMap { SocketStatistics(line: String($0)) }
    return Dictionary(sockets.map { ($0.cookie, $0) }) { first, _ in first }
  }

  /// A line of `ss -tainemoOH`.
  private init?(line: String) {
    let words = line.split(separator: " ").map(String.init)
    guard words.count > 5, let unread = UInt32(words[1]), let unacknowledged = UInt32(words[2])
    else { return nil }
    var fields: [String: String] = [:]
    for word in words.dropFirst(5) {
      let parts = word.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
    }
    func count(_ name: String) -> UInt64 { fields[name].flatMap { UInt64($0) } ?? 0 }
    /// `ss` prints milliseconds.
    func microseconds(_ text: (some StringProtocol)?) -> UInt32? {
      text.flatMap { Double(String($0)) }.map { UInt32(($0 * 1000).rounded()) }
    }
    self.words = words
    self.fields = fields
    guard let cookie = fields["sk"].flatMap({ UInt64($0, radix: 16) }) else { return nil }
    let rtt = fields["rtt"]?.split(separator: "/")
    stateName = words[0]
    self.cookie = cookie
    counters = Counters(
      bytesSent: count("bytes_sent") - count("bytes_retrans"),
      bytesReceived: count("bytes_received"),
      packetsSent: count("segs_out"),
      packetsReceived: count("segs_in"),
      // `retrans:` has those that are under way, and all.
      retransmits: fields["retrans"]?.split(separator: "/").last.flatMap { UInt32($0) } ?? 0,
      rtt: microseconds(rtt?.first),
      rttVariance: microseconds(rtt?.last),
      minRTT: microseconds(fields["minrtt"]),
      congestionWindow: UInt32(count("cwnd")),
      unread: unread,
      unacknowledged: unacknowledged,
      unsent: UInt32(count("notsent")),
      // The last of `skmem:(r0,…,d0)`.
      drops: fields["skmem"]?.split(separator: ",").last.flatMap {
        UInt32($0.dropFirst().dropLast())
      }
    )
  }
}
