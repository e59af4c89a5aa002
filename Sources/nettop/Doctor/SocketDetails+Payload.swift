import Connections

extension SocketDetails {
  /// Payload that the kernel handed to the network, as it counts it: less what it retransmitted, but
  /// with what it could not send and tried again.
  var payloadHandedOver: UInt64? {
    bytesSent.map { $0 &- (bytesRetransmitted ?? 0) }
  }

  /// Payload sent, each byte once: the sequence numbers that were acknowledged or are in flight,
  /// without SYN and FIN.
  ///
  /// - Parameter direction: of the connection; the SYN is among the sequence numbers of the end that
  ///   connected.
  /// - Returns: `nil` if the kernel reports too little: it is too old, or a connection that was
  ///   restored without a SYN (`TCP_REPAIR`) looks like one that sent one byte twice.
  func payloadSent(_ direction: Connection.Direction) -> UInt64? {
    guard let handedOver = payloadHandedOver, let notSent, notSent <= sendQueue else { return nil }
    var sent = bytesACKed + UInt64(sendQueue - notSent)
    if Self.finIsQueued.contains(state), notSent == 0, sent > 0 { sent -= 1 }
    switch direction {
    case .incoming: return sent
    case .outgoing: return sent == handedOver ? nil : sent > 0 ? sent - 1 : 0
    case .unknown: return min(sent, handedOver)
    }
  }

  private static let finIsQueued: Set<SocketState> = [.finWait1, .finWait2, .closing, .lastAck]
}
