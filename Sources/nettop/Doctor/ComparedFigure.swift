import Connections

/// A figure that nettop and sock_diag both have of a socket.
struct ComparedFigure: Sendable {
  /// As JSON has it.
  let name: String
  let ours: @Sendable (Counters) -> UInt64?
  let kernel: @Sendable (SocketDetails, Connection.Direction) -> UInt64?
  /// Of a socket that moves: how little and how much it can be.
  let least: @Sendable (SocketDetails, Connection.Direction) -> UInt64?
  let most: @Sendable (SocketDetails) -> UInt64?
  /// Whether it never falls.
  let grows: Bool

  /// Payload sent. sock_diag reads queue and counters of a socket that moves one after the other, so
  /// that their sum can be too high; the kernel's own count never is too low.
  private init(
    payloadSent name: String,
    _ ours: @escaping @Sendable (Counters) -> UInt64?
  ) {
    self.name = name
    self.ours = ours
    grows = true
    kernel = { $0.payloadSent($1) }
    least = { details, direction in
      details.payloadHandedOver.map { min($0, details.payloadSent(direction) ?? $0 &- 1) }
    }
    most = { $0.payloadHandedOver }
  }

  private init(
    _ name: String,
    grows: Bool = false,
    _ ours: @escaping @Sendable (Counters) -> (some BinaryInteger & Sendable)?,
    _ kernel: @escaping @Sendable (SocketDetails) -> (some BinaryInteger & Sendable)?
  ) {
    self.name = name
    self.grows = grows
    self.ours = { ours($0).map { UInt64(clamping: $0) } }
    self.kernel = { details, _ in kernel(details).map { UInt64(clamping: $0) } }
    least = self.kernel
    most = { kernel($0).map { UInt64(clamping: $0) } }
  }

  /// Of a connection of TCP.
  static let ofConnections = [
    ComparedFigure(payloadSent: "bytes_sent") { $0.bytesSent },
    ComparedFigure(
      "bytes_received",
      grows: true,
      { $0.bytesReceived },
      { details in
        // The kernel counts the FIN as a byte.
        details.bytesReceived - (finHasCome.contains(details.state) ? 1 : 0)
      }
    ),
    ComparedFigure("packets_sent", grows: true, { $0.packetsSent }, { $0.segmentsOut }),
    ComparedFigure("packets_received", grows: true, { $0.packetsReceived }, { $0.segmentsIn }),
    ComparedFigure("retransmits", grows: true, { $0.retransmits }, { $0.totalRetransmits }),
    ComparedFigure("rtt_us", { $0.rtt }, { $0.rtt }),
    ComparedFigure("rttvar_us", { $0.rttVariance }, { $0.rttVariance }),
    ComparedFigure("min_rtt_us", { $0.minRTT }, { $0.minRTT }),
    ComparedFigure("cwnd", { $0.congestionWindow }, { $0.congestionWindow }),
    ComparedFigure("unread_bytes", { $0.unread }, { $0.receiveQueue }),
    ComparedFigure("unacked_bytes", { $0.unacknowledged }, { $0.sendQueue }),
    ComparedFigure("unsent_bytes", { $0.unsent }, { $0.notSent }),
  ]

  /// Of a listener.
  static let ofListeners = [
    ComparedFigure("accept_queue", { $0.unread }, { $0.receiveQueue }),
    ComparedFigure("accept_queue_limit", { $0.unacknowledged }, { $0.sendQueue }),
  ]

  private static let finHasCome: Set<SocketState> = [.closeWait, .lastAck, .closing, .timeWait]
}
