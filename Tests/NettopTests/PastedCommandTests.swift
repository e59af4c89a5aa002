import Connections
import Glibc
import Monitor
import TestSupport
import Testing

/// The commands of the details view, as a user pastes them into a shell.
@Suite(.live, .timeLimit(.minutes(5))) struct PastedCommandTests {
  private let namespace: TestNamespace
  private let connection: LoopbackConnection
  /// Others that must not be shown.
  private let others: [LoopbackConnection]

  init() throws {
    namespace = try TestNamespace()
    let connections = try namespace.run { try (0..<3).map { _ in try LoopbackConnection() } }
    connection = connections[0]
    others = Array(connections.dropFirst())
  }

  /// One end of the connection, or a listener.
  private func end(_ localPort: UInt16, _ remotePort: UInt16) throws -> Connection {
    let address = try #require(Address(remotePort == 0 ? "0.0.0.0" : "127.0.0.1"))
    return Connection(
      id: Connection.ID(cookie: 1, generation: 0),
      local: Endpoint(address: address, port: localPort),
      remote: Endpoint(address: address, port: remotePort),
      netns: namespace.inode,
      direction: .unknown,
      state: remotePort == 0 ? .listen : .established,
      counters: Counters(),
      owner: nil,
      openedAt: nil
    )
  }

  private func named(_ source: NetworkNamespace.NameSource?) -> NetworkNamespace {
    NetworkNamespace(
      inode: namespace.inode,
      name: namespace.name,
      nameSource: source,
      isOwn: source == .host
    )
  }

  /// The lines that a shell prints for a command, without the titles of the columns.
  private func lines(_ command: DetailsCommand) async throws -> [Substring] {
    let outcome = try await Child.run(["sh", "-c", command.text])
    #expect(outcome.status == 0, "\(command.text): \(outcome.errorText)")
    return outcome.text.split(separator: "\n").filter { !$0.hasPrefix("State") }
  }

  @Test func showExactlyTheConnection() async throws {
    for (local, remote) in [
      (connection.clientPort, connection.serverPort),
      (connection.serverPort, connection.clientPort),
    ] {
      let commands = DetailsCommand.all(for: try end(local, remote), in: named(.ipNetns), pid: nil)
      let lines = try await lines(try #require(commands.first))
      try #require(lines.count == 1, "\(lines)")
      #expect(lines[0].contains("127.0.0.1:\(local)"))
      #expect(lines[0].contains("127.0.0.1:\(remote)"))
      #expect(lines[0].contains("ESTAB"))
      #expect(lines[0].contains("cwnd:"))
      #expect(lines[0].contains("pid=\(getpid())"))
    }
  }

  @Test func enterANamespaceByAProcess() async throws {
    let process = try Child(["ip", "netns", "exec", namespace.name, "sleep", "600"])
    let path = "/proc/\(process.pid)/ns/net"
    let inode = namespace.inode
    _ = try await eventually {
      var status = stat()
      return stat(path, &status) == 0 && UInt32(truncatingIfNeeded: status.st_ino) == inode
    }
    let commands = DetailsCommand.all(
      for: try end(connection.clientPort, connection.serverPort),
      in: named(.process),
      pid: process.pid
    )
    let lines = try await lines(try #require(commands.first))
    #expect(lines.count == 1 && lines[0].contains(":\(connection.clientPort)"))
  }

  @Test func showExactlyTheListener() async throws {
    let (listener, other) = try namespace.run { (Self.listener(), Self.listener()) }
    defer { for descriptor in [listener.0, other.0] { close(descriptor) } }
    let commands = DetailsCommand.all(for: try end(listener.1, 0), in: named(.ipNetns), pid: nil)
    let lines = try await lines(try #require(commands.first))
    #expect(lines.count == 1 && lines[0].contains("0.0.0.0:\(listener.1)"), "\(lines)")
  }

  @Test(.enabled(if: access("/usr/bin/tcpdump", X_OK) == 0, "tcpdump is not installed"))
  func nameAFilterThatCompiles() async throws {
    let commands = DetailsCommand.all(
      for: try end(connection.clientPort, connection.serverPort),
      in: named(.host),
      pid: nil
    )
    let words = try #require(commands.last).words
    let filter = words.drop { $0 != "tcp" }
    let outcome = try await Child.run(["tcpdump", "-y", "EN10MB", "-d"] + filter)
    #expect(outcome.status == 0 && outcome.text.contains("ret      #0"))
  }

  /// A listener on any address, and its port.
  private static func listener() -> (Int32, UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    listen(descriptor, 1)
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }
}
