import Connections

/// What the notification of a freed socket says about the end of its connection.
struct FinalFigures {
  /// Absent for what is no connection of TCP, and where the kernel has cleared them.
  let counters: Counters
  /// Whether the kernel has cleared them: a process that resets its own connection, or whose attempt
  /// to connect fails, disconnects the socket first.
  let isCleared: Bool
  let reason: Connection.CloseReason
  let neverEstablished: Bool
  /// As the figures prove it; `nil` where they do not.
  let direction: Connection.Direction?

  /// - Parameters:
  ///   - lastState: the last that is known.
  ///   - direction: `unknown` where it is not known.
  ///   - hasFIN: whether the peer's FIN had come; `nil` if that is not known.
  init(
    _ socket: DumpedSocket,
    _ proto: TransportProtocol,
    lastState: SocketState,
    direction: Connection.Direction,
    hasFIN: Bool? = nil
  ) {
    let info = TCPInfoFigures(socket.info)
    isCleared = proto == .tcp && lastState != .listen && info.isCleared
    if proto != .tcp || lastState == .listen {
      (counters, neverEstablished, self.direction) = (.absent, false, nil)
      reason = proto == .udp ? .closed : .fin
      return
    }
    if isCleared {
      let failed = lastState == .synSent
      (counters, reason, neverEstablished) = (.absent, .unknown, failed)
      self.direction = failed ? .outgoing : nil
      return
    }
    // Acknowledged beyond the payload: the SYN of the end that connected, and a FIN.
    let sent = info.payloadSent
    let beyond = sent.flatMap { info.bytesACKed >= $0 ? info.bytesACKed - $0 : nil }
    let isOutgoing: Bool? =
      switch direction {
      case .outgoing: true
      case .incoming: false
      // Without a FIN there is 1 or 0, with one 2 or 1.
      case .unknown: beyond == 2 ? true : beyond == 0 ? false : nil
      }
    self.direction = isOutgoing.map { $0 ? .outgoing : .incoming }
    let isFINAcknowledged =
      switch (beyond, isOutgoing) {
      case (2, _), (1, false): true
      case (let beyond?, true): beyond >= 2
      case (1, nil): socket.receiveQueue > 0 || lastState.hasReceivedFIN
      default: lastState.hasAcknowledgedFIN || lastState == .lastAck || lastState == .closing
      }
    var counters = info.counters(of: socket)
    counters.bytesSent = sent ?? info.payloadSent(socket, .closed, direction)
    // In CLOSE the state says no longer whether a FIN had come.
    let hasFIN =
      (hasFIN ?? (lastState.hasReceivedFIN || isFINAcknowledged)) && info.bytesReceived > 0
    counters.bytesReceived = info.bytesReceived - (hasFIN ? 1 : 0)
    // A FIN that the process did not read is one of these.
    if hasFIN, let unread = counters.unread, unread > 0 { counters.unread = unread - 1 }
    counters.unacknowledged = 0
    counters.unsent = 0
    self.counters = counters
    neverEstablished = lastState == .synSent && info.bytesACKed == 0
    reason = isFINAcknowledged ? .fin : .unknown
  }
}
