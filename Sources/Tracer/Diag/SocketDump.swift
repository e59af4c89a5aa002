internal import CTracer
package import Connections
import Glibc
package import SystemPackage

/// All TCP sockets of a network namespace, as sock_diag lists them.
package enum SocketDump {
  /// The details of every listener and connection in the namespace of the calling thread, by
  /// cookie. What is no full socket (`TIME-WAIT`, `SYN-RECV`) has none.
  package static func tcp() throws(Errno) -> [UInt64: SocketDetails] {
    var socket = try NetlinkSocket()
    // The kernel walks the sockets of all namespaces for each list.
    let counts = SocketCounts.here
    let clock = BootClock()
    var all: [UInt64: SocketDetails] = [:]
    for family in [AF_INET, AF_INET6] {
      if let counts, (family == AF_INET ? counts.tcp : counts.tcp6) == 0 { continue }
      try socket.list(request(family)) { message in
        guard let answer = SockDiagAnswer(message), let details = answer.details(at: clock.now)
        else { return }
        all[answer.cookie] = details
      }
    }
    return all
  }

  /// Whether the kernel answers about sockets of a protocol, of the number that IP has for it.
  ///
  /// - Throws: `protocolNotSupported` where it does not.
  package static func probe(_ proto: UInt8) throws(Errno) {
    var socket = try NetlinkSocket()
    var request = inet_diag_req_v2()
    request.sdiag_family = UInt8(AF_INET)
    request.sdiag_protocol = proto
    // Of no state there is no socket to list.
    try socket.list(withUnsafeBytes(of: request, Array.init)) { _ in }
  }

  private static func request(_ family: Int32) -> [UInt8] {
    var request = inet_diag_req_v2()
    request.sdiag_family = UInt8(family)
    request.sdiag_protocol = UInt8(IPPROTO_TCP)
    request.idiag_ext = SockDiagRequest.everything
    let left: Set<SocketState> = [.unconnected, .timeWait, .closed, .synReceived]
    request.idiag_states = SocketState.allCases.filter { !left.contains($0) }
      .reduce(UInt32(0)) { $0 | 1 << $1.rawValue }
    return withUnsafeBytes(of: request, Array.init)
  }
}
