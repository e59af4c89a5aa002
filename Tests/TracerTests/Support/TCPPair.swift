import Connections

@testable import Tracer

/// A TCP connection between two processes of a lab.
struct TCPPair: Sendable {
  enum End { case client, server }

  let client: Traffic
  let server: Traffic
  let near: Traffic.Socket
  let far: Traffic.Socket

  /// Opens one to the right.
  static func make(
    _ lab: Lab,
    _ path: LiveKernel.Transfers.Path = .all[0],
    port: UInt16 = 8080
  ) async throws -> TCPPair {
    let client = try lab.process(in: lab.left)
    let server = try lab.process(in: lab.right)
    let listener = try await server.listen(path.listen, port)
    let near = try await client.connect(path.connect, port)
    let far = try await server.accept(listener)
    return TCPPair(client: client, server: server, near: near, far: far)
  }

  /// Moves this many bytes from one end to the other.
  func move(_ way: LiveKernel.Exact.Way, _ bytes: Int, from end: End) async throws {
    let isClient = end == .client
    let (sender, out) = isClient ? (client, near) : (server, far)
    let (receiver, into) = isClient ? (server, far) : (client, near)
    async let sent = sender.ask("by \(way.send) \(out.fd) \(bytes)")
    try await receiver.ask("by \(way.receive) \(into.fd) \(bytes)")
    _ = try await sent
  }

  func close() async throws {
    try await client.ask("close \(near.fd)")
    try await server.ask("close \(far.fd)")
  }

  /// Waits until the end of each is reported.
  func ended(_ collector: Collector) async throws -> (near: Connection, far: Connection) {
    try await collector.wait("both ends") { view in
      view.closed(near).flatMap { near in view.closed(far).map { (near, $0) } }
    }
  }
}
