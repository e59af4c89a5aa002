/// The kernel's own figures of one TCP socket, as `ss -ti` prints them.
///
/// Counters are absolute since the connection was opened. `nil` is a figure that the kernel has
/// not got yet, or that the source cannot know; it is never 0 in its place.
package struct Counters: Hashable, Sendable {
  /// Payload bytes sent, each counted once: `tcp_sock.bytes_sent - bytes_retrans`.
  package var bytesSent: UInt64
  /// Payload bytes received in order: `tcp_sock.bytes_received`, less 1 once a FIN has come.
  package var bytesReceived: UInt64
  /// Segments sent, retransmitted ones and bare ACKs included: `tcp_sock.segs_out`.
  package var packetsSent: UInt64
  /// Segments received: `tcp_sock.segs_in`.
  package var packetsReceived: UInt64
  /// Segments retransmitted: `tcp_sock.total_retrans`.
  package var retransmits: UInt64
  /// Smoothed round-trip time in microseconds: `tcp_sock.srtt_us >> 3`; `nil` before the first one.
  package var rtt: UInt32?
  /// Mean deviation of the round-trip time in microseconds: `tcp_sock.mdev_us >> 2`.
  package var rttVariance: UInt32?
  /// Least round-trip time of the kernel's window (`net.ipv4.tcp_min_rtt_wlen`), in microseconds:
  /// `tcp_sock.rtt_min`.
  package var minRTT: UInt32?
  /// Congestion window in segments: `tcp_sock.snd_cwnd`.
  package var congestionWindow: UInt32
  /// Bytes received that the process has not read, as `ss` prints in Recv-Q: `rcv_nxt - copied_seq`.
  /// Of a listener: connections waiting to be accepted.
  package var unread: UInt32
  /// Bytes written that the peer has not acknowledged, as `ss` prints in Send-Q:
  /// `write_seq - snd_una`. Of a listener: how many connections may wait.
  package var unacknowledged: UInt32
  /// Bytes written that have not been sent yet, `notsent` of `ss -ti`: `write_seq - snd_nxt`.
  package var unsent: UInt32

  /// Of a listener: handshakes completed since it is followed, accepted by the process or not yet;
  /// `nil` for a connection. Counts no connection that came while it was not followed: before the
  /// tracer had found it, or while there was no room for it.
  package var accepted: UInt64?

  package init(
    bytesSent: UInt64 = 0,
    bytesReceived: UInt64 = 0,
    packetsSent: UInt64 = 0,
    packetsReceived: UInt64 = 0,
    retransmits: UInt64 = 0,
    rtt: UInt32? = nil,
    rttVariance: UInt32? = nil,
    minRTT: UInt32? = nil,
    congestionWindow: UInt32 = 0,
    unread: UInt32 = 0,
    unacknowledged: UInt32 = 0,
    unsent: UInt32 = 0,
    accepted: UInt64? = nil
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
    self.accepted = accepted
  }
}
