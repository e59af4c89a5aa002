extension Counters {
  /// A figure, `nil` if it is not counted.
  package func known(_ figure: KeyPath<Counters, UInt64>, _ kind: Uncounted) -> UInt64? {
    uncounted.contains(kind) ? nil : self[keyPath: figure]
  }

  /// Retransmits of one cause; `nil` if the causes are unknown, as for a connection that had
  /// retransmits before the tracer followed it.
  package func retransmits(_ cause: KeyPath<LossCauses.Retransmits, UInt32>) -> UInt32? {
    guard let retransmits else { return nil }
    if let known = lossCauses?.retransmits, known != LossCauses.Retransmits() {
      return known[keyPath: cause]
    }
    return retransmits == 0 ? 0 : nil
  }

  /// Makes a figure what `known(_:_:)` gave.
  private mutating func set(
    _ figure: WritableKeyPath<Counters, UInt64>,
    _ kind: Uncounted,
    to value: UInt64?
  ) {
    self[keyPath: figure] = value ?? 0
    if value == nil { uncounted.insert(kind) }
  }

  /// Makes the retransmits of one cause what `retransmits(_:)` gave: of none, nothing is kept.
  private mutating func setRetransmits(
    _ cause: WritableKeyPath<LossCauses.Retransmits, UInt32>,
    to value: UInt32?
  ) {
    guard let value, value > 0 else { return }
    var causes = lossCauses ?? LossCauses()
    causes.retransmits[keyPath: cause] = value
    lossCauses = causes
  }

  /// What sock_diag does not report.
  private static let none: (@Sendable (SocketDetails) -> UInt64?)? = nil

  /// The counters as metrics, in the order in which JSON has them.
  static let metrics = [
    Metric(
      "bytes_sent",
      "TX",
      "bytes sent",
      kernelField: "tcp_sock.bytes_acked + snd_nxt - snd_una",
      unit: .bytes,
      kind: .counter,
      inGroups: .sum,
      { $0.known(\.bytesSent, .bytes) },
      { $0.set(\.bytesSent, .bytes, to: $1) },
      none
    ),
    Metric(
      "bytes_received",
      "RX",
      "bytes received",
      kernelField: "tcp_sock.bytes_received",
      unit: .bytes,
      kind: .counter,
      inGroups: .sum,
      { $0.known(\.bytesReceived, .bytes) },
      { $0.set(\.bytesReceived, .bytes, to: $1) },
      none
    ),
    Metric(
      "packets_sent",
      "PKT-TX",
      "segments sent",
      kernelField: "tcp_sock.segs_out",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.known(\.packetsSent, .packets) },
      { $0.set(\.packetsSent, .packets, to: $1) },
      { $0.segmentsOut }
    ),
    Metric(
      "packets_received",
      "PKT-RX",
      "segments received",
      kernelField: "tcp_sock.segs_in",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.known(\.packetsReceived, .packets) },
      { $0.set(\.packetsReceived, .packets, to: $1) },
      { $0.segmentsIn }
    ),
    Metric(
      "retransmits",
      "RETR",
      "segments retransmitted",
      kernelField: "tcp_sock.total_retrans",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.retransmits },
      { $0.retransmits = $1 },
      { $0.totalRetransmits }
    ),
    Metric(
      "retransmits_timeout",
      "RTO-R",
      "segments retransmitted because the retransmission timer expired",
      kernelField: "tcp_retransmit_skb",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.retransmits(\.timeout) },
      { $0.setRetransmits(\.timeout, to: $1) },
      none
    ),
    Metric(
      "retransmits_fast",
      "FAST-R",
      "segments retransmitted because ACKs indicated a loss",
      kernelField: "tcp_retransmit_skb",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.retransmits(\.fast) },
      { $0.setRetransmits(\.fast, to: $1) },
      none
    ),
    Metric(
      "retransmits_probe",
      "TLP-R",
      "tail loss probes: the last segment retransmitted, as no ACK arrived",
      kernelField: "tcp_retransmit_skb",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.retransmits(\.probe) },
      { $0.setRetransmits(\.probe, to: $1) },
      none
    ),
    Metric(
      "retransmits_syn",
      "SYN-R",
      "SYNs retransmitted; for a listener, SYN-ACKs",
      kernelField: "tcp_retransmit_skb, tcp_retransmit_synack",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.retransmits(\.syn) },
      { $0.setRetransmits(\.syn, to: $1) },
      none
    ),
    Metric(
      "drops",
      "DROPS",
      "packets dropped at the socket; for a listener, mostly because its queue was full",
      kernelField: "sock.sk_drops",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.drops },
      { $0.drops = $1 },
      none
    ),
    Metric(
      "rtt_us",
      "RTT",
      "smoothed round-trip time",
      kernelField: "tcp_sock.srtt_us >> 3",
      unit: .microseconds,
      inGroups: .greatest,
      { $0.rtt },
      { $0.rtt = $1 },
      { $0.rtt }
    ),
    Metric(
      "rttvar_us",
      "±RTT",
      "mean deviation of the round-trip time",
      kernelField: "tcp_sock.mdev_us >> 2",
      unit: .microseconds,
      inGroups: .ofGreatestRTT,
      { $0.rttVariance },
      { $0.rttVariance = $1 },
      { $0.rttVariance }
    ),
    Metric(
      "min_rtt_us",
      "MINRTT",
      "lowest recent round-trip time",
      kernelField: "tcp_sock.rtt_min",
      unit: .microseconds,
      inGroups: .least,
      { $0.minRTT },
      { $0.minRTT = $1 },
      { $0.minRTT }
    ),
    Metric(
      "cwnd",
      "CWND",
      "congestion window in segments",
      kernelField: "tcp_sock.snd_cwnd",
      unit: .count,
      inGroups: .sum,
      { $0.congestionWindow },
      { $0.congestionWindow = $1 },
      { $0.congestionWindow }
    ),
    Metric(
      "unread_bytes",
      "RECV-Q",
      "bytes received, not read yet",
      kernelField: "tcp_sock.rcv_nxt - copied_seq",
      unit: .bytes,
      isOfQueue: true,
      inGroups: .sum,
      { $0.unread },
      { $0.unread = $1 },
      { $0.receiveQueue }
    ),
    Metric(
      "unacked_bytes",
      "SEND-Q",
      "bytes written, not acknowledged yet",
      kernelField: "tcp_sock.write_seq - snd_una",
      unit: .bytes,
      isOfQueue: true,
      inGroups: .sum,
      { $0.unacknowledged },
      { $0.unacknowledged = $1 },
      { $0.sendQueue }
    ),
    Metric(
      "unsent_bytes",
      "UNSENT",
      "bytes written, not sent yet",
      kernelField: "tcp_sock.write_seq - snd_nxt",
      unit: .bytes,
      isOfQueue: true,
      inGroups: .sum,
      { $0.unsent },
      { $0.unsent = $1 },
      { $0.notSent }
    ),
  ]
}
