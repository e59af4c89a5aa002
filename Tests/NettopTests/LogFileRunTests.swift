import Glibc
import TestSupport
import Testing

/// `nettop log --file`, with connections of the test process.
@Suite(.live, .timeLimit(.minutes(5))) struct LogFileRunTests {
  private let namespace: TestNamespace
  /// Older than the log: the lines about it show that nettop follows by now.
  private let older: LoopbackConnection
  private let directory: TemporaryDirectory

  init() throws {
    namespace = try TestNamespace()
    older = try namespace.run { try LoopbackConnection() }
    directory = try TemporaryDirectory()
  }

  private var path: String { directory.path + "/log" }

  /// Starts a log into a file, and waits until it follows.
  private func start(_ arguments: String...) async throws -> Child {
    let words = ["log", "--netns", namespace.name, "-d", "0.1", "--file", path]
    let child = try Nettop.start(words + arguments)
    let port = "\(older.clientPort)"
    let follows = try await eventually {
      let lines = text(of: path).split(separator: "\n")
      return lines.count { $0.contains("existing") } == 2
        || lines.contains { $0.contains("stats") && $0.contains(port) }
    }
    try #require(follows)
    return child
  }

  /// Makes a connection that sends this many bytes and ends.
  private func connect(sending count: Int = 10) throws -> LoopbackConnection {
    let connection = try namespace.run { try LoopbackConnection() }
    try connection.transfer(count)
    connection.close()
    return connection
  }

  private func text(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 {
      text += piece.prefix(count)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The lines of files, of which each is whole.
  private func lines(_ paths: [String]) throws -> [JSONLine] {
    try paths.flatMap { path in
      let text = text(of: path)
      #expect(text == "" || text.hasSuffix("\n"), "\(path)")
      return try JSONLine.lines(of: text)
    }
  }

  private func end(_ child: Child, errors: String = "") async throws {
    kill(child.pid, SIGTERM)
    let outcome = try await child.outcome()
    #expect(outcome.signal == SIGTERM || outcome.status == 128 + SIGTERM)
    #expect(outcome.errorText == errors && outcome.text == "")
  }

  /// Expects that connections have their openings and ends, and that nothing is lost.
  private func expectAll(_ connections: [LoopbackConnection], in lines: [JSONLine]) {
    #expect(!lines.contains { $0.text("event") == "lost" })
    var events: [String: [String]] = [:]
    for line in lines {
      let ports = [line.integer("local_port") ?? 0, line.integer("remote_port") ?? 0].sorted()
      events["\(ports)", default: []].append(line.text("event") ?? "")
    }
    for connection in connections {
      let ports = [Int(connection.clientPort), Int(connection.serverPort)].sorted()
      #expect(events["\(ports)"]?.sorted() == ["accept", "close", "close", "connect"], "\(ports)")
    }
  }

  // MARK: Rotation

  @Test func nothingIsLostBetweenFiles() async throws {
    let child = try await start(
      "--existing",
      "--format",
      "json",
      "--columns",
      "local_port,remote_port,bytes_sent",
      "--rotate",
      "2K",
      "--keep",
      "1000"
    )
    let connections = try (1...50).map { _ in try connect() }
    try await end(child)
    var paths = [path]
    while access("\(path).\(paths.count)", F_OK) == 0 { paths.append("\(path).\(paths.count)") }
    #expect(paths.count > 10)
    #expect(paths.allSatisfy { text(of: $0).utf8.count <= 2048 })
    let lines = try lines(paths.reversed())
    expectAll(connections, in: lines)
    #expect(lines.count == 2 + 4 * connections.count)
    let times = lines.compactMap { $0.text("time") }
    #expect(times == times.sorted())
  }

  /// As `logrotate` does: it moves the file, and sends a signal.
  @Test func aSignalReopensTheFile() async throws {
    let child = try await start("--existing", "--format", "json")
    var connections: [LoopbackConnection] = []
    var paths: [String] = []
    for round in 1...3 {
      connections += try (1...10).map { _ in try connect() }
      let moved = "\(path)-\(round)"
      try #require(rename(path, moved) == 0)
      paths.append(moved)
      connections += try (1...10).map { _ in try connect() }
      kill(child.pid, SIGHUP)
      #expect(try await eventually { access(path, F_OK) == 0 })
    }
    // However many signals come, and however late, none of them ends it.
    let clock = ContinuousClock()
    let begin = clock.now
    _ = try await eventually {
      kill(child.pid, SIGHUP)
      return clock.now - begin > .milliseconds(1500)
    }
    #expect(child.isRunning)
    connections += try (1...10).map { _ in try connect() }
    try await end(child)
    let lines = try lines(paths + [path])
    expectAll(connections, in: lines)
    #expect(lines.count == 2 + 4 * connections.count)
  }

  @Test func aSignalEndsALogWithoutAFile() async throws {
    let words = ["log", "--netns", namespace.name, "--existing", "-d", "0.1"]
    let child = try Nettop.start(words)
    #expect(try await eventually { child.outputSoFar.contains("existing") })
    kill(child.pid, SIGHUP)
    let outcome = try await child.outcome()
    #expect(outcome.signal == SIGHUP || outcome.status == 128 + SIGHUP)
  }

  /// Nobody asks for the end: it is killed while it writes.
  @Test func linesAreWholeWhenItIsKilled() async throws {
    let child = try await start("--existing", "--format", "json")
    let isLong = try await eventually {
      for _ in 1...20 { _ = try connect() }
      return text(of: path).utf8.count > 200_000
    }
    #expect(isLong)
    kill(child.pid, SIGKILL)
    let outcome = try await child.outcome()
    #expect(outcome.signal == SIGKILL)
    let before = try lines([path]).count
    #expect(before > 100)
    // Another one goes on behind them.
    let next = try Nettop.start(
      [
        "log", "--netns", namespace.name, "--existing", "--format", "json", "--file", path, "-n",
        "2",
      ]
    )
    let end = try await next.outcome()
    #expect(end.status == 0 && end.errorText == "")
    #expect(try lines([path]).count == before + 2)
  }

  // MARK: Where it cannot write

  @Test(.capableProgram) func capabilitiesWriteNoFileOfOthers() async throws {
    let program = try CapableProgram()
    let closed = directory.path + "/closed"
    mkdir(closed, 0o700)
    let file = try await Child.run(program.words(["log", "--file", closed + "/log", "-n", "1"]))
    #expect(file.status == 1 && file.text == "")
    #expect(file.errorText == "nettop: cannot write to \(closed)/log: Permission denied\n")
    // Nor does it say whether there is a directory of this name.
    mkdir(closed + "/inside", 0o777)
    let inside = try await Child.run(
      program.words(["log", "--file", closed + "/inside", "-n", "1"])
    )
    #expect(inside.errorText == "nettop: cannot write to \(closed)/inside: Permission denied\n")
  }

  @Test func aFullDiskDoesNotEndTheLog() async throws {
    let small = directory.path + "/small"
    mkdir(small, 0o755)
    let script = """
      mount -t tmpfs -o size=4m none "$1" && head -c 4145152 /dev/zero >"$1/other" || exit 9
      (while [ -e "$3" ]; do sleep 0.05; done; rm "$1/other"; touch "$4") &
      "$2" log --netns "$5" --existing --format json -d 0.1 --file "$1/log" &
      nettop=$!
      while [ -e "$6" ]; do sleep 0.05; done
      kill $nettop; wait 2>/dev/null; cat "$1/log"
      """
    let (isFull, hasRoom, runs) = (
      directory.path + "/full", directory.path + "/room", directory.path + "/runs"
    )
    for path in [isFull, runs] { close(creat(path, 0o600)) }
    let unshare = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"]
    let child = try Child(
      unshare + [small, Nettop.path, isFull, hasRoom, namespace.name, runs]
    )
    // More lines than there is room for.
    let begin = ContinuousClock.now
    let isTold = try await eventually {
      for _ in 1...20 { _ = try connect() }
      return child.errorsSoFar.contains("No space left on device")
    }
    try #require(isTold, "\(ContinuousClock.now - begin)")
    unlink(isFull)
    try #require(try await eventually { access(hasRoom, F_OK) == 0 })
    let last = try connect()
    // Everything before the signal is reported.
    unlink(runs)
    let outcome = try await child.outcome()
    #expect(outcome.errorText.split(separator: "\n").count == 1)
    #expect(outcome.errorText.contains("lines are dropped until that is possible"))
    #expect(outcome.text.hasSuffix("\n"))
    let lines = try JSONLine.lines(of: outcome.text)
    let lost = lines.filter { $0.text("event") == "lost" && $0.text("cause") == "file" }
    #expect(lost.count >= 1 && lost.allSatisfy { $0.integer("count") ?? 0 > 0 })
    #expect(lines.count { $0.integer("local_port") == Int(last.clientPort) } == 2)
  }

  // MARK: Figures at intervals

  @Test func figuresComeAtIntervals() async throws {
    try older.transfer(777)
    let child = try await start("--interval", "1", "--format", "json", "--events", "stats")
    let hasThree = try await eventually {
      try lines([path]).count { $0.integer("local_port") == Int(older.clientPort) } >= 3
    }
    #expect(hasThree)
    try await end(child)
    let all = try lines([path])
    #expect(all.allSatisfy { $0.text("event") == "stats" && $0["closed_at"] == .null })
    for line in all {
      let isClient = line.integer("local_port") == Int(older.clientPort)
      #expect(line.integer("bytes_sent") == (isClient ? 777 : 0))
      #expect(line.integer("bytes_received") == (isClient ? 0 : 777))
    }
  }

  @Test func csvBeginsEachFileWithItsNames() async throws {
    let child = try await start("--existing", "--format", "csv", "--columns", "local_port,state")
    let header = "event,time,local_port,state,count,cause"
    try #require(rename(path, path + "-1") == 0)
    kill(child.pid, SIGHUP)
    #expect(try await eventually { access(path, F_OK) == 0 })
    _ = try connect()
    try await end(child)
    for path in [path + "-1", path] {
      let lines = text(of: path).split(separator: "\n")
      #expect(lines.first.map(String.init) == header)
      #expect(lines.count { $0 == header } == 1 && lines.count > 1)
      #expect(lines.allSatisfy { $0.count { $0 == "," } == 5 })
    }
  }

  /// What reads the lines of NetTracer finds the traffic in these.
  @Test func netTracersReaderFindsTheTraffic() async throws {
    let child = try await start("--interval", "1", "--format", "nettracer")
    let connection = try namespace.run { try LoopbackConnection() }
    try connection.transfer(5000)
    let (client, server) = (
      "127.0.0.1:\(connection.clientPort)", "127.0.0.1:\(connection.serverPort)"
    )
    let netns = "NS:\(namespace.inode)"
    func has(_ message: String) -> Bool { text(of: path).contains("] \(message)") }
    let sent = "\(client) -> \(server) \(netns) - stats: Bytes sent=5000 Bytes received=0\n"
    let received = "\(server) <- \(client) \(netns) - stats: Bytes sent=0 Bytes received=5000\n"
    #expect(try await eventually { has(sent) && has(received) })
    #expect(has("event connect \(client) -> \(server) \(netns) PID:\(getpid())\n"))
    #expect(has("event accept \(server) <- \(client) \(netns) PID:\(getpid())\n"))
    #expect(!text(of: path).contains("event close"))
    connection.close()
    let hasEnded = try await eventually {
      has("event close \(client) -- \(server) \(netns) PID:\(getpid())\n")
        && has("event close \(server) -- \(client) \(netns) PID:\(getpid())\n")
    }
    #expect(hasEnded)
    try await end(child)
    let format = try Regex(
      #"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[\d+\] info \[nettracer\] "#
        + #"(?:event (?:connect|accept|close) \S+ (?:->|<-|--) \S+ NS:\d+ PID:\d+"#
        + #"|\S+ (?:->|<-|--) \S+ NS:\d+ - (?:stats: Bytes sent=\d+ Bytes received=\d+"#
        + #"|TCP stats: Retransmissions=\d+ Segs_in=\d+ Segs_out=\d+ RTT=\d+ RTT_var=\d+))"#
    )
    for line in text(of: path).split(separator: "\n") {
      #expect(try format.wholeMatch(in: line) != nil, "\(line)")
    }
    // The final figures follow the end.
    let after = text(of: path).rest(after: "event close \(client) -- ")
    #expect(after.contains(sent.dropLast()))
  }
}

extension String {
  /// What follows the first place where it has this text; empty if it has none.
  fileprivate func rest(after text: String) -> Substring {
    firstRange(of: text).map { self[$0.upperBound...] } ?? ""
  }
}
