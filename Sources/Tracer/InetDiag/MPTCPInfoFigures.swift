import Connections

/// The figures of a `struct mptcp_info`, read where it lies.
struct MPTCPInfoFigures {
  /// Where the fields are.
  private enum Offset {
    static let token = 12
    static let bytesSent = 56
    static let bytesReceived = 64
  }

  /// Where figures are that say whether anything changed.
  static let ranges = [0..<80]

  private let info: UnsafeRawBufferPointer

  init(_ info: UnsafeRawBufferPointer) {
    self.info = info
  }

  /// The local token, which its subflows name.
  var token: UInt32? { info.number(at: Offset.token, as: UInt32.self) }

  /// Bytes are counted since Linux 6.5.
  func counters(of socket: DumpedSocket) -> Counters {
    let sent = info.number(at: Offset.bytesSent, as: UInt64.self)
    let received = info.number(at: Offset.bytesReceived, as: UInt64.self)
    return Counters(
      bytesSent: sent ?? 0,
      bytesReceived: received ?? 0,
      retransmits: nil,
      congestionWindow: nil,
      unread: socket.state == .listen ? socket.receiveQueue : nil,
      unacknowledged: socket.state == .listen ? socket.sendQueue : nil,
      unsent: nil,
      uncounted: sent == nil || received == nil ? [.bytes, .packets] : .packets
    )
  }
}
