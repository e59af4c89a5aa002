internal import CTracer
import Connections
import Glibc

/// What sock_diag reports of one socket among many, read where it lies: `struct inet_diag_msg` and
/// the attributes that figures are made of.
struct DumpedSocket {
  private let fixed: UnsafeRawBufferPointer
  /// `struct tcp_info` or `struct mptcp_info`.
  private(set) var info = UnsafeRawBufferPointer(start: nil, count: 0)
  private var memory = UnsafeRawBufferPointer(start: nil, count: 0)
  private var control = UnsafeRawBufferPointer(start: nil, count: 0)
  private var upperLayer = UnsafeRawBufferPointer(start: nil, count: 0)
  private var number = UnsafeRawBufferPointer(start: nil, count: 0)

  /// `nil` for what is no answer about a socket.
  init?(_ message: NetlinkMessages.Message) {
    guard message.type == SOCK_DIAG_BY_FAMILY || message.type == TCPDIAG_GETSOCK,
      message.payload.count >= MemoryLayout<inet_diag_msg>.size
    else { return nil }
    fixed = message.payload
    let attributes = NetlinkAttributes(message.payload.part(from: MemoryLayout<inet_diag_msg>.size))
    for (type, value) in attributes {
      switch type {
      case INET_DIAG_INFO: info = value
      case INET_DIAG_SKMEMINFO: memory = value
      case INET_DIAG_CONG: control = value
      case INET_DIAG_ULP_INFO: upperLayer = value
      case INET_DIAG_PROTOCOL: number = value
      default: break
      }
    }
  }

  /// The cookie: the lower half comes first, whatever the byte order.
  var cookie: UInt64 {
    UInt64(word(InetDiagOffset.cookie)) | UInt64(word(InetDiagOffset.cookie + 4)) << 32
  }

  /// As a notification has it; `nil` in a dump, and for a protocol that is not followed.
  var proto: TransportProtocol? {
    number.first.flatMap { TransportProtocol(rawValue: UInt16($0)) }
  }

  /// `AF_INET` or `AF_INET6`.
  var family: UInt8 { fixed[InetDiagOffset.family] }

  /// `nil` for a number that is no state.
  var state: SocketState? { SocketState(rawValue: fixed[InetDiagOffset.state]) }

  var localPort: UInt16 { port(InetDiagOffset.localPort) }
  var remotePort: UInt16 { port(InetDiagOffset.remotePort) }

  /// The device that the socket is bound to; 0 for none.
  var interface: UInt32 { word(InetDiagOffset.interface) }

  /// Recv-Q and Send-Q of `ss`.
  var receiveQueue: UInt32 { word(InetDiagOffset.receiveQueue) }
  var sendQueue: UInt32 { word(InetDiagOffset.sendQueue) }

  /// The user whose process made the socket.
  var user: UInt32 { word(InetDiagOffset.user) }

  /// The inode of the socket's file; 0 if no process holds it.
  var inode: UInt32 { word(InetDiagOffset.inode) }

  /// `sk_drops`, the last word of `INET_DIAG_SKMEMINFO`; `nil` before Linux 4.7.
  var drops: UInt32? { memory.number(at: 32, as: UInt32.self) }

  /// The congestion control algorithm.
  var congestionControl: String? {
    control.isEmpty ? nil : String(decoding: control.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// The ends, without zones.
  var local: Endpoint { Endpoint(address: localAddress(zone: nil), port: localPort) }
  var remote: Endpoint { Endpoint(address: remoteAddress(zone: nil), port: remotePort) }

  /// The local address, in a zone if it is of one link.
  func localAddress(zone: String?) -> Address { address(InetDiagOffset.localAddress, zone: zone) }
  func remoteAddress(zone: String?) -> Address { address(InetDiagOffset.remoteAddress, zone: zone) }

  /// Whether either address means something on one link only.
  var isLinkLocal: Bool {
    family == UInt8(AF_INET6)
      && (localAddress(zone: nil).isLinkLocal
        || remoteAddress(zone: nil).isLinkLocal)
  }

  /// `MPTCP_SUBFLOW_ATTR_TOKEN_LOC`.
  private static let localToken = 2

  /// Of a subflow of MPTCP: the local token of its connection, `MPTCP_SUBFLOW_ATTR_TOKEN_LOC`.
  var subflowToken: UInt32? {
    for (type, value) in NetlinkAttributes(upperLayer) where type == Int(INET_ULP_INFO_MPTCP) {
      for (type, value) in NetlinkAttributes(value) where type == Self.localToken {
        return value.number(at: 0, as: UInt32.self)
      }
    }
    return nil
  }

  /// A number that differs where anything differs that a connection is made of; equal ones mean the
  /// same. Timers and times since the last segment are left out: they change while nothing does.
  ///
  /// - Parameter ranges: where in `info` figures are.
  func fingerprint(seed: UInt64, of ranges: [Range<Int>]) -> UInt64 {
    var mixer = Mixer(value: endpoints(seed: seed))
    // Without `idiag_timer` and `idiag_retrans`.
    mixer.add(UInt64(family) << 8 | UInt64(fixed[InetDiagOffset.state]))
    mixer.add(UInt64(interface))
    mixer.add(fixed, InetDiagOffset.receiveQueue)
    mixer.add(fixed, InetDiagOffset.user)
    if let drops { mixer.add(UInt64(drops)) }
    for byte in control { mixer.add(UInt64(byte)) }
    for range in ranges {
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
        mixer.add(info, offset)
      }
    }
    return mixer.value
  }

  /// A number that differs where an address or port does.
  func endpoints(seed: UInt64) -> UInt64 {
    var mixer = Mixer(value: seed)
    for offset in stride(from: InetDiagOffset.localPort, to: InetDiagOffset.interface - 4, by: 8) {
      mixer.add(fixed, offset)
    }
    mixer.add(UInt64(word(InetDiagOffset.interface - 4)))
    return mixer.value
  }

  /// Two sequences of numbers that differ in one of them have another value.
  private struct Mixer {
    var value: UInt64

    @inline(__always)
    mutating func add(_ number: UInt64) {
      value = (value ^ number) &* 0x9e37_79b9_7f4a_7c15
      value ^= value >> 32
    }

    @inline(__always)
    mutating func add(_ bytes: UnsafeRawBufferPointer, _ offset: Int) {
      if let number = bytes.number(at: offset, as: UInt64.self) { add(number) }
    }
  }

  private func address(_ offset: Int, zone: String?) -> Address {
    guard family == UInt8(AF_INET6) else { return Address(v4: word(offset).bigEndian) }
    return Address(networkOrder: fixed, at: offset, zone: zone)
  }

  /// The fixed part is all there.
  private func word(_ offset: Int) -> UInt32 {
    fixed.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }

  private func port(_ offset: Int) -> UInt16 {
    UInt16(bigEndian: fixed.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }
}
