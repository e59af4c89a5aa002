/// The state of a socket: of TCP and MPTCP as RFC 9293 section 3.3.2 has it, numbered as the kernel
/// does (`include/net/tcp_states.h`) and named as `ss` prints it.
///
/// A UDP socket without a remote end of its own is `unconnected`; what it exchanges with one remote
/// end is `established`.
package enum SocketState: UInt8, Sendable, CaseIterable {
  /// UDP only: it takes datagrams from anyone.
  case unconnected = 0
  case established = 1
  case synSent = 2
  case synReceived = 3
  case finWait1 = 4
  case finWait2 = 5
  case timeWait = 6
  case closed = 7
  case closeWait = 8
  case lastAck = 9
  case listen = 10
  case closing = 11

  /// Whether it waits for any peer.
  package var isListening: Bool { self == .listen || self == .unconnected }

  /// The name that `ss` prints: `ESTAB`, `SYN-SENT`, `FIN-WAIT-1`. At most ten characters.
  package var name: String {
    switch self {
    case .unconnected: "UNCONN"
    case .established: "ESTAB"
    case .synSent: "SYN-SENT"
    case .synReceived: "SYN-RECV"
    case .finWait1: "FIN-WAIT-1"
    case .finWait2: "FIN-WAIT-2"
    case .timeWait: "TIME-WAIT"
    case .closed: "CLOSED"
    case .closeWait: "CLOSE-WAIT"
    case .lastAck: "LAST-ACK"
    case .listen: "LISTEN"
    case .closing: "CLOSING"
    }
  }
}
