/// A reset that a connection sent or received.
package struct Reset: Hashable, Sendable {
  /// Whether this end sent it (tracepoint `tcp_send_reset`), or else received it
  /// (`tcp_receive_reset`).
  package let isSent: Bool
  /// The kernel's name for the reason of one that was sent (`enum sk_rst_reason`, Linux 6.10),
  /// without its prefix: `TCP_ABORT_ON_DATA`; `nil` if it does not report one.
  package let reason: String?

  package init(isSent: Bool, reason: String?) {
    self.isSent = isSent
    self.reason = reason
  }

  /// The word for it in JSON: `sent`, `received`.
  package var name: String { isSent ? "sent" : "received" }
}
