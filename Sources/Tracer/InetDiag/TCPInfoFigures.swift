import Connections

/// The figures of a `struct tcp_info`, read where it lies. It only ever grew at its end, so any length
/// is right: what an older kernel does not have is absent.
struct TCPInfoFigures {
  /// Where the fields are.
  private enum Offset {
    static let sendMSS = 16
    static let unacknowledged = 24
    static let lost = 32
    static let lastDataSent = 44
    static let lastDataReceived = 52
    static let lastACKReceived = 56
    static let rtt = 68
    static let rttVariance = 72
    static let slowStartThreshold = 76
    static let congestionWindow = 80
    static let reordering = 88
    static let receiverRTT = 92
    static let receiveSpace = 96
    static let totalRetransmits = 100
    static let pacingRate = 104
    static let bytesACKed = 120
    static let bytesReceived = 128
    static let segmentsOut = 136
    static let segmentsIn = 140
    static let notSent = 144
    static let minRTT = 148
    static let deliveryRate = 160
    static let busyTime = 168
    static let receiveWindowLimited = 176
    static let sendBufferLimited = 184
    static let deliveredCE = 196
    static let bytesSent = 200
    static let bytesRetransmitted = 208
  }

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
    guard let sent = long(Offset.bytesSent), let again = long(Offset.bytesRetransmitted) else {
      return nil
    }
    return sent >= again ? sent - again : 0
  }

  /// Bytes acknowledged, SYN and FIN included, `tcpi_bytes_acked`.
  var bytesACKed: UInt64 { long(Offset.bytesACKed) ?? 0 }

  /// Bytes received in order, a FIN included, `tcpi_bytes_received`.
  var bytesReceived: UInt64 { long(Offset.bytesReceived) ?? 0 }

  var segmentsOut: UInt32 { word(Offset.segmentsOut) ?? 0 }
  var segmentsIn: UInt32 { word(Offset.segmentsIn) ?? 0 }
  var notSent: UInt32 { word(Offset.notSent) ?? 0 }

  /// How long ago the last segment was sent that had payload, or one came, in milliseconds:
  /// `tcpi_last_data_sent`, `tcpi_last_data_recv`, `tcpi_last_ack_recv`.
  var idleTime: UInt32? {
    guard let sent = word(Offset.lastDataSent), let received = word(Offset.lastDataReceived),
      let acknowledged = word(Offset.lastACKReceived)
    else { return nil }
    return min(sent, received, acknowledged)
  }

  var congestionWindow: UInt32? { word(Offset.congestionWindow) }

  /// Whether all that was sent is acknowledged.
  var isQuiet: Bool { word(Offset.unacknowledged) == 0 && notSent == 0 }

  /// Whether it is that of a socket that was disconnected: the kernel has cleared all of it.
  var isCleared: Bool { segmentsIn == 0 && segmentsOut == 0 && bytesACKed == 0 }

  /// The figures of a connection, but for what `struct inet_diag_msg` has, and the payload.
  func counters(of socket: DumpedSocket) -> Counters {
    let rtt = word(Offset.rtt).flatMap { $0 == 0 ? nil : $0 }
    var counters = Counters(
      packetsSent: UInt64(segmentsOut),
      packetsReceived: UInt64(segmentsIn),
      retransmits: word(Offset.totalRetransmits),
      rtt: rtt,
      // A start value before the first measurement.
      rttVariance: rtt == nil ? nil : word(Offset.rttVariance),
      minRTT: word(Offset.minRTT).flatMap { $0 == .max || $0 == 0 ? nil : $0 },
      congestionWindow: congestionWindow,
      unread: socket.receiveQueue,
      unacknowledged: socket.sendQueue,
      unsent: word(Offset.notSent),
      drops: socket.drops
    )
    counters.path = path(socket)
    return counters
  }

  private func path(_ socket: DumpedSocket) -> PathFigures {
    var path = PathFigures()
    path.deliveryRate = long(Offset.deliveryRate).flatMap { $0 == 0 ? nil : $0 }
    path.pacingRate = long(Offset.pacingRate).flatMap { $0 == .max ? nil : $0 }
    path.busyTime = long(Offset.busyTime)
    path.receiveWindowLimited = long(Offset.receiveWindowLimited)
    path.sendBufferLimited = long(Offset.sendBufferLimited)
    path.receiverRTT = word(Offset.receiverRTT).flatMap { $0 == 0 ? nil : $0 }
    path.receiveSpace = word(Offset.receiveSpace)
    // `TCP_INFINITE_SSTHRESH`.
    path.slowStartThreshold = word(Offset.slowStartThreshold).flatMap {
      $0 >= 0x7fff_ffff ? nil : $0
    }
    path.lost = word(Offset.lost)
    path.reordering = word(Offset.reordering)
    path.deliveredCE = word(Offset.deliveredCE)
    path.mss = word(Offset.sendMSS)
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
