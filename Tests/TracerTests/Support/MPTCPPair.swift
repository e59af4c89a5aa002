import Connections
import Glibc
import Testing

@testable import Tracer

/// An MPTCP connection between two processes of a lab.
///
/// Cookies do not tell its sockets apart: the kernel gives an accepted one that of its listener.
struct MPTCPPair: Sendable {
  typealias End = TCPPair.End

  let client: Traffic
  let server: Traffic
  let listener: Traffic.Socket
  let near: Traffic.Socket
  let far: Traffic.Socket
  /// The local port of the client.
  let port: UInt16
  private let namespaces: (left: UInt32, right: UInt32)

  static var isPossible: Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 262)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }
  static let need: Comment = "needs a kernel built with CONFIG_MPTCP, and net.mptcp.enabled"

  /// Opens one to port 8080 on the right.
  init(_ lab: Lab, _ path: LiveKernel.Transfers.Path = .all[0]) async throws {
    client = try lab.process(in: lab.left)
    server = try lab.process(in: lab.right)
    namespaces = (lab.left.inode, lab.right.inode)
    listener = try await server.mptcpSocket(family: path.listen.contains(":") ? 6 : 4)
    try await server.ask("bind \(listener.fd) \(path.listen) 8080")
    try await server.ask("listen-on \(listener.fd) 16")
    near = try await client.mptcpSocket(family: path.connect.contains(":") ? 6 : 4)
    try await client.ask("connect \(near.fd) \(path.connect) 8080")
    far = try await server.accept(listener)
    let answer = try await client.ask("port \(near.fd)")
    port = try #require(answer.first.flatMap { UInt16($0) })
  }

  func process(_ end: End) -> Traffic { end == .client ? client : server }

  /// The connection as one end has it.
  func live(_ end: End, _ view: Collector.View) -> Connection? {
    view.live.values.first { isThis($0, end) }
  }

  func closed(_ end: End, _ view: Collector.View) -> Connection? {
    view.closed.values.first { isThis($0, end) }
  }

  /// The rows of its listener.
  func listeners(_ view: Collector.View) -> [Connection] {
    view.live.values.filter { $0.netns == namespaces.right && $0.isListener }
  }

  private func isThis(_ connection: Connection, _ end: End) -> Bool {
    guard connection.proto == .mptcp else { return false }
    switch end {
    case .client:
      return connection.netns == namespaces.left && connection.local.port == port
    case .server:
      return connection.netns == namespaces.right && connection.remote.port == port
    }
  }

  /// Sends this many bytes to the server, and so many back.
  func transfer(request: Int, reply: Int) async throws {
    async let asked = client.ask("write \(near.fd) \(request)")
    try await server.ask("read \(far.fd) \(request)")
    _ = try await asked
    async let answered = server.ask("write \(far.fd) \(reply)")
    try await client.ask("read \(near.fd) \(reply)")
    _ = try await answered
  }

  /// Bytes sent, received and retransmitted, as the kernel answers the process that holds the
  /// socket.
  func info(_ end: End) async throws -> [UInt64] {
    let socket = end == .client ? near : far
    return try await process(end).ask("mptcp-info \(socket.fd)").compactMap { UInt64($0) }
  }
}

extension Traffic {
  func mptcpSocket(family: Int = 4) async throws -> Socket {
    try await socket("mptcp-socket \(family)")
  }
}
