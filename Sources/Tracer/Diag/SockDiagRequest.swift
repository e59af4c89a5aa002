internal import CTracer
import Connections
import Glibc

/// Which socket sock_diag is asked for, and what about it: `struct inet_diag_req_v2`.
struct SockDiagRequest: Hashable, Sendable {
  /// How the kernel is asked for what is in no `struct inet_diag_msg`: bits of `idiag_ext`.
  ///
  /// `VEGASINFO` requests what any congestion control reports; `INET_DIAG_MARK` comes unrequested.
  static let everything = [
    INET_DIAG_INFO, INET_DIAG_VEGASINFO, INET_DIAG_CONG, INET_DIAG_TOS, INET_DIAG_TCLASS,
    INET_DIAG_SKMEMINFO,
  ].reduce(UInt8(0)) { $0 | 1 << ($1 - 1) }

  var local: Endpoint
  var remote: Endpoint
  let cookie: UInt64
  let proto: TransportProtocol
  /// The device that the socket is bound to, 0 for none. A lookup has to name it.
  var interface: UInt32 = 0
  var family: Int32
  var extensions: UInt8 = 0

  /// A lookup of exactly one socket.
  init(_ connection: Connection) {
    local = connection.local
    remote = connection.remote
    cookie = connection.id.cookie
    proto = connection.proto
    // Finds an IPv6 socket with IPv4-mapped addresses too.
    family = connection.local.address.isV4 ? AF_INET : AF_INET6
  }

  /// Leaves of what is asked for only the local port, and the cookie.
  mutating func forgetAddresses() {
    local = Endpoint(
      address: family == AF_INET ? Address(v4: 0) : Address(high: 0, low: 0),
      port: local.port
    )
    remote = Endpoint(address: local.address, port: 0)
  }

  /// What the kernel reads.
  var bytes: [UInt8] {
    // `INET_DIAG_NOCOOKIE` in both halves would match any socket; no socket has that cookie.
    let id = inet_diag_sockid(
      idiag_sport: local.port.bigEndian,
      idiag_dport: remote.port.bigEndian,
      idiag_src: words(local.address),
      idiag_dst: words(remote.address),
      idiag_if: interface,
      idiag_cookie: (UInt32(truncatingIfNeeded: cookie), UInt32(cookie >> 32))
    )
    let request = inet_diag_req_v2(
      sdiag_family: UInt8(family),
      // MPTCP has a number of nine bits, which its own dump takes as an attribute: its subflows answer.
      sdiag_protocol: proto == .udp ? UInt8(IPPROTO_UDP) : UInt8(IPPROTO_TCP),
      idiag_ext: extensions,
      pad: 0,
      idiag_states: states,
      id: id
    )
    return withUnsafeBytes(of: request, Array.init)
  }

  /// The states that a dump visits: listeners, or full sockets that are none.
  private var states: UInt32 {
    // A UDP socket of any state can have talked with this remote end.
    if proto == .udp { return .max }
    let listeners = UInt32(1) << SocketState.listen.rawValue
    if remote.port == 0 { return listeners }
    let all = SocketState.allCases.filter { $0 != .unconnected }
      .reduce(UInt32(0)) { $0 | 1 << $1.rawValue }
    return all & ~(listeners | 1 << SocketState.timeWait.rawValue)
  }

  /// An address in network order: four words, or the first of them for IPv4.
  private func words(_ address: Address) -> (UInt32, UInt32, UInt32, UInt32) {
    let all = [address.high, address.low].flatMap {
      [UInt32($0 >> 32).bigEndian, UInt32(truncatingIfNeeded: $0).bigEndian]
    }
    return family == AF_INET ? (all[3], 0, 0, 0) : (all[0], all[1], all[2], all[3])
  }
}
