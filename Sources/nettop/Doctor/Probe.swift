import Connections

/// One end of a connection of the self-test, with all that is known of it beforehand.
struct Probe {
  /// What it is called in messages: `client`.
  let role: String
  let proto: TransportProtocol
  let cookie: UInt64
  let localPort: UInt16
  /// The remote port; `nil` for a listener, and where a cookie says enough.
  var remotePort: UInt16?
  let direction: Connection.Direction?
  var bytesSent: UInt64 = 0
  var bytesReceived: UInt64 = 0
  /// Of UDP: how many datagrams.
  var datagramsSent: UInt64?
  var datagramsReceived: UInt64?
  /// Of a listener: how many connections it got.
  var accepted: UInt64?
  /// Why it will have ended; `nil` if that is not compared.
  var end: Connection.CloseReason?
  /// What is open of it, and how that ends.
  var socket: TestSocket?

  init(
    _ role: String,
    _ socket: TestSocket,
    _ direction: Connection.Direction?,
    sent: Int = 0,
    received: Int = 0,
    end: Connection.CloseReason?
  ) {
    self.role = role
    proto = socket.proto
    cookie = socket.cookie
    localPort = socket.port
    self.direction = direction
    bytesSent = UInt64(sent)
    bytesReceived = UInt64(received)
    self.end = end
    self.socket = socket
  }

  /// Whether a connection is this end of it.
  func isEnd(of connection: Connection) -> Bool {
    guard connection.proto == proto, remotePort.map({ $0 == connection.remote.port }) ?? true else {
      return false
    }
    // The kernel gives an accepted socket of MPTCP the cookie of its listener.
    return proto == .mptcp
      ? connection.local.port == localPort : connection.id.cookie == cookie
  }

  /// The same of a socket that has been closed already.
  func closed() -> Probe {
    var probe = self
    probe.socket?.close()
    probe.socket = nil
    return probe
  }
}
