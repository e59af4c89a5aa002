import Glibc
import TestSupport
import Testing

/// `nettop log` on a pipe, with connections of the test process.
@Suite(.live, .timeLimit(.minutes(5))) struct LogTests {
  private let namespace: TestNamespace
  /// Older than the log: the line about it shows that nettop follows by now.
  private let older: LoopbackConnection

  init() throws {
    namespace = try TestNamespace()
    older = try namespace.run { try LoopbackConnection() }
  }

  /// Starts a log into a pipe, and waits until it follows.
  private func start(_ arguments: String..., format: String = "json") async throws -> (Child, Fifo)
  {
    let fifo = try Fifo()
    let words = ["log", "--netns", namespace.name, "--format", format, "-d", "0.1"] + arguments
    let line = ([Nettop.path] + words).joined(separator: " ")
    let child = try Child(["sh", "-c", "exec \(line) >\(fifo.path)"])
    if arguments.contains("--existing") {
      let follows = try await eventually {
        fifo.read()
        return fifo.text.split(separator: "\n").count { $0.contains("existing") } == 2
      }
      try #require(follows)
    }
    return (child, fifo)
  }

  /// Makes a connection that sends this many bytes and ends.
  private func connect(sending count: Int) throws -> LoopbackConnection {
    let connection = try namespace.run { try LoopbackConnection() }
    try connection.transfer(count)
    connection.close()
    return connection
  }

  /// `ip netns del` ends no connection: the namespace is there for as long as they are.
  @Test func followsANamespaceWhoseNameIsDeleted() async throws {
    let (child, fifo) = try await start("--existing")
    let connection = try namespace.run { try LoopbackConnection() }
    func events(_ wanted: Int) async throws -> [JSONLine] {
      var found: [JSONLine] = []
      _ = try await eventually {
        fifo.read()
        found = try lines(fifo, connection)
        return found.count >= wanted
      }
      return found
    }
    #expect(try await events(2).count == 2)
    namespace.deleteName()
    // What opens now is reported by a batch that looks at the names again.
    let later = try namespace.run { try LoopbackConnection() }
    let isTold = try await eventually {
      fifo.read()
      return try lines(fifo, later).count == 2
    }
    #expect(isTold)
    connection.close()
    let all = try await events(4)
    #expect(all.compactMap { $0.text("event") }.suffix(2) == ["close", "close"])
    #expect(Set(all.compactMap { $0.text("netns_name") }) == [namespace.name])
    try await end(child, fifo)
  }

  private func lines(_ fifo: Fifo, _ connection: LoopbackConnection) throws -> [JSONLine] {
    try fifo.lines.filter { line in
      let ports = [line.integer("local_port"), line.integer("remote_port")]
      return ports.contains(Int(connection.clientPort))
        && ports.contains(Int(connection.serverPort))
    }
  }

  /// Ends it as a user does, and reads the rest.
  private func end(_ child: Child, _ fifo: Fifo) async throws {
    kill(child.pid, SIGINT)
    let hasEnded = try await eventually {
      fifo.read()
      return !child.isRunning
    }
    try #require(hasEnded)
    fifo.read()
    let outcome = try await child.outcome()
    #expect(outcome.signal == SIGINT || outcome.status == 128 + SIGINT)
    #expect(outcome.errorText == "")
  }

  @Test func tellsEachConnectionWithItsFinalFiguresInOrder() async throws {
    let (child, fifo) = try await start("--existing")
    let connections = try (1...20).map { try connect(sending: 1000 * $0) }
    // It reports everything that happened before the signal.
    try await end(child, fifo)

    let all = try fifo.lines
    let times = all.compactMap { $0.text("time") }
    #expect(times.count == all.count && times == times.sorted())
    for (index, connection) in connections.enumerated() {
      let lines = try lines(fifo, connection)
      #expect(
        lines.compactMap { $0.text("event") }.sorted() == ["accept", "close", "close", "connect"]
      )
      for line in lines where line.text("event") == "close" {
        let isClient = line.integer("local_port") == Int(connection.clientPort)
        let bytes = 1000 * (index + 1)
        #expect(line.integer("bytes_sent") == (isClient ? bytes : 0))
        #expect(line.integer("bytes_received") == (isClient ? 0 : bytes))
        #expect(line.text("close_reason") == "fin")
        #expect(line.text("direction") == (isClient ? "out" : "in"))
        #expect(line.text("time") == line.text("closed_at"))
      }
      for line in lines {
        #expect(line.integer("pid") == Int(getpid()))
        #expect(line.text("netns_name") == namespace.name)
        if line.text("event") != "close" {
          #expect(line.text("time") == line.text("opened_at"))
          #expect(line["bytes_sent"] == .null)
        }
      }
    }
    #expect(all.count == 2 + 4 * connections.count)
    #expect(!all.contains { $0.text("event") == "lost" })
  }

  @Test func tellsFailedAttemptsAndOnlyWhatIsAskedFor() async throws {
    let (child, fifo) = try await start("--existing", "--events", "close,fail", "-n", "5")
    // Nobody listens where an established connection has its end.
    let refused = try namespace.run { () -> Int32 in
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      defer { close(client) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(1).bigEndian
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? 0 : errno
        }
      }
    }
    #expect(refused == ECONNREFUSED)
    _ = try connect(sending: 5)
    // After its fifth line it ends by itself.
    let outcome = try await child.outcome()
    #expect(outcome.status == 0)
    fifo.read()
    let lines = try fifo.lines
    #expect(lines.map { $0.text("event") } == ["existing", "existing", "fail", "close", "close"])
    #expect(lines[2].text("close_reason") == "refused")
    #expect(lines[2].integer("remote_port") == 1)
  }

  @Test func filters() async throws {
    let (child, fifo) = try await start("-f", "direction=in", "--pid", "\(getpid())", "-n", "2")
    let hasEnded = try await eventually {
      _ = try connect(sending: 10)
      return !child.isRunning
    }
    #expect(hasEnded)
    fifo.read()
    let lines = try fifo.lines
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.text("direction") == "in" })
  }

  /// However slow the reader is, all that happened is reported or counted.
  @Test func countsWhatASlowReaderMakesItDrop() async throws {
    let (child, fifo) = try await start("--existing", "--queue", "20")
    let before = try fifo.lines.count
    var made = 0
    func connect() throws -> LoopbackConnection {
      made += 1
      return try self.connect(sending: 1)
    }
    // Nobody reads, so the pipe fills, and then the queue.
    let isFull = try await eventually {
      for _ in 0..<10 { _ = try connect() }
      return fifo.isFull
    }
    try #require(isFull)
    for _ in 0..<100 { _ = try connect() }
    let hasResumed = try await eventually {
      fifo.read()
      let last = try connect()
      return try await eventually(within: .seconds(2)) {
        fifo.read()
        return try lines(fifo, last).count == 4
      }
    }
    #expect(hasResumed)
    try await end(child, fifo)
    let all = try fifo.lines
    let lost = all.filter { $0.text("event") == "lost" }
    #expect(lost.allSatisfy { $0.text("cause") == "reader" && $0.integer("count") ?? 0 > 0 })
    let dropped = lost.reduce(0) { $0 + ($1.integer("count") ?? 0) }
    let told = all.count - lost.count - before
    #expect(dropped > 0 && told > 0)
    // Each connection has four events.
    #expect(told + dropped == 4 * made)
  }

  @Test func endsWithoutItsReaderThatTakesNothing() async throws {
    let (child, fifo) = try await start("--existing")
    for _ in 0..<300 { _ = try connect(sending: 1) }
    let isFull = try await eventually { fifo.isFull }
    try #require(isFull)
    kill(child.pid, SIGTERM)
    let outcome = try await child.outcome()
    #expect(outcome.signal == SIGTERM || outcome.status == 128 + SIGTERM)
    #expect(outcome.errorText.contains("lines were not written: the reader has stopped reading"))
  }

  /// Also where nothing happens any more.
  @Test func endsQuietlyWithItsReader() async throws {
    let (child, fifo) = try await start("--existing")
    fifo.close()
    let outcome = try await child.outcome()
    #expect(outcome.status == 0)
    #expect(outcome.errorText == "")
  }

  @Test func doesNotNeedStandardInput() async throws {
    let words = "log --netns \(namespace.name) --existing --format json -n 3"
    let child = try Child(["sh", "-c", "exec \(Nettop.path) \(words) <&-"])
    let hasEnded = try await eventually {
      _ = try connect(sending: 10)
      return !child.isRunning
    }
    #expect(hasEnded)
    let outcome = try await child.outcome()
    #expect(outcome.status == 0)
    #expect(try JSONLine.lines(of: outcome.text).count == 3)
  }

  @Test func printsText() async throws {
    let (child, fifo) = try await start("--existing", format: "text")
    let connection = try connect(sending: 4096)
    try await end(child, fifo)
    let lines = fifo.text.split(separator: "\n").map(String.init)
    #expect(lines.first?.wholeMatch(of: /# \d{4}-\d\d-\d\d/) != nil)
    let (client, server) = (connection.clientPort, connection.serverPort)
    let close = lines.first {
      $0.contains("close") && $0.contains("127.0.0.1:\(client) -> 127.0.0.1:\(server)")
    }
    let expected = try Regex(
      #"\d\d:\d\d:\d\d\.\d{3} close    tcp  \S+ +-> \S+ +\S+/\#(getpid()) +fin .*"#
        + #"TX 4\.00K RX 0B .*\#(namespace.name)"#
    )
    #expect(close?.wholeMatch(of: expected) != nil, "\(close ?? fifo.text)")
    #expect(lines.contains { $0.contains(" accept ") && $0.contains("127.0.0.1:\(server) <- ") })
  }

  @Test(arguments: [
    (["log", "--events", "close,died"], "--events takes one or more of connect, accept"),
    (["log", "--events", ""], "--events takes one or more of"),
    (["log", "--queue", "0"], "--queue takes a number from 1 to 1000000."),
    (["log", "--format", "table"], "Here, --format takes text, json, csv, logfmt or nettracer."),
    (["log", "--interval", "0"], "--interval takes seconds from 1 to 86400."),
    (["log", "--events", "stats"], "--events stats needs --interval."),
    (["log", "--columns", "pid"], "nettop log does not take --columns: its text has no columns"),
    (["log", "--columns", "all"], "nettop log does not take --columns: its text has no columns"),
    (["log", "--format", "csv", "--columns", "nope"], "--columns takes fields, and there is no"),
    (
      ["log", "--format", "json", "--columns", "id,sample"],
      "--columns has 'sample', which a log does not have."
    ),
    (["log", "--file", ""], "--file takes the path of a file or a directory; it is empty."),
    (["log", "--rotate", "1M"], "--rotate needs --file."),
    (["log", "--file", "/nonexistent/log", "--keep", "1"], "--keep needs --rotate."),
    (
      ["log", "--file", "/nonexistent/log", "--rotate", "10X"],
      "--rotate takes a size, an age, or both: 10M, 7d or 10M,7d."
    ),
    (["log", "--sort", "pid"], "does not take --sort"),
    (["list", "--format", "text"], "Here, --format takes table, json, csv, logfmt or nettracer."),
    (["--format", "text"], "Here, --format takes table, json, csv, logfmt or nettracer."),
  ])
  func refusesBadOptions(_ arguments: [String], hint: String) async throws {
    let outcome = try await Nettop.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.text == "")
    #expect(outcome.errorText.contains(hint))
  }
}
