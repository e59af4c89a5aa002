internal import CTracer
import Connections
import Glibc

/// A request for all sockets of a protocol in a network namespace.
struct DumpRequest: Sendable {
  /// `SOCK_DIAG_BY_FAMILY`, or `TCPDIAG_GETSOCK`, which takes all families at once.
  let type: Int32
  let proto: TransportProtocol
  let bytes: [UInt8]

  /// All full sockets of TCP and UDP. What is in TIME-WAIT or SYN-RECV has neither figures nor a
  /// process.
  static let all = [tcp, udp(AF_INET), udp(AF_INET6)]

  /// Those of MPTCP: before the subflows, which name their connection.
  static let mptcp = [mptcp(AF_INET), mptcp(AF_INET6)]

  /// IPv4 and IPv6 together: the kernel walks its table once.
  private static let tcp: DumpRequest = {
    var request = inet_diag_req()
    request.idiag_family = UInt8(AF_UNSPEC)
    request.idiag_ext = extensions([INET_DIAG_INFO, INET_DIAG_CONG, INET_DIAG_SKMEMINFO])
    request.idiag_states = states
    return DumpRequest(
      type: TCPDIAG_GETSOCK,
      proto: .tcp,
      bytes: withUnsafeBytes(of: request, Array.init)
    )
  }()

  private static func udp(_ family: Int32) -> DumpRequest {
    var request = inet_diag_req_v2()
    request.sdiag_family = UInt8(family)
    request.sdiag_protocol = UInt8(IPPROTO_UDP)
    request.idiag_ext = extensions([INET_DIAG_SKMEMINFO])
    request.idiag_states = .max
    return DumpRequest(
      type: SOCK_DIAG_BY_FAMILY,
      proto: .udp,
      bytes: withUnsafeBytes(of: request, Array.init)
    )
  }

  /// Its number has nine bits, so it is an attribute.
  private static func mptcp(_ family: Int32) -> DumpRequest {
    var request = inet_diag_req_v2()
    request.sdiag_family = UInt8(family)
    request.sdiag_protocol = UInt8(truncatingIfNeeded: TransportProtocol.mptcp.rawValue)
    request.idiag_ext = extensions([INET_DIAG_INFO])
    request.idiag_states = states
    let attribute = nlattr(
      nla_len: UInt16(MemoryLayout<nlattr>.size + MemoryLayout<UInt32>.size),
      nla_type: UInt16(INET_DIAG_REQ_PROTOCOL)
    )
    return DumpRequest(
      type: SOCK_DIAG_BY_FAMILY,
      proto: .mptcp,
      bytes: withUnsafeBytes(of: request, Array.init) + withUnsafeBytes(of: attribute, Array.init)
        + withUnsafeBytes(of: UInt32(TransportProtocol.mptcp.rawValue), Array.init)
    )
  }

  private static func extensions(_ wanted: [Int]) -> UInt8 {
    wanted.reduce(0) { $0 | 1 << ($1 - 1) }
  }

  private static let states: UInt32 = {
    let left: Set<SocketState> = [.unconnected, .timeWait, .closed, .synReceived]
    return SocketState.allCases.filter { !left.contains($0) }
      .reduce(UInt32(0)) { $0 | 1 << $1.rawValue }
  }()
}
