import Tracer

extension Connection.CloseReason {
  /// What it means, as a sentence goes on, and what can be done.
  var meaning: String {
    switch self {
    case .unknown: "nobody saw how."
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
    case .idle: "no datagram went either way for a while. It comes back with the next one."
    }
  }
}
