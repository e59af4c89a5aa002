import Connections

@testable import Tracer

/// Processes that open connections and end them at once, in every way there is, as fast as they can.
///
/// Each client has a server: some over loopback, some between the namespaces.
struct Churn {
  /// A client, the server it talks to, and where.
  struct Pair {
    let client: Traffic
    let server: Traffic
    let listener: Traffic.Socket
    let host: String
    let port: UInt16
    /// Namespaces of their ends.
    let near: UInt32
    let far: UInt32
  }

  let pairs: [Pair]
  /// How many connections each client makes. Of four, one is refused and has one end only.
  let count: Int

  /// - Parameter connections: how many all clients make.
  init(_ connections: Int, in lab: Lab) async throws {
    count = connections / 16 * 4
    for namespace in [lab.left, lab.right] {
      try namespace.set("net.ipv4.ip_local_port_range", "1024 65535")
    }
    var pairs: [Pair] = []
    for (index, host) in ["127.0.0.1", "::1", "10.77.0.2", "2001:db8::11"].enumerated() {
      let far = index < 2 ? lab.left : lab.right
      let server = try lab.process(in: far)
      let port = UInt16(80 + index)
      pairs.append(
        Pair(
          client: try lab.process(in: lab.left),
          server: server,
          listener: try await server.listen(host, port, backlog: 4096),
          host: host,
          port: port,
          near: lab.left.inode,
          far: far.inode
        )
      )
    }
    self.pairs = pairs
  }

  /// Ends of connections that are made: those of the servers and those of the clients.
  var accepted: Int { pairs.count * count / 4 * 3 }
  var connected: Int { pairs.count * count }

  /// Has all clients make their connections, and waits until they did.
  func run() async throws {
    try await withThrowingTaskGroup(of: [String].self) { group in
      for pair in pairs {
        group.addTask {
          try await pair.server.ask("churn-serve \(pair.listener.fd) \(count / 4 * 3)")
        }
        group.addTask {
          try await pair.client.ask("churn \(pair.host) \(pair.port) 9 \(count)")
        }
      }
      for try await _ in group {}
    }
  }

  /// The pair that an end is of, and whether it is the client's: by its addresses.
  func pair(of end: Connection) -> (pair: Pair, isClient: Bool)? {
    for pair in pairs {
      if end.netns == pair.far, end.direction == .incoming, end.local.port == pair.port {
        return (pair, false)
      }
      if end.netns == pair.near, end.direction == .outgoing, end.remote.port == pair.port {
        return (pair, true)
      }
    }
    return nil
  }
}
