import Glibc
import Monitor
import TestSupport
import Testing

@testable import nettop

/// `nettop list`, on connections of the test process.
@Suite(.live, .timeLimit(.minutes(5))) struct ListTests {
  private let namespace: TestNamespace
  private let connection: LoopbackConnection

  init() throws {
    namespace = try TestNamespace()
    connection = try namespace.run { try LoopbackConnection() }
  }

  /// The first look, without rates.
  private func list(_ arguments: String...) async throws -> [JSONLine] {
    let words = ["list", "--format", "json", "--no-wait", "--netns", namespace.name] + arguments
    return try JSONLine.lines(of: try await Nettop.output(words))
  }

  @Test func tellsAddressesOwnerAndExactBytes() async throws {
    try connection.transfer(123_457)
    let ends = try await list().ends(of: connection)
    for end in [ends.client, ends.server] {
      #expect(end.text("local_address") == "127.0.0.1")
      #expect(end.text("remote_address") == "127.0.0.1")
      #expect(end.integer("pid") == Int(getpid()))
      #expect(end.integer("uid") == Int(getuid()))
      #expect(end.integer("netns") == Int(namespace.inode))
      #expect(end.text("netns_name") == namespace.name)
      #expect(end.text("state") == "ESTAB")
      #expect(end["bytes_sent_per_s"] == .null)
    }
    #expect(ends.client.integer("bytes_sent") == 123_457)
    #expect(ends.client.integer("bytes_received") == 0)
    #expect(ends.server.integer("bytes_received") == 123_457)
    #expect(ends.server.integer("bytes_sent") == 0)
  }

  @Test func printsATable() async throws {
    try connection.transfer(4096)
    let text = try await Nettop.output(["list", "--no-wait", "--netns", namespace.name])
    let lines = text.split(separator: "\n")
    try #require(lines.count == 4)
    #expect(lines[0].hasPrefix("# 20"))
    #expect(lines[0].hasSuffix("connections: 2"))
    let titles = lines[1].split(separator: " ").map(String.init)
    let columns = ColumnChoice.automatic(of: .connections, sort: .rate)
    #expect(titles == columns.map { Column.with($0.id).title })
    let all = try await Nettop.output(
      ["list", "--no-wait", "--netns", namespace.name, "--columns", "all"]
    )
    #expect(
      all.split(separator: "\n")[1].split(separator: " ").map(String.init)
        == Column.sortable.map(\.title)
    )

    let client = "127.0.0.1:\(connection.clientPort)"
    let server = "127.0.0.1:\(connection.serverPort)"
    let rows = lines[2...].map { $0.split(separator: " ").map(String.init) }
    let sender = try #require(
      rows.first { $0.contains(client) && $0[titles.firstIndex(of: "REMOTE") ?? 0] == server }
    )
    #expect(sender[titles.firstIndex(of: "PID") ?? 0] == "\(getpid())")
    #expect(sender[titles.firstIndex(of: "NETNS") ?? 0] == namespace.name)
    #expect(sender[titles.firstIndex(of: "TX") ?? 0] == "4.00K")
    #expect(sender[titles.firstIndex(of: "RX") ?? 0] == "0B")
  }

  @Test func printsTheSameFieldsInEachLine() async throws {
    let lines = try await list("-n", "2", "-d", "0.2")
    #expect(lines.count == 4)
    let names = Set(Field.allCases.map(\.name))
    for line in lines { #expect(Set(line.values.keys) == names) }
    #expect(lines.map { $0.integer("sample") } == [1, 1, 2, 2])
  }

  @Test func ratesAreWhatTheBytesGrewBy() async throws {
    let child = try Nettop.start(
      ["list", "--format", "json", "--netns", namespace.name, "-n", "1000000", "-d", "0.2"]
    )
    let hasRates = try await eventually {
      try connection.transfer(10_000)
      return child.outputSoFar.contains("\"sample\":6,")
        && child.outputSoFar.contains(/"bytes_sent_per_s":[1-9]/)
    }
    try #require(hasRates)
    kill(child.pid, SIGTERM)
    // The last sample may not be whole, nor its last line.
    let whole = try await child.outcome().text.split(separator: "\n").dropLast()
    let lines = try JSONLine.lines(of: whole.joined(separator: "\n"))
    let last = try #require(lines.last?.integer("sample")) - 1
    let rows = try (1...last).map { try lines.ends(of: connection, sample: $0).client }
    for (before, after) in zip(rows, rows.dropFirst()) {
      let times = try [before, after].map { try #require($0.text("time").flatMap(seconds)) }
      let grown = try [before, after].map { Double(try #require($0.integer("bytes_sent"))) }
      let rate = try #require(after.number("bytes_sent_per_s"))
      let expected = (grown[1] - grown[0]) / (times[1] - times[0])
      #expect(abs(rate - expected) <= expected / 1000 + 1)
      #expect(after.number("bytes_received_per_s") == 0)
    }
    #expect(rows.contains { $0.number("bytes_sent_per_s") ?? 0 > 0 })
  }

  /// The second within the day.
  private func seconds(_ time: String) -> Double? {
    guard let clock = time.split(separator: "T").last?.dropLast() else { return nil }
    let parts = clock.split(separator: ":").compactMap { Double($0) }
    return parts.count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : nil
  }

  @Test func printsCSVWithOneHeader() async throws {
    try connection.transfer(4321)
    let words = ["list", "--format", "csv", "--no-wait", "--netns", namespace.name]
    let columns = ["--columns", "sample,local_port:9,bytes_sent,bytes_sent_per_s,holders"]
    let text = try await Nettop.output(words + columns + ["-n", "2", "-d", "0.2"])
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 6 && lines.last == "")
    #expect(lines[0] == "sample,local_port,bytes_sent,bytes_sent_per_s,holders")
    let holders = "[\(getpid())]"
    #expect(lines[1...2].contains("1,\(connection.clientPort),4321,,\(holders)"))
    #expect(lines[3...4].contains("2,\(connection.clientPort),4321,0,\(holders)"))
    let all = try await Nettop.output(words).split(separator: "\n")
    #expect(all.first?.split(separator: ",").map(String.init) == Field.allCases.map(\.name))
  }

  @Test func printsLogfmtWithoutTheUnknown() async throws {
    try connection.transfer(4321)
    let words = ["list", "--format", "logfmt", "--no-wait", "--netns", namespace.name]
    let lines = try await Nettop.output(words).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix("time=20") && !$0.contains("closed_at=") })
    let client = lines.first { $0.contains(" local_port=\(connection.clientPort) ") }
    #expect(client?.contains(" bytes_sent=4321 ") == true)
    let chosen = try await Nettop.output(words + ["--columns", "bytes_received_per_s,pid"])
    #expect(chosen == "pid=\(getpid())\npid=\(getpid())\n")
  }

  @Test func filtersByProcessAndNamespace() async throws {
    let own = try await list("--pid", "\(getpid())")
    #expect(own.count == 2)
    #expect(try await list("--pid", "\(getppid())").isEmpty)

    let other = try TestNamespace()
    let there = try other.run { try LoopbackConnection() }
    for name in [other.name, "\(other.inode)"] {
      let words = ["list", "--format", "json", "--no-wait", "--netns", name]
      let lines = try JSONLine.lines(of: try await Nettop.output(words))
      #expect(lines.allSatisfy { $0.integer("netns") == Int(other.inode) })
      _ = try lines.ends(of: there)
      #expect(lines.count == 2)
    }
  }

  @Test func filtersByExpression() async throws {
    let server = connection.serverPort
    #expect(
      try await list("-f", "lport=\(server)").map { $0.integer("local_port") } == [Int(server)]
    )
    let both = try await list("--pid", "\(getpid())", "--filter", "state=estab port=\(server)")
    #expect(both.count == 2)
    #expect(try await list("--filter=state=estab and not pid=\(getpid())").isEmpty)
    // Listeners are no connections, but shown where they are asked for.
    let listener = try namespace.run { () throws -> Int32 in
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      try #require(listen(listener, 1) == 0)
      return listener
    }
    defer { close(listener) }
    for filter in ["listen", "state=listen"] {
      #expect(try await list("-f", filter).map { $0.text("state") } == ["LISTEN"])
    }
  }

  @Test func sorts() async throws {
    let others = try namespace.run { try (0..<3).map { _ in try LoopbackConnection() } }
    for (index, connection) in others.enumerated() {
      try connection.transfer([3000, 1000, 2000][index])
    }
    let falling = try await list("--sort", "bytes_sent").compactMap { $0.integer("bytes_sent") }
    #expect(falling == [3000, 2000, 1000, 0, 0, 0, 0, 0])
    let rising = try await list("-s", "TX", "-r").compactMap { $0.integer("bytes_sent") }
    #expect(rising == falling.reversed())
  }

  @Test func isWhatNettopDoesWithoutATerminal() async throws {
    let text = try await Nettop.output(["--no-wait", "--netns", namespace.name])
    #expect(text.hasPrefix("# "))
    #expect(text.contains("127.0.0.1:\(connection.clientPort)"))
    let json = try await Nettop.output(["-d0.1", "--netns", namespace.name, "--format", "json"])
    #expect(try JSONLine.lines(of: json).count == 2)
  }

  @Test(arguments: [["-n2", "-d0.2", "list"], ["list", "--samples=2", "--delay=0.2"]])
  func takesOptionsAnyhow(_ words: [String]) async throws {
    let text = try await Nettop.output(words + ["--netns", namespace.name])
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("# ") }.count == 2)
  }

  @Test func theFirstSampleHasRates() async throws {
    let words = ["list", "--format", "json", "--netns", namespace.name, "-d", "0.3"]
    let child = try Nettop.start(words)
    // The look that the rates are measured from is somewhere in between.
    while child.isRunning {
      try connection.transfer(10_000)
      try await Task.sleep(for: .milliseconds(5))
    }
    let outcome = try await child.outcome()
    #expect(outcome.status == 0)
    let end = try JSONLine.lines(of: outcome.text).ends(of: connection).client
    #expect(end.number("bytes_sent_per_s") ?? 0 > 0)
    #expect(end.number("bytes_received_per_s") == 0)
  }

  @Test func printsTheChosenColumns() async throws {
    let words = ["list", "--no-wait", "--netns", namespace.name, "--columns"]
    let table = try await Nettop.output(words + ["state,pid:9"]).split(separator: "\n")
    let pid = String(repeating: " ", count: 9 - "\(getpid())".count) + "\(getpid())"
    #expect(table.dropFirst() == ["STATE       PID", "ESTAB \(pid)", "ESTAB \(pid)"])
    let json = try await list("--columns", "pid,local_port")
    #expect(json.count == 2)
    #expect(json.allSatisfy { Set($0.values.keys) == ["pid", "local_port"] })
  }

  /// As `watch` asks for.
  @Test func fitsItsLinesToTheTerminal() async throws {
    var environment = Child.environment
    environment["COLUMNS"] = "61"
    let words = [Nettop.path, "list", "--no-wait", "--netns", namespace.name]
    let outcome = try await Child.run(words, environment: environment)
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines.allSatisfy { $0.count <= 61 })
    #expect(lines.dropFirst().first?.contains("REMOTE") == true)
  }

  @Test func takesTheColumnsOfTheSettings() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/config.toml"
    try AtomicFile.write("[columns]\nconnections = [\"state\", \"pid:9\"]\n", to: path)
    let words = ["list", "--no-wait", "--netns", namespace.name, "--config", path]
    let lines = try await Nettop.output(words).split(separator: "\n")
    #expect(lines.dropFirst().first == "STATE       PID")
  }

  /// A table too small for the host's sockets: the listing says that it is not whole.
  @Test func saysWhatItMisses() async throws {
    // More than the smallest table has slots.
    let others = try namespace.run { try (0..<600).map { _ in try LoopbackConnection() } }
    let words = ["list", "--no-wait", "--capacity", "1", "--format", "json"]
    let outcome = try await Nettop.run(words)
    #expect(outcome.status == 0)
    let lines = try JSONLine.lines(of: outcome.text)
    let lost = lines.filter { $0.text("event") == "lost" }
    #expect(lost.map { $0.text("cause") } == ["openings"])
    #expect(lost.first?.integer("count") ?? 0 > 0)
    #expect(outcome.errorText.contains("the table is full; try a larger --capacity"))
    withExtendedLifetime(others) {}
  }

  /// It would print for ever, so it ends for the reason that is asked for.
  @Test func endsQuietlyWithItsReader() async throws {
    let line = "\(Nettop.path) list -n 1000000 -d 0.1 | head -n 1; echo ${PIPESTATUS[0]}"
    let outcome = try await Child.run(["bash", "-c", line])
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("# ") == true)
    #expect(lines.last == "0")
    #expect(outcome.errorText == "")
  }

  @Test func saysHowWordsWereReadThatNothingHas() async throws {
    let outcome = try await Nettop.run(["list", "--no-wait", "-f", "xqz state established"])
    #expect(
      outcome.errorText.contains(
        "nettop: 'state' and 'established' are searched as text; did you mean state=established?"
      )
    )
  }

  @Test func tellsOfADiskThatIsFull() async throws {
    let line = "exec \(Nettop.path) list --no-wait >/dev/full"
    let outcome = try await Child.run(["sh", "-c", line])
    #expect(outcome.status == 1)
    #expect(outcome.errorText == "nettop: cannot write: No space left on device\n")
  }
}
