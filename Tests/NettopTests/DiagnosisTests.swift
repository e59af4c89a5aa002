import Connections
import Glibc
import Monitor
import TestSupport
import Testing
import Tracer

/// What the kernel's own figures of a slow connection come to.
@Suite(.live, .timeLimit(.minutes(5))) struct DiagnosisTests {
  private let tracer: Tracer
  private let namespace: TestNamespace
  private let connection: LoopbackConnection

  init() throws {
    tracer = try Tracer()
    namespace = try TestNamespace()
    connection = try namespace.run { try LoopbackConnection() }
  }

  /// An end of the connection as the tracer would report it.
  private func end(_ descriptor: Int32, _ local: UInt16, _ remote: UInt16) throws -> Connection {
    var cookie: UInt64 = 0
    var length = socklen_t(MemoryLayout<UInt64>.size)
    try #require(getsockopt(descriptor, SOL_SOCKET, SO_COOKIE, &cookie, &length) == 0)
    let address = try #require(Address("127.0.0.1"))
    return Connection(
      id: Connection.ID(cookie: cookie, generation: 0),
      local: Endpoint(address: address, port: local),
      remote: Endpoint(address: address, port: remote),
      netns: namespace.inode,
      direction: .unknown,
      state: .established,
      counters: Counters(),
      owner: nil,
      openedAt: nil
    )
  }

  /// Waits until readings of an end a moment apart show one of the causes.
  private func shows(_ causes: Set<Diagnosis.Cause>, _ end: Connection) async throws -> Bool {
    var before: SocketDetails?
    return try await eventually {
      let now = try #require(try await tracer.inspector?.details(of: end))
      defer { before = now }
      return Diagnosis(now, before: before).findings.contains { causes.contains($0.cause) }
    }
  }

  @Test func tellsThatAProcessDoesNotRead() async throws {
    let (client, server) = (
      try end(connection.client, connection.clientPort, connection.serverPort),
      try end(connection.server, connection.serverPort, connection.clientPort)
    )
    #expect(try await shows([.idle], client))
    let buffer = [UInt8](repeating: 0x61, count: 1 << 16)
    while send(connection.client, buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 {}
    #expect(try await shows([.receiverWindow, .zeroWindow], client))
    #expect(try await shows([.reader], server))
  }
}
