import Connections

/// The figures of a `struct tcp_info`, read where it lies. Any length is right: what an older kernel does
/// not have is absent.
struct TCPInfoFigures {
  /// Where figures are that say whether anything changed. Left out are times since the last segment.
  static let ranges = [16..<24, 32..<40, 64..<152, 160..<216]

  private let info: UnsafeRawBufferPointer

  init(_ info: UnsafeRawBufferPointer) {
    self.info = info
  }

  private func word(_ offset: Int) -> UInt32? { info.number(at: offset, as: UInt32.self) }
  private func long(_ offset: Int) -> UInt64? { info.number(at: offset, as: UInt64.self) }

  /// Payload bytes that were sent, each counted once, `bytes_sent - bytes_retrans`; `nil` before
  /// Linux 4.19, which has neither.
  var payloadSent: UInt64? {
    guard let sent = long(TCPInfoOffset.bytesSent),
      let again = long(TCPInfoOffset.bytesRetransmitted)
    else {
      return nil
    }
    return sent >= again ? sent - again : 0
  }

  /// Bytes acknowledged, SYN and FIN included, `tcpi_bytes_acked`.
  var bytesACKed: UInt64 { long(TCPInfoOffset.bytesACKed) ?? 0 }

  /// Bytes received in order, a FIN included, `tcpi_bytes_received`.
  var bytesReceived: UInt64 { long(TCPInfoOffset.bytesReceived) ?? 0 }

  var segmentsOut: UInt32 { word(TCPInfoOffset.segmentsOut) ?? 0 }
  var segmentsIn: UInt32 { word(TCPInfoOffset.segmentsIn) ?? 0 }
  var notSent: UInt32 { word(TCPInfoOffset.notSent) ?? 0 }

  /// How long ago the last segment was sent that had payload, or one came, in milliseconds:
  /// `tcpi_last_data_sent`, `tcpi_last_data_recv`, `tcpi_last_ack_recv`.
  var idleTime: UInt32? {
    guard let sent = word(TCPInfoOffset.lastDataSent),
      let received = word(TCPInfoOffset.lastDataReceived),
      let acknowledged = word(TCPInfoOffset.lastACKReceived)
    else { return nil }
    return min(sent, received, acknowledged)
  }

  var congestionWindow: UInt32? { word(TCPInfoOffset.congestionWindow) }

  /// Whether all that was sent is acknowledged.
  var isQuiet: Bool { word(TCPInfoOffset.unacknowledged) == 0 && notSent == 0 }

  /// Whether it is that of a socket that was disconnected: the kernel has cleared all of it.
  var isCleared: Bool { segmentsIn == 0 && segmentsOut == 0 && bytesACKed == 0 }

  /// The figures of a connection, but for what `struct inet_diag_msg` has, and the payload.
  func counters(of socket: DumpedSocket) -> Counters {
    let rtt = word(TCPInfoOffset.rtt).flatMap { $0 == 0 ? nil : $0 }
    var counters = Counters(
      packetsSent: UInt64(segmentsOut),
      packetsReceived: UInt64(segmentsIn),
      retransmits: word(TCPInfoOffset.totalRetransmits),
      rtt: rtt,
      // A start value before the first measurement.
      rttVariance: rtt == nil ? nil : word(TCPInfoOffset.rttVariance),
      minRTT: word(TCPInfoOffset.minRTT).flatMap { $0 == .max || $0 == 0 ? nil : $0 },
      congestionWindow: congestionWindow,
      unread: socket.receiveQueue,
      unacknowledged: socket.sendQueue,
      unsent: word(TCPInfoOffset.notSent),
      drops: socket.drops
    )
    counters.path = path(socket)
    return counters
  }

  private func path(_ socket: DumpedSocket) -> PathFigures {
    var path = PathFigures()
    path.deliveryRate = long(TCPInfoOffset.deliveryRate).flatMap { $0 == 0 ? nil : $0 }
    path.pacingRate = long(TCPInfoOffset.pacingRate).flatMap { $0 == .max ? nil : $0 }
    path.busyTime = long(TCPInfoOffset.busyTime)
    path.receiveWindowLimited = long(TCPInfoOffset.receiveWindowLimited)
    path.sendBufferLimited = long(TCPInfoOffset.sendBufferLimited)
    path.receiverRTT = word(TCPInfoOffset.receiverRTT).flatMap { $0 == 0 ? nil : $0 }
    path.receiveSpace = word(TCPInfoOffset.receiveSpace)
    // `TCP_INFINITE_SSTHRESH`.
    path.slowStartThreshold = word(TCPInfoOffset.slowStartThreshold).flatMap {
      $0 >= 0x7fff_ffff ? nil : $0
    }
    path.lost = word(TCPInfoOffset.lost)
    path.reordering = word(TCPInfoOffset.reordering)
    path.deliveredCE = word(TCPInfoOffset.deliveredCE)
    path.mss = word(TCPInfoOffset.sendMSS)
    path.congestionControl = socket.congestionControl
    return path
  }
}

extension TCPInfoFigures {
  /// Which end opened the connection: the SYN of the end that connected was acknowledged like a byte
  /// of payload. `nil` where that cannot be told apart from data on its way. Only in a state in which
  /// this end has sent no FIN.
  var direction: Connection.Direction? {
    guard isQuiet, let sent = payloadSent, bytesACKed >= sent else { return nil }
    switch bytesACKed - sent {
    case 0: return .incoming
    case 1: return .outgoing
    default: return nil
    }
  }

  /// Payload bytes that were sent, where the kernel does not count them (before Linux 4.19): those
  /// acknowledged, and those on their way.
  func payloadSent(
    _ socket: DumpedSocket,
    _ state: SocketState,
    _ direction: Connection.Direction
  ) -> UInt64 {
    let inFlight = socket.sendQueue >= notSent ? UInt64(socket.sendQueue - notSent) : 0
    var controls: UInt64 = direction == .outgoing ? 1 : 0
    let hasSentFIN =
      state.hasAcknowledgedFIN || state == .closed
      || ([.finWait1, .closing, .lastAck].contains(state) && notSent == 0)
    if hasSentFIN { controls += 1 }
    let all = bytesACKed + inFlight
    return all >= controls ? all - controls : 0
  }
}
