import Connections

extension Connection.CloseReason {
  /// What it means, as the end of a sentence, and what to do.
  package var meaning: String {
    switch self {
    case .unknown: "the reason is unknown."
    case .fin: "both ends closed it, or this end did and its process is gone."
    case .reset:
      "one end sent a reset. A program may have crashed, or closed it with data unread."
    case .timeout: "the peer no longer answered. Check that its host can be reached."
    case .refused: "the peer refused it. Check that a program listens on that port."
    case .unreachable: "the network or host cannot be reached. Check the routes to it."
    case .cancelled: "this end gave up before it was established."
    case .aborted: "an administrator closed it."
    case .failed: "no SYN could be sent. Check its error: most often no local port is free."
    case .closed: "its socket was closed."
    case .idle: "no datagrams were exchanged for a while. It reappears with the next one."
    }
  }
}
