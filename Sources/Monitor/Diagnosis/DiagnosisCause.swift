extension Diagnosis {
  /// What can limit a connection, and the signs that nothing does.
  package enum Cause: String, CaseIterable, Sendable {
    case noAnswer, acceptQueue, notAccepted, zeroWindow, localLoss, loss, reader, slowReader,
      receiverWindow
    case sendBuffer
    case congestionWindow, pacing, ownWindow, queueing, outOfOrder, drops, notClosed, peerNotClosed
    case inFlight, idle

    /// Its name in front of a finding.
    package var title: String { texts.title }

    /// The verdict, in plain words.
    package var verdict: String { texts.verdict }

    /// What it means and which figures show it, for the help.
    package var meaning: String { texts.meaning }

    /// Whether it limits the connection.
    package var isLimit: Bool { self != .inFlight && self != .idle }

    private var texts: (title: String, verdict: String, meaning: String) {
      switch self {
      case .noAnswer:
        (
          "no answer", "The peer does not answer.",
          "connection requests were retransmitted: retransmits in SYN-SENT"
        )
      case .acceptQueue:
        (
          "accept queue", "The process accepts connections too slowly.",
          "connections are waiting to be accepted: Recv-Q of a listener, up to Send-Q"
        )
      case .notAccepted:
        (
          "not accepted", "Not accepted yet: it waits in the accept queue.",
          "only the process with the listener is known, and nothing that arrived was read: Recv-Q,"
            + " bytes_received"
        )
      case .zeroWindow:
        (
          "zero window", "The peer has stopped reading.",
          "the peer's window is closed and nothing was sent for 30 s: snd_wnd 0, lastsnd, the window"
            + " probe timer"
        )
      case .localLoss:
        (
          "local loss", "This host drops packets of this connection.",
          "segments were retransmitted, and drop reasons of this host account for many: QDISC_DROP,"
            + " NETFILTER_DROP"
        )
      case .loss:
        (
          "loss", "Packets are lost on the way to the peer.",
          "segments were retransmitted: retrans, ca_state, backoff"
        )
      case .reader:
        (
          "reader", "The process at this end does not read.",
          "received data is not being read: Recv-Q, bytes_received"
        )
      case .slowReader:
        (
          "slow reader", "The process at this end reads slowly.",
          "more data is unread than the receive window holds: Recv-Q, rcv_wnd, bytes_received"
        )
      case .receiverWindow:
        (
          "peer's window", "The peer takes data too slowly.",
          "the peer's receive window was full: rwnd_limited"
        )
      case .sendBuffer:
        (
          "send buffer", "The send buffer of this end is too small.",
          "the send buffer was full: sndbuf_limited"
        )
      case .congestionWindow:
        (
          "congestion window", "Limited by the network path: delay and packet loss.",
          "the data in flight fills the congestion window: cwnd"
        )
      case .pacing:
        (
          "pacing", "The program limits the rate itself.",
          "the rate is at SO_MAX_PACING_RATE: pacing_rate"
        )
      case .ownWindow:
        (
          "own window", "The receive window of this end limits the peer.",
          "the peer fills the receive window: rcv_wnd, rcv_rtt"
        )
      case .queueing:
        (
          "delay", "Packets take far longer than the path's minimum.",
          "the round-trip time is far above its minimum: rtt, minrtt"
        )
      case .outOfOrder:
        (
          "out of order", "Packets from the peer are lost or reordered.",
          "segments arrived out of order: rcv_ooopack"
        )
      case .drops:
        (
          "drops", "This end drops packets.",
          "the socket had no room for packets: skmem d"
        )
      case .notClosed:
        (
          "not closed", "The peer has closed; the process at this end has not.",
          "the state is CLOSE-WAIT"
        )
      case .peerNotClosed:
        (
          "not closed", "This end has closed; the peer has not.",
          "the state is FIN-WAIT-2"
        )
      case .inFlight:
        (
          "in flight", "Data is in flight.",
          "data was sent and is not yet acknowledged: busy, minus rwnd_limited and sndbuf_limited"
        )
      case .idle:
        (
          "idle", "The application has nothing to send.",
          "there is no data to send: the time that is not busy"
        )
      }
    }
  }
}
