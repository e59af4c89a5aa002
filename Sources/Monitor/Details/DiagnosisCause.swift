extension Diagnosis {
  /// What can hold a connection back, and what shows that nothing does.
  package enum Cause: String, CaseIterable, Sendable {
    case noAnswer, acceptQueue, zeroWindow, loss, reader, slowReader, receiverWindow
    case sendBuffer
    case congestionWindow, pacing, ownWindow, queueing, outOfOrder, drops, notClosed, peerNotClosed
    case inFlight, idle

    /// Its name in front of a finding.
    package var title: String { texts.title }

    /// What it comes to, in plain words.
    package var verdict: String { texts.verdict }

    /// What it means and which figures show it, for the help.
    package var meaning: String { texts.meaning }

    /// Whether it holds the connection back.
    package var isLimit: Bool { self != .inFlight && self != .idle }

    private var texts: (title: String, verdict: String, meaning: String) {
      switch self {
      case .noAnswer:
        (
          "no answer", "The peer does not answer.",
          "requests to connect were repeated: retransmits in SYN-SENT"
        )
      case .acceptQueue:
        (
          "accept queue", "The process accepts connections too slowly.",
          "connections wait to be accepted: Recv-Q of a listener, up to Send-Q"
        )
      case .zeroWindow:
        (
          "zero window", "The peer has stopped reading.",
          "the peer's window is closed and nothing was sent for 3 s: snd_wnd 0, lastsnd, the timer of"
            + " window probes"
        )
      case .loss:
        (
          "loss", "Packets get lost on the way to the peer.",
          "segments were sent again: retrans, ca_state, backoff"
        )
      case .reader:
        (
          "reader", "The process at this end does not read.",
          "received data stays unread, and none was read: Recv-Q, bytes_received"
        )
      case .slowReader:
        (
          "slow reader", "The process at this end reads slowly.",
          "more data is unread than the receive window has room for: Recv-Q, rcv_wnd, bytes_received"
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
          "as much is in flight as congestion control allows: cwnd"
        )
      case .pacing:
        (
          "pacing", "The program limits the rate itself.",
          "the rate is that of SO_MAX_PACING_RATE: pacing_rate"
        )
      case .ownWindow:
        (
          "own window", "The receive window of this end limits the peer.",
          "the peer sends as much as the window allows: rcv_wnd, rcv_rtt"
        )
      case .queueing:
        (
          "delay", "Packets take far longer than the path needs.",
          "the round-trip time is far above the least one: rtt, minrtt"
        )
      case .outOfOrder:
        (
          "out of order", "Packets from the peer get lost or change order.",
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
          "in flight", "Data is on its way.",
          "data was sent and its ACKs awaited: busy, less rwnd_limited and sndbuf_limited"
        )
      case .idle:
        (
          "idle", "The application has nothing to send.",
          "nothing was there to be sent: the time that is not busy"
        )
      }
    }
  }
}
