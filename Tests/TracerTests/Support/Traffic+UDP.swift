import Connections

@testable import Tracer

extension Traffic {
  /// A UDP socket.
  ///
  /// - Parameter shared: with others at the same port (`SO_REUSEPORT`).
  func udp(family: Int = 4, shared: Bool = false) async throws -> Socket {
    let answer = try await ask("udp \(family)\(shared ? " shared" : "")")
    guard answer.count == 2, let fd = Int(answer[0]), let cookie = UInt64(answer[1]) else {
      throw HarnessError("udp: \(answer)")
    }
    return Socket(fd: fd, cookie: cookie)
  }

  /// One that is bound.
  func udp(_ host: String, _ port: UInt16, shared: Bool = false) async throws -> Socket {
    let made = try await udp(family: host.contains(":") ? 6 : 4, shared: shared)
    try await ask("bind \(made.fd) \(host) \(port)")
    return made
  }

  /// Sends datagrams, to where the socket is connected or to a remote end.
  func send(
    _ socket: Socket,
    _ bytes: Int,
    count: Int = 1,
    by call: String = "sendto",
    to remote: (String, UInt16)? = nil
  ) async throws {
    let target = remote.map { " \($0.0) \($0.1)" } ?? ""
    try await ask("udp-send \(socket.fd) \(call) \(bytes) \(count)\(target)")
  }
}

extension Collector.View {
  /// The live rows of a UDP socket.
  func rows(_ socket: Traffic.Socket) -> [Connection] {
    live.values.filter { $0.id.cookie == socket.cookie }
  }

  /// The live row of a UDP socket and one remote port; 0: its own.
  func row(_ socket: Traffic.Socket, _ port: UInt16) -> Connection? {
    rows(socket).first { $0.remote.port == port }
  }

  /// The rows of a UDP socket that ended.
  func ended(_ socket: Traffic.Socket) -> [Connection] {
    closed.values.filter { $0.id.cookie == socket.cookie }
  }
}

extension Connection {
  /// Bytes and datagrams sent, then received.
  var datagrams: [UInt64] {
    [
      counters.bytesSent, counters.packetsSent, counters.bytesReceived, counters.packetsReceived,
    ]
  }
}
