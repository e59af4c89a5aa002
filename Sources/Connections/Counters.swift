/// The kernel's own figures of one socket, as `ss -ti` prints them; of UDP, those of the datagrams
/// between a socket and one remote end.
///
/// Counters are absolute since the connection was opened. `nil` is a figure that the kernel has
/// not got yet, or that the source cannot know; it is never 0 in its place.
package struct Counters: Hashable, Sendable {
  /// Payload bytes sent, each counted once: `tcp_sock.bytes_acked + snd_nxt - snd_una`, without SYN
  /// and FIN. The kernel's own `bytes_sent - bytes_retrans`, which `ss` prints, counts payload again
  /// whose send failed on this host. Of UDP, the payload of datagrams that the socket sent; of MPTCP,
  /// `mptcp_sock.bytes_sent`, which has nothing twice.
  package var bytesSent: UInt64
  /// Payload bytes received in order: `tcp_sock.bytes_received`, less 1 once a FIN has come; of
  /// UDP, the payload of datagrams that came for the socket, dropped ones included; of MPTCP,
  /// `mptcp_sock.bytes_received`.
  package var bytesReceived: UInt64
  /// Segments sent, retransmitted ones and bare ACKs included: `tcp_sock.segs_out`, which counts one
  /// again whose send failed on this host; of UDP, datagrams.
  package var packetsSent: UInt64
  /// Segments received: `tcp_sock.segs_in`; of UDP, datagrams, dropped ones included.
  package var packetsReceived: UInt64
  /// What few connections have. Shared, as a row is copied often.
  private var rare: Rare?
  /// What TCP has measured of the path, and what limits its sender.
  package var path: PathFigures
  /// Which of the bytes and packets nobody counts; these are 0.
  package var uncounted: Uncounted
  /// Segments retransmitted: `tcp_sock.total_retrans`; `nil` for UDP, which has none,
  /// and for MPTCP, whose subflows have them.
  @Known package var retransmits: UInt32?
  /// Smoothed round-trip time in microseconds: `tcp_sock.srtt_us >> 3`; `nil` before the first one.
  @Known package var rtt: UInt32?
  /// Mean deviation of the round-trip time in microseconds: `tcp_sock.mdev_us >> 2`.
  @Known package var rttVariance: UInt32?
  /// Least round-trip time of the kernel's window (`net.ipv4.tcp_min_rtt_wlen`), in microseconds:
  /// `tcp_sock.rtt_min`.
  @Known package var minRTT: UInt32?
  /// Congestion window in segments: `tcp_sock.snd_cwnd`.
  @Known package var congestionWindow: UInt32?
  /// Bytes received that the process has not read, as `ss` prints in Recv-Q: `rcv_nxt - copied_seq`,
  /// after the end less 1 for a FIN that was not read.
  /// Of a listener: connections waiting to be accepted. Of UDP: memory of waiting datagrams,
  /// `sk_rmem_alloc`. Of MPTCP: `bytes_received - bytes_consumed`, `nil` before Linux 6.11.
  @Known package var unread: UInt32?
  /// Bytes written that the peer has not acknowledged, as `ss` prints in Send-Q:
  /// `write_seq - snd_una`, after the end less 1 for a SYN or FIN among them. Of a listener: how many
  /// connections may wait. Of UDP: memory of datagrams on their way to the device, `sk_wmem_alloc`.
  @Known package var unacknowledged: UInt32?
  /// Bytes written that have not been sent yet, `notsent` of `ss -ti`: `write_seq - snd_nxt`.
  @Known package var unsent: UInt32?
  /// Packets dropped at the socket, as `ss -m` prints after `d`: `sk_drops`. Of UDP most often for
  /// want of room in its receive buffer; of a listener, connections for which its queue had no
  /// room, and others that it refused.
  @Known package var drops: UInt32?
  package init(
    bytesSent: UInt64 = 0,
    bytesReceived: UInt64 = 0,
    packetsSent: UInt64 = 0,
    packetsReceived: UInt64 = 0,
    retransmits: UInt32? = 0,
    rtt: UInt32? = nil,
    rttVariance: UInt32? = nil,
    minRTT: UInt32? = nil,
    congestionWindow: UInt32? = 0,
    unread: UInt32? = 0,
    unacknowledged: UInt32? = 0,
    unsent: UInt32? = 0,
    accepted: UInt64? = nil,
    drops: UInt32? = nil,
    uncounted: Uncounted = [],
    lossCauses: LossCauses? = nil,
    path: PathFigures = PathFigures()
  ) {
    self.bytesSent = bytesSent
    self.bytesReceived = bytesReceived
    self.packetsSent = packetsSent
    self.packetsReceived = packetsReceived
    self.retransmits = retransmits
    self.rtt = rtt
    self.rttVariance = rttVariance
    self.minRTT = minRTT
    self.congestionWindow = congestionWindow
    self.unread = unread
    self.unacknowledged = unacknowledged
    self.unsent = unsent
    self.drops = drops
    self.uncounted = uncounted
    rare = Rare(accepted: accepted, lossCauses: lossCauses)
    self.path = path
  }
}

extension Counters {
  /// No figure at all is known.
  package static let absent = Counters(
    retransmits: nil,
    congestionWindow: nil,
    unread: nil,
    unacknowledged: nil,
    unsent: nil,
    uncounted: [.bytes, .packets]
  )

  /// Figures that nobody counts.
  package struct Uncounted: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Of MPTCP before Linux 6.5, and of an end that no program saw.
    package static let bytes = Uncounted(rawValue: 1)
    /// Of MPTCP: its subflows have them; and of an end that no program saw.
    package static let packets = Uncounted(rawValue: 2)
  }

  /// Of a listener: handshakes completed since it is followed, accepted by the process or not yet;
  /// `nil` for a connection. Counts no connection that came while it was not followed: before the
  /// tracer had found it, or while there was no room for it.
  package var accepted: UInt64? {
    get { rare?.accepted }
    set { rare = Rare(accepted: newValue, lossCauses: lossCauses) }
  }

  /// Why it lost packets; `nil` if it lost none.
  package var lossCauses: LossCauses? {
    get { rare?.lossCauses }
    set { rare = Rare(accepted: accepted, lossCauses: newValue) }
  }

  private final class Rare: Hashable, Sendable {
    let accepted: UInt64?
    let lossCauses: LossCauses?

    init?(accepted: UInt64?, lossCauses: LossCauses?) {
      if accepted == nil, lossCauses == nil { return nil }
      (self.accepted, self.lossCauses) = (accepted, lossCauses)
    }

    static func == (lhs: Rare, rhs: Rare) -> Bool {
      lhs === rhs || lhs.accepted == rhs.accepted && lhs.lossCauses == rhs.lossCauses
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(accepted)
      hasher.combine(lossCauses)
    }
  }
}
