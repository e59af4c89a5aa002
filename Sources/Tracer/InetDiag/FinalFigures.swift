import Connections

/// What the notification of a freed socket says about the end of its connection.
struct FinalFigures {
  /// What the dumps knew of the connection.
  struct Last {
    var state = SocketState.established
    var direction = Connection.Direction.unknown
    /// Whether a process held the socket.
    var isHeld = false
    /// `tcpi_bytes_received`; `nil` if no dump had the connection.
    var bytesReceived: UInt64?
    /// Whether the peer's FIN had come, as events told; `nil` where there are none.
    var hasFIN: Bool?
  }

  /// Absent for what is no connection of TCP, and where the kernel has cleared them.
  let counters: Counters
  /// Whether the kernel has cleared them: a process that resets its own connection, or whose attempt
  /// to connect fails, disconnects the socket first.
  let isCleared: Bool
  let reason: Connection.CloseReason
  let neverEstablished: Bool
  /// As the figures prove it; `nil` where they do not.
  let direction: Connection.Direction?

  init(_ socket: DumpedSocket, _ proto: TransportProtocol, after last: Last) {
    let info = TCPInfoFigures(socket.info)
    // Kernels that keep the figures of a disconnected socket forget its remote end all the same.
    isCleared =
      proto == .tcp && last.state != .listen && (info.isCleared || socket.remotePort == 0)
    if proto != .tcp || last.state == .listen {
      (counters, neverEstablished, direction) = (.absent, false, nil)
      reason = proto == .udp ? .closed : .fin
      return
    }
    if isCleared {
      let failed = last.state == .synSent
      (counters, reason, neverEstablished) = (.absent, .unknown, failed)
      direction = failed ? .outgoing : nil
      return
    }
    var counters = info.counters(of: socket)
    // An attempt to connect that failed has not even the acknowledgement of its SYN.
    let isUntouched =
      info.bytesACKed == 0 && info.bytesReceived == 0 && counters.rtt == nil
      && info.payloadSent ?? 0 == 0
    neverEstablished =
      last.state == .synSent ? info.bytesACKed == 0 : last.direction == .unknown && isUntouched
    // In CLOSE the state no longer says which FINs there were.
    let fin = FINs(socket, info, last, neverEstablished: neverEstablished)
    direction = fin.isOutgoing.map { $0 ? .outgoing : .incoming }
    counters.bytesSent =
      info.payloadSent
      ?? info.payloadSent(
        socket,
        last.state.awaitsFINAcknowledgement ? last.state : .closed,
        direction ?? last.direction
      )
    counters.bytesReceived = info.bytesReceived - (fin.isReceived ? 1 : 0)
    if fin.isReceived, let unread = counters.unread, unread > 0 { counters.unread = unread - 1 }
    // A SYN or FIN is no byte either.
    if fin.isUnacknowledged || neverEstablished {
      counters.unacknowledged = socket.sendQueue - min(socket.sendQueue, 1)
    }
    if fin.isUnacknowledged { counters.unsent = info.notSent - min(info.notSent, 1) }
    self.counters = counters
    reason = fin.isAcknowledged ? .fin : .unknown
  }
}

/// Which FINs the figures of a connection have in them.
private struct FINs {
  /// Whether the SYN of this end is among the acknowledged bytes; `nil` where that is not known.
  let isOutgoing: Bool?
  /// Whether the FIN of this end is acknowledged.
  let isAcknowledged: Bool
  /// Whether this end has a FIN that is not acknowledged, as far as its last state says.
  let isUnacknowledged: Bool
  /// Whether the peer's FIN is among the bytes received.
  let isReceived: Bool

  init(
    _ socket: DumpedSocket,
    _ info: TCPInfoFigures,
    _ last: FinalFigures.Last,
    neverEstablished: Bool
  ) {
    // Acknowledged beyond the payload: a SYN, a FIN, or both. `nil` before Linux 4.19, and where
    // payload is on its way still.
    let beyond = info.payloadSent.flatMap { info.bytesACKed >= $0 ? info.bytesACKed - $0 : nil }
    /// Whether it is known whether the FIN is acknowledged.
    let known: Bool? =
      if last.state.hasAcknowledgedFIN {
        true
      } else if last.state.awaitsFINAcknowledgement {
        socket.sendQueue == 0
      } else {
        nil
      }
    let isOutgoing: Bool? =
      switch (last.direction, beyond) {
      case _ where neverEstablished: true
      case (.outgoing, _): true
      case (.incoming, _): false
      case (_, let beyond?) where beyond >= 2: true
      case (_, 1): known.map { !$0 }
      case (_, 0): false
      default: nil
      }
    let isAcknowledged =
      switch (beyond, isOutgoing) {
      case _ where known != nil: known == true
      case (let beyond?, _) where beyond >= 2: true
      case (1, false): true
      // With a FIN of the peer that was not read, and nothing else, more likely than a SYN.
      case (1, nil): socket.receiveQueue == 1 || last.state.hasReceivedFIN
      default: false
      }
    self.isOutgoing = isOutgoing
    self.isAcknowledged = isAcknowledged
    isUnacknowledged = known == false
    isReceived =
      info.bytesReceived > 0
      && (last.hasFIN ?? last.state.hasReceivedFIN
        || last.hasFIN == nil && isAcknowledged
          && Self.hasReceived(socket, info, last, isOutgoing: isOutgoing))
  }

  /// Whether the peer's FIN was counted, of a socket whose own FIN is acknowledged.
  private static func hasReceived(
    _ socket: DumpedSocket,
    _ info: TCPInfoFigures,
    _ last: FinalFigures.Last,
    isOutgoing: Bool?
  ) -> Bool {
    // Whoever closes a socket with unread payload resets it, so this is a FIN.
    if socket.receiveQueue > 0 { return true }
    // A process that shut down its end reads the other's to its end. Once it has closed the socket, a
    // time-wait socket gets that FIN, and nobody counts it.
    if last.state == .finWait1 || last.state == .finWait2 { return last.isHeld }
    // Only the FIN came after the last dump, or nothing.
    if let before = last.bytesReceived, info.bytesReceived &- before <= 1 {
      return info.bytesReceived != before
    }
    // Either end may have closed first, and the figures do not say which: mostly clients do.
    return isOutgoing == false
  }
}

extension SocketState {
  /// Whether this end has sent a FIN, or is to send it after its data, that was not acknowledged yet.
  fileprivate var awaitsFINAcknowledgement: Bool {
    self == .finWait1 || self == .closing || self == .lastAck
  }
}
