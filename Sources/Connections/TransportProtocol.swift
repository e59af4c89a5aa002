/// The protocol of a connection: `sock.sk_protocol`.
package enum TransportProtocol: UInt16, Sendable, CaseIterable {
  case tcp = 6
  case udp = 17
  /// A connection over several subflows, RFC 8684. Each subflow is a TCP connection of its own.
  case mptcp = 262

  /// The word for it in JSON and on the screen: `tcp`, `udp`, `mptcp`.
  package var name: String {
    switch self {
    case .tcp: "tcp"
    case .udp: "udp"
    case .mptcp: "mptcp"
    }
  }
}

extension TransportProtocol {
  /// The kernel's module that answers about its sockets; of MPTCP, about its subflows.
  package var diagnosisModule: String { self == .udp ? "udp_diag" : "tcp_diag" }
}
