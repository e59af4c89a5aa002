import Connections
import Glibc

@testable import Tracer

/// A socket as sock_diag reports it, put together from its figures.
struct DiagSocket {
  /// The fields of `struct tcp_info` that are read, by their offsets (`linux/tcp.h`).
  enum Field: Int, CaseIterable {
    case sendMSS = 16
    case unacknowledged = 24
    case lost = 32
    case lastDataSent = 44
    case lastDataReceived = 52
    case lastACKReceived = 56
    case rtt = 68
    case rttVariance = 72
    case slowStartThreshold = 76
    case congestionWindow = 80
    case reordering = 88
    case receiverRTT = 92
    case receiveSpace = 96
    case totalRetransmits = 100
    case pacingRate = 104
    case bytesACKed = 120
    case bytesReceived = 128
    case segmentsOut = 136
    case segmentsIn = 140
    case notSent = 144
    case minRTT = 148
    case deliveryRate = 160
    case busyTime = 168
    case receiveWindowLimited = 176
    case sendBufferLimited = 184
    case deliveredCE = 196
    case bytesSent = 200
    case bytesRetransmitted = 208

    var size: Int {
      switch self {
      case .pacingRate, .bytesACKed, .bytesReceived, .deliveryRate, .busyTime,
        .receiveWindowLimited, .sendBufferLimited, .bytesSent, .bytesRetransmitted:
        8
      default: 4
      }
    }

    /// Where its bytes are.
    var range: Range<Int> { rawValue..<(rawValue + size) }

    /// Whether it changes while nothing happens.
    var isTime: Bool { [.lastDataSent, .lastDataReceived, .lastACKReceived].contains(self) }
  }

  var type: UInt16 = 20
  /// As a notification has it.
  var proto: TransportProtocol?
  var cookie: UInt64 = 7
  var state = SocketState.established
  var family = AF_INET
  var local: [UInt8] = [10, 0, 0, 1]
  var remote: [UInt8] = [10, 0, 0, 2]
  var localPort: UInt16 = 40000
  var remotePort: UInt16 = 80
  var interface: UInt32 = 0
  var receiveQueue: UInt32 = 0
  var sendQueue: UInt32 = 0
  var inode: UInt32 = 0
  /// `struct tcp_info`, or that of MPTCP.
  var info: [UInt8]? = [UInt8](repeating: 0, count: 232)
  var drops: UInt32?
  var congestionControl: String?
  /// `INET_DIAG_ULP_INFO`.
  var upperLayer: [UInt8]?

  init(cookie: UInt64 = 7, state: SocketState = .established, inode: UInt32 = 0) {
    self.cookie = cookie
    self.state = state
    self.inode = inode
  }

  /// A figure of `struct tcp_info`; 0 beyond its length.
  subscript(field: Field) -> UInt64 {
    get {
      guard let info, field.range.upperBound <= info.count else { return 0 }
      return info[field.range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    set { put(newValue, at: field.rawValue, size: field.size) }
  }

  /// Writes a number into `info`, as far as that reaches.
  mutating func put(_ value: UInt64, at offset: Int, size: Int) {
    for byte in 0..<size where offset + byte < info?.count ?? 0 {
      info?[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte)))
    }
  }

  /// The same with other values of some figures.
  func with(_ figures: [Field: UInt64], _ change: (inout DiagSocket) -> Void = { _ in })
    -> DiagSocket
  {
    var socket = self
    for (field, value) in figures { socket[field] = value }
    change(&socket)
    return socket
  }

  /// A listener at a port.
  static func listener(_ cookie: UInt64, port: UInt16, inode: UInt32) -> DiagSocket {
    var socket = DiagSocket(cookie: cookie, state: .listen, inode: inode)
    socket.localPort = port
    socket.remotePort = 0
    socket.local = [0, 0, 0, 0]
    socket.remote = [0, 0, 0, 0]
    return socket
  }

  /// The whole message, `struct nlmsghdr` included.
  var message: [UInt8] {
    func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian, Array.init)
    }
    func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
      let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
      return bytes(UInt16(4 + value.count)) + bytes(type) + value + padding
    }
    func address(_ value: [UInt8]) -> [UInt8] {
      value + [UInt8](repeating: 0, count: 16 - value.count)
    }
    var payload: [UInt8] = [UInt8(family), state.rawValue, 0, 0]
    payload += bytes(localPort.bigEndian) + bytes(remotePort.bigEndian)
    payload += address(local) + address(remote)
    payload += bytes(interface) + bytes(cookie) + bytes(UInt32(0))
    payload += bytes(receiveQueue) + bytes(sendQueue) + bytes(UInt32(0)) + bytes(inode)
    if let drops { payload += attribute(7, [UInt8](repeating: 0, count: 32) + bytes(drops)) }
    if let info { payload += attribute(2, info) }
    if let congestionControl { payload += attribute(4, Array(congestionControl.utf8) + [0]) }
    if let upperLayer { payload += attribute(19, upperLayer) }
    if let proto { payload += attribute(10, [UInt8(truncatingIfNeeded: proto.rawValue)]) }
    return bytes(UInt32(16 + payload.count)) + bytes(type) + bytes(UInt16(0)) + bytes(UInt64(0))
      + payload
  }

  /// What it is read as.
  func read<Result>(_ body: (DumpedSocket) throws -> Result) throws -> Result {
    try DiagSocket.read(message, body)
  }

  /// The only socket of a datagram.
  static func read<Result>(
    _ datagram: [UInt8],
    _ body: (DumpedSocket) throws -> Result
  ) throws -> Result {
    try datagram.withUnsafeBytes { bytes in
      let sockets = NetlinkMessages(bytes).compactMap { DumpedSocket($0) }
      guard sockets.count == 1 else { throw HarnessError("\(sockets.count) sockets") }
      return try body(sockets[0])
    }
  }
}
