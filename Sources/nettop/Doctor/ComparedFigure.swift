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

  /// A number of the catalogue that sock_diag has too.
  private init?(_ metric: Metric) {
    guard case .number(let ours) = metric.value, let diagnosed = metric.diagnosed else {
      return nil
    }
    self.init(metric.name, grows: metric.kind == .counter, ours) { details -> UInt64? in
      if case .number(let number) = diagnosed(details) { number } else { nil }
    }
  }

  /// Of a connection of TCP.
  static let ofConnections =
    [
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
    ] + Metric.all.compactMap(ComparedFigure.init)

  /// Of a listener.
  static let ofListeners = [
    ComparedFigure("accept_queue", { $0.unread }, { $0.receiveQueue }),
    ComparedFigure("accept_queue_limit", { $0.unacknowledged }, { $0.sendQueue }),
  ]

  private static let finHasCome: Set<SocketState> = [.closeWait, .lastAck, .closing, .timeWait]
}
