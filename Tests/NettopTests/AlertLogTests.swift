import Glibc
import TestSupport
import Testing

/// Alerts of `nettop log`, with connections of the test process.
@Suite(.live, .timeLimit(.minutes(5))) struct AlertLogTests {
  private let namespace: TestNamespace
  /// Older than the log: the line about it shows that nettop follows by now.
  private let older: LoopbackConnection

  init() throws {
    namespace = try TestNamespace()
    older = try namespace.run { try LoopbackConnection() }
  }

  /// Logs the alerts of rules while `body` runs.
  private func alerts(_ rules: String..., during body: () throws -> Void) async throws -> [JSONLine]
  {
    let fifo = try Fifo()
    let options = rules.map { "--alert '\($0)'" }.joined(separator: " ")
    let words = "log --netns \(namespace.name) --format json --existing -d 0.1 --events alert"
    let child = try Child(["sh", "-c", "exec \(Nettop.path) \(words) \(options) >\(fifo.path)"])
    let follows = try await eventually {
      fifo.read()
      return fifo.text.split(separator: "\n").count { $0.contains("existing") } == 2
    }
    try #require(follows)
    try body()
    // It reports everything that happened before the signal.
    kill(child.pid, SIGINT)
    let hasEnded = try await eventually {
      fifo.read()
      return !child.isRunning
    }
    try #require(hasEnded)
    fifo.read()
    let outcome = try await child.outcome()
    #expect(outcome.errorText == "")
    return try fifo.lines.filter { $0.text("event") != "existing" }
  }

  private func connect(sending count: Int) throws -> LoopbackConnection {
    let connection = try namespace.run { try LoopbackConnection() }
    try connection.transfer(count)
    connection.close()
    return connection
  }

  /// Tries to connect where nobody listens.
  private func connectInVain(to host: UInt32) throws {
    let refused = try namespace.run { () -> Int32 in
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      defer { close(client) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(1).bigEndian
      address.sin_addr.s_addr = host.bigEndian
      return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? 0 : errno
        }
      }
    }
    #expect(refused == ECONNREFUSED)
  }

  @Test func areThoseOfTheConnectionsThatMatch() async throws {
    var expected: [UInt16] = []
    let lines = try await alerts("direction=out bytes_sent>=5000", "close_reason=refused") {
      for bytes in [4000, 5000, 10, 6000] {
        let connection = try connect(sending: bytes)
        if bytes >= 5000 { expected.append(connection.clientPort) }
      }
      try connectInVain(to: 0x7f00_0001)
    }
    #expect(lines.allSatisfy { $0.text("event") == "alert" })
    let ofBytes = lines.filter { $0.text("cause") == "direction=out bytes_sent>=5000" }
    #expect(ofBytes.compactMap { $0.integer("local_port") } == expected.map(Int.init))
    let refused = lines.filter { $0.text("cause") == "close_reason=refused" }
    #expect(refused.map { $0.integer("remote_port") } == [1])
    #expect(refused.first?.integer("pid") == Int(getpid()))
    #expect(lines.count == 3)
  }

  @Test func haveEachNewDestinationOnce() async throws {
    // No other test connects there.
    let host = 0x7f63_0000 | UInt32(getpid() & 0xffff)
    let lines = try await alerts("new_destination=true raddr=127.99.0.0/16") {
      for _ in 0..<3 { try connectInVain(to: host) }
    }
    #expect(lines.count == 1)
    #expect(lines.first?.text("close_reason") == "refused")
    #expect(lines.first?["new_destination"] == .boolean(true))
  }

  @Test func areHeldOff() async throws {
    let lines = try await alerts("close_reason=refused holdoff 1h") {
      for _ in 0..<5 { try connectInVain(to: 0x7f00_0001) }
    }
    #expect(lines.count == 1)
  }
}
