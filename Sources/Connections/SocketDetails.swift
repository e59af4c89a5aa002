/// All that the kernel reports about one socket: what sock_diag has of it and, of TCP,
/// `struct tcp_info`, named after the fields in which the kernel keeps it.
///
/// A figure that this kernel does not have is `nil`. Times are in microseconds unless said.
package struct SocketDetails: Hashable, Sendable {
  /// The state of congestion control, `tcpi_ca_state` (`enum tcp_ca_state`).
  package enum CongestionState: UInt8, Sendable, CaseIterable {
    case open = 0
    case disorder = 1
    case cwr = 2
    case recovery = 3
    case loss = 4
  }

  /// The timer that runs, `idiag_timer`.
  package enum Timer: UInt8, Sendable, CaseIterable {
    case none = 0
    /// Retransmission, early retransmission or loss probe.
    case retransmit = 1
    case keepalive = 2
    case timeWait = 3
    case zeroWindowProbe = 4
  }

  /// Options agreed on in the handshake, `tcpi_options`.
  package struct Options: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let timestamps = Options(rawValue: 1)
    package static let sack = Options(rawValue: 2)
    package static let windowScaling = Options(rawValue: 4)
    package static let ecn = Options(rawValue: 8)
    package static let ecnSeen = Options(rawValue: 16)
    package static let synData = Options(rawValue: 32)
  }

  /// `sk_meminfo` in bytes, as `ss -m` prints it.
  package struct Memory: Hashable, Sendable {
    /// `r`: received and not read, with overhead.
    package var received: UInt32 = 0
    /// `rb`: how much may be.
    package var receiveBuffer: UInt32 = 0
    /// `t`: passed to the lower layer.
    package var transmitted: UInt32 = 0
    /// `tb`: how much may be queued to be sent.
    package var sendBuffer: UInt32 = 0
    /// `f`: allocated in advance.
    package var forwardAllocated: UInt32 = 0
    /// `w`: queued for sending, with overhead.
    package var queued: UInt32 = 0
    /// `o`: options.
    package var options: UInt32 = 0
    /// `bl`: in the backlog.
    package var backlog: UInt32 = 0
    /// `d`: packets dropped.
    package var drops: UInt32 = 0

    package init() {}
  }

  /// When it was read.
  package var time: Timestamp
  package var state: SocketState
  /// Only `tcp` has figures of `struct tcp_info`.
  package var proto = TransportProtocol.tcp

  // State and timers.
  package var timer = Timer.none
  /// Until the timer expires, in milliseconds.
  package var timerExpires: UInt32 = 0
  package var congestionState = CongestionState.open
  /// Retransmissions of the oldest segment so far, `tcpi_retransmits`.
  package var retransmitsInFlight: UInt8 = 0
  /// Unanswered probes, `tcpi_probes`.
  package var probes: UInt8 = 0
  /// Doublings of the retransmission timeout, `tcpi_backoff`.
  package var backoff: UInt8 = 0
  /// Retransmission timeout, `tcpi_rto`.
  package var retransmissionTimeout: UInt32 = 0
  /// Delayed-ACK timeout, `tcpi_ato`.
  package var delayedACKTimeout: UInt32 = 0
  /// Since data was sent, data was received, and an ACK was received, in milliseconds.
  package var lastDataSent: UInt32 = 0
  package var lastDataReceived: UInt32 = 0
  package var lastACKReceived: UInt32 = 0

  // Round-trip times; `nil` before the first measurement.
  package var rtt: UInt32?
  package var rttVariance: UInt32?
  package var minRTT: UInt32?
  /// As the receiver estimates it, `tcpi_rcv_rtt`.
  package var receiverRTT: UInt32?

  // Windows.
  /// In segments.
  package var congestionWindow: UInt32 = 0
  /// In segments; `nil` while it is infinite.
  package var slowStartThreshold: UInt32?
  /// Of the peer, in bytes, `tcpi_snd_wnd`; since Linux 5.4.
  package var sendWindow: UInt32?
  /// Of this end, in bytes, `tcpi_rcv_wnd`; since Linux 6.2.
  package var receiveWindow: UInt32?
  /// Limit of the advertised window in bytes, `tcpi_rcv_ssthresh`.
  package var receiveThreshold: UInt32 = 0
  /// Target of the receive buffer's tuning in bytes, `tcpi_rcv_space`.
  package var receiveSpace: UInt32 = 0
  /// Shifts of the window scale option, `tcpi_snd_wscale`, `tcpi_rcv_wscale`.
  package var sendWindowScale: UInt8 = 0
  package var receiveWindowScale: UInt8 = 0

  // Congestion control.
  /// Its name: `cubic`, `bbr`.
  package var congestionControl: String?
  /// What `ss -i` prints of `bbr`, `vegas`, `dctcp` beside the name, by its names, in the kernel's
  /// units: `bw` in bytes per second, times in microseconds, gains in 256ths.
  package var congestionDetails: [String: UInt64] = [:]
  /// In bytes per second; `nil` if there is none or no limit.
  package var pacingRate: UInt64?
  package var maxPacingRate: UInt64?
  /// In bytes per second, `tcpi_delivery_rate`.
  package var deliveryRate: UInt64?
  /// Whether the delivery rate was limited by the application, `tcpi_delivery_rate_app_limited`.
  package var isDeliveryRateAppLimited = false

  // Bytes and segments.
  package var bytesSent: UInt64?
  package var bytesRetransmitted: UInt64?
  package var bytesACKed: UInt64 = 0
  package var bytesReceived: UInt64 = 0
  package var segmentsOut: UInt32 = 0
  package var segmentsIn: UInt32 = 0
  package var dataSegmentsOut: UInt32 = 0
  package var dataSegmentsIn: UInt32 = 0
  /// Segments delivered, and of these with a congestion mark, `tcpi_delivered`, `_ce`.
  package var delivered: UInt32?
  package var deliveredCE: UInt32?

  // Retransmits and reordering, in segments.
  /// `tcpi_retrans`: retransmitted and not acknowledged yet.
  package var retransmitted: UInt32 = 0
  package var totalRetransmits: UInt32 = 0
  /// In flight or queued, `tcpi_unacked`.
  package var unacknowledged: UInt32 = 0
  package var sacked: UInt32 = 0
  package var lost: UInt32 = 0
  package var dsackDuplicates: UInt32?
  /// The degree of reordering that is allowed for, `tcpi_reordering`.
  package var reordering: UInt32 = 0
  /// Reorderings seen.
  package var reorderingsSeen: UInt32?
  /// Segments received out of order, `tcpi_rcv_ooopack`.
  package var outOfOrderReceived: UInt32?
  /// Retransmission timeouts, how many recoveries they began and for how long these took in
  /// milliseconds, `tcpi_total_rto`, `_recoveries`, `_time`; since Linux 6.7.
  package var timeouts: UInt16?
  package var timeoutRecoveries: UInt16?
  package var timeoutTime: UInt32?

  // Queues, in bytes; of a listener, in connections.
  /// `idiag_rqueue`, `idiag_wqueue`: Recv-Q and Send-Q of `ss`.
  package var receiveQueue: UInt32 = 0
  package var sendQueue: UInt32 = 0
  package var notSent: UInt32?
  package var memory = Memory()

  // Sizes of segments in bytes.
  package var sendMSS: UInt32 = 0
  package var receiveMSS: UInt32 = 0
  package var advertisedMSS: UInt32 = 0
  package var pathMTU: UInt32 = 0

  package var options: Options = []
  /// Type of service of IPv4, traffic class of IPv6.
  package var typeOfService: UInt8?
  package var mark: UInt32?

  // Where time went while there was something to send, since the connection was opened.
  /// `tcpi_busy_time`.
  package var busyTime: UInt64?
  /// Of that, stopped by the receiver's window: `tcpi_rwnd_limited`.
  package var receiveWindowLimited: UInt64?
  /// Of that, stopped by a full send buffer: `tcpi_sndbuf_limited`.
  package var sendBufferLimited: UInt64?

  package init(time: Timestamp, state: SocketState) {
    self.time = time
    self.state = state
  }
}
