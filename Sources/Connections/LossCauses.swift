/// Why a connection lost packets: retransmits by cause and drops by reason, each counted since it is
/// followed. Most connections have none.
package struct LossCauses: Hashable, Sendable {
  /// Segments retransmitted, by what made the kernel do so; all 0 if the causes of some are unknown,
  /// because they were retransmitted before the connection was followed. Together they can be fewer
  /// than `Counters.retransmits`: those that this host failed to send have no cause.
  package struct Retransmits: Hashable, Sendable {
    /// The retransmission timer ran out: `icsk_ca_state` is `TCP_CA_Loss`.
    package var timeout: UInt32
    /// Duplicate ACKs or SACKs indicated a loss: `icsk_ca_state` is `TCP_CA_Recovery`.
    package var fast: UInt32
    /// Tail loss probes, RFC 8985.
    package var probe: UInt32
    /// SYNs, and SYN-ACKs of a listener's handshakes.
    package var syn: UInt32

    package init(timeout: UInt32 = 0, fast: UInt32 = 0, probe: UInt32 = 0, syn: UInt32 = 0) {
      self.timeout = timeout
      self.fast = fast
      self.probe = probe
      self.syn = syn
    }

    /// Of all causes.
    package var sum: UInt64 { UInt64(timeout) + UInt64(fast) + UInt64(probe) + UInt64(syn) }
  }

  /// Packets that the kernel dropped for one reason.
  package struct Drop: Hashable, Sendable {
    /// The kernel's name for the reason (`enum skb_drop_reason`), without its prefix:
    /// `SOCKET_RCVBUFF`.
    package let reason: String
    package var packets: UInt64

    package init(reason: String, packets: UInt64) {
      self.reason = reason
      self.packets = packets
    }
  }

  package var retransmits: Retransmits
  /// Packets dropped, by reason, the most frequent first; from the tracepoint `kfree_skb`.
  package var drops: [Drop]

  package init(retransmits: Retransmits = Retransmits(), drops: [Drop] = []) {
    self.retransmits = retransmits
    self.drops = drops
  }
}
