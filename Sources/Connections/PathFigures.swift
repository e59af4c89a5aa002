/// What TCP has measured of the path of a connection, and what limits its sender. All is `nil` for
/// UDP, MPTCP and listeners.
package struct PathFigures: Hashable, Sendable {
  /// The rate at which the peer got data lately, in bytes per second:
  /// `tcp_sock.rate_delivered * mss_cache / rate_interval_us`, as `tcpi_delivery_rate`.
  @Known package var deliveryRate: UInt64?
  /// The rate at which segments are sent at most, in bytes per second: `sock.sk_pacing_rate`; `nil`
  /// where there is no limit.
  @Known package var pacingRate: UInt64?
  /// The time in which there was data to send, in microseconds: the sum of `tcp_sock.chrono_stat`,
  /// as `tcpi_busy_time`.
  @Known package var busyTime: UInt64?
  /// Of `busyTime`, that in which the peer's receive window was full: `tcpi_rwnd_limited`.
  @Known package var receiveWindowLimited: UInt64?
  /// Of `busyTime`, that in which the send buffer was full: `tcpi_sndbuf_limited`.
  @Known package var sendBufferLimited: UInt64?
  /// Round-trip time as the receiver estimates it, in microseconds:
  /// `tcp_sock.rcv_rtt_est.rtt_us >> 3`; `nil` before the first estimate.
  @Known package var receiverRTT: UInt32?
  /// What the receive buffer is tuned for, in bytes: `tcp_sock.rcvq_space.space`.
  @Known package var receiveSpace: UInt32?
  /// Slow start threshold in segments: `tcp_sock.snd_ssthresh`; `nil` while it is infinite.
  @Known package var slowStartThreshold: UInt32?
  /// Segments in flight that are presumed lost: `tcp_sock.lost_out`.
  @Known package var lost: UInt32?
  /// How far segments may be reordered before they count as lost: `tcp_sock.reordering`.
  @Known package var reordering: UInt32?
  /// Segments delivered with a congestion mark (ECN): `tcp_sock.delivered_ce`.
  @Known package var deliveredCE: UInt32?
  /// The largest segment that is sent, in bytes: `tcp_sock.mss_cache`.
  @Known package var mss: UInt32?
  /// The congestion control algorithm: `tcp_congestion_ops.name`, at most 15 bytes.
  package var congestionControl: String? {
    get { control.name }
    set { control.name = newValue }
  }
  private var control = SharedName()

  package init() {}
}

extension PathFigures {
  /// The figures as metrics, in the order in which JSON has them.
  static let metrics = [
    Metric(
      "delivery_rate",
      "DELIV/s",
      "recent rate of delivery to the peer, bytes/s",
      kernelField: "tcp_sock.rate_delivered * mss_cache / rate_interval_us",
      unit: .bytesPerSecond,
      inGroups: .sum,
      { $0.path.deliveryRate },
      { $0.path.deliveryRate = $1 },
      { $0.deliveryRate }
    ),
    Metric(
      "pacing_rate",
      "PACE/s",
      "upper limit of the sending rate (pacing)",
      kernelField: "sock.sk_pacing_rate",
      unit: .bytesPerSecond,
      inGroups: .sum,
      { $0.path.pacingRate },
      { $0.path.pacingRate = $1 },
      { $0.pacingRate }
    ),
    Metric(
      "rcv_rtt_us",
      "RCVRTT",
      "round-trip time as the receiver estimates it",
      kernelField: "tcp_sock.rcv_rtt_est.rtt_us >> 3",
      unit: .microseconds,
      inGroups: .greatest,
      { $0.path.receiverRTT },
      { $0.path.receiverRTT = $1 },
      { $0.receiverRTT }
    ),
    Metric(
      "rcv_space",
      "RCVSPC",
      "bytes that the receive buffer is tuned for",
      kernelField: "tcp_sock.rcvq_space.space",
      unit: .bytes,
      { $0.path.receiveSpace },
      { $0.path.receiveSpace = $1 },
      { $0.receiveSpace }
    ),
    Metric(
      "ssthresh",
      "SSTHR",
      "slow start threshold in segments",
      kernelField: "tcp_sock.snd_ssthresh",
      unit: .count,
      { $0.path.slowStartThreshold },
      { $0.path.slowStartThreshold = $1 },
      { $0.slowStartThreshold }
    ),
    Metric(
      "lost",
      "LOST",
      "segments in flight that are presumed lost",
      kernelField: "tcp_sock.lost_out",
      unit: .count,
      inGroups: .sum,
      { $0.path.lost },
      { $0.path.lost = $1 },
      { $0.lost }
    ),
    Metric(
      "reordering",
      "REORD",
      "segments that may arrive out of order before they count as lost",
      kernelField: "tcp_sock.reordering",
      unit: .count,
      inGroups: .greatest,
      { $0.path.reordering },
      { $0.path.reordering = $1 },
      { $0.reordering }
    ),
    Metric(
      "delivered_ce",
      "ECN-CE",
      "segments delivered with a congestion mark (ECN)",
      kernelField: "tcp_sock.delivered_ce",
      unit: .count,
      kind: .counter,
      inGroups: .sum,
      { $0.path.deliveredCE },
      { $0.path.deliveredCE = $1 },
      { $0.deliveredCE }
    ),
    Metric(
      "mss",
      "MSS",
      "largest segment sent, in bytes",
      kernelField: "tcp_sock.mss_cache",
      unit: .bytes,
      { $0.path.mss },
      { $0.path.mss = $1 },
      { $0.sendMSS }
    ),
    Metric(
      "busy_time_us",
      "BUSY",
      "time with data to send",
      kernelField: "tcp_sock.chrono_stat",
      unit: .microseconds,
      kind: .counter,
      inGroups: .sum,
      { $0.path.busyTime },
      { $0.path.busyTime = $1 },
      { $0.busyTime }
    ),
    Metric(
      "rwnd_limited_us",
      "RWND-T",
      "of that, time with the peer's receive window full",
      kernelField: "tcp_sock.chrono_stat",
      unit: .microseconds,
      kind: .counter,
      inGroups: .sum,
      { $0.path.receiveWindowLimited },
      { $0.path.receiveWindowLimited = $1 },
      { $0.receiveWindowLimited }
    ),
    Metric(
      "sndbuf_limited_us",
      "SNDB-T",
      "of that, time with the send buffer full",
      kernelField: "tcp_sock.chrono_stat",
      unit: .microseconds,
      kind: .counter,
      inGroups: .sum,
      { $0.path.sendBufferLimited },
      { $0.path.sendBufferLimited = $1 },
      { $0.sendBufferLimited }
    ),
    Metric(
      "congestion_control",
      "CC",
      "congestion control algorithm",
      kernelField: "tcp_congestion_ops.name",
      text: { $0.path.congestionControl },
      { $0.path.congestionControl = $1 },
      { $0.congestionControl }
    ),
  ]
}
