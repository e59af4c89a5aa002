internal import CTracer
import Glibc
package import SystemPackage

/// All TCP sockets of a network namespace, as sock_diag lists them.
package enum SocketDump {
  /// The details of every listener and connection in the namespace of the calling thread, by
  /// cookie. What is no full socket (`TIME-WAIT`, `SYN-RECV`) has none.
  package static func tcp() throws(Errno) -> [UInt64: SocketDetails] {
    var socket = try NetlinkSocket()
    let clock = BootClock()
    var all: [UInt64: SocketDetails] = [:]
    for family in [AF_INET, AF_INET6] {
      try socket.ask(SOCK_DIAG_BY_FAMILY, isDump: true, request(family)) { message in
        guard let answer = SockDiagAnswer(message), let details = answer.details(at: clock.now)
        else { return }
        all[answer.cookie] = details
      }
    }
    return all
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
