import Glibc
import Synchronization
import Terminal
import TestSupport
import Testing

@testable import nettop

/// `nettop list --format nettracer`, on connections of the test process.
@Suite(.live, .timeLimit(.minutes(5))) struct NetTracerTests {
  private let namespace: TestNamespace

  init() throws {
    namespace = try TestNamespace()
  }

  /// An interval that no test lasts.
  private static let slow = ["-d", "3600"]

  private func words(_ options: [String]) -> [String] {
    ["list", "--format", "nettracer", "--netns", namespace.name] + options
  }

  private func connect() throws -> LoopbackConnection {
    try namespace.run { try LoopbackConnection() }
  }

  /// Waits for the sample that it begins with.
  private func started(_ options: [String]) async throws -> TypedProgram {
    let program = try TypedProgram(words(options))
    let hasBegun = try await eventually { try program.samples.count == 1 }
    try #require(hasBegun)
    return program
  }

  @Test func readsAsNetTracersMachineTable() async throws {
    let connection = try connect()
    try connection.transfer(123_457)
    let before = time(nil)
    let text = try await Nettop.output(words(["-n", "1", "--loopback"]))
    let samples = try NetTracerConnection.samples(of: text)
    try #require(samples.map(\.count) == [2])
    let client = try #require(samples[0].row(connection.clientPort, connection.serverPort))
    let server = try #require(samples[0].row(connection.serverPort, connection.clientPort))
    #expect(client.bytesSent == 123_457 && client.bytesReceived == 0)
    #expect(server.bytesReceived == 123_457 && server.bytesSent == 0)
    for row in [client, server] {
      #expect((before...before + 60).contains(row.time))
      #expect(row.localAddress == [127, 0, 0, 1] && row.remoteAddress == [127, 0, 0, 1])
      #expect(row.pid == Int(getpid()))
      #expect(row.netns == Int(namespace.inode))
      #expect(row.packetsSent > 0 && row.packetsReceived > 0)
      // Nobody saw it open, so NetTracer has no start.
      #expect(!row.isEstablished && !row.isClosed && row.start == nil)
    }
    // The other end has what is on its way, so that headers are those of its packets.
    let heavy = try await Nettop.output(words(["-n", "1", "--loopback", "--header-bytes"]))
    let row = try NetTracerConnection.samples(of: heavy).first?
      .row(connection.clientPort, connection.serverPort)
    #expect(row?.bytesSent == 123_457 + 66 * (row?.packetsSent ?? 0))
    #expect(row?.bytesReceived == 66 * (row?.packetsReceived ?? 0))
  }

  /// Deltas of all samples add up to the totals of the last one, which are what was sent.
  @Test func deltasAddUpToTheTotals() async throws {
    let totals = try await started(Self.slow + ["--loopback"])
    let deltas = try await started(Self.slow + ["--loopback", "--deltas"])
    let before = time(nil)
    let connection = try connect()
    var rows: [NetTracerConnection] = []
    for count in [10_000, 5_000, 0, 1] {
      if count > 0 { try connection.transfer(count) }
      let row = try await deltas.nextSample().row(connection.clientPort, connection.serverPort)
      rows.append(try #require(row))
      #expect(rows.last?.bytesSent == count)
    }
    let open = try #require(
      try await totals.nextSample().row(connection.clientPort, connection.serverPort)
    )
    #expect(open.bytesSent == 15_001)
    #expect(open.isEstablished && !open.isIncoming && !open.isClosed)
    #expect((before...before + 60).contains(try #require(open.start)))
    #expect((0...60).contains(try #require(open.duration)))

    connection.close()
    func end(_ program: TypedProgram) async throws -> NetTracerConnection {
      while true {
        let row = try await program.nextSample()
          .row(connection.clientPort, connection.serverPort)
        let known = try #require(row)
        if known.isClosed { return known }
        if program === deltas { rows.append(known) }
      }
    }
    rows.append(try await end(deltas))
    let last = try await end(totals)
    #expect(last.isEstablished && last.bytesSent == 15_001)
    #expect(rows.map(\.bytesSent).reduce(0, +) == last.bytesSent)
    #expect(rows.map(\.bytesReceived).reduce(0, +) == last.bytesReceived)
    #expect(rows.map(\.packetsSent).reduce(0, +) == last.packetsSent)
    #expect(rows.map(\.packetsReceived).reduce(0, +) == last.packetsReceived)
    #expect(rows.map(\.retransmits).reduce(0, +) == last.retransmits)
    // An end is in one sample.
    for program in [deltas, totals] {
      let row = try await program.nextSample().row(connection.clientPort, connection.serverPort)
      #expect(row == nil)
    }
    let all = try totals.samples.flatMap(\.self)
    let incoming = all.filter { $0.localPort == connection.serverPort && $0.isEstablished }
    #expect(!incoming.isEmpty && incoming.allSatisfy(\.isIncoming))
  }

  /// NetTracer reports neither.
  @Test func reportsResetAndRefusedConnections() async throws {
    let program = try await started(Self.slow + ["--loopback"])
    let connection = try connect()
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      connection.client,
      SOL_SOCKET,
      SO_LINGER,
      &linger,
      socklen_t(MemoryLayout<Glibc.linger>.size)
    )
    let ports = (connection.clientPort, connection.serverPort)
    connection.close()
    // Its port has no listener any more.
    try namespace.run {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      defer { close(client) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      address.sin_port = ports.1.bigEndian
      let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(result == -1 && errno == ECONNREFUSED)
    }
    let isReported = try await eventually {
      _ = try await program.nextSample()
      let ends = try program.samples.flatMap(\.self).filter(\.isClosed)
      let isReset = ends.contains { $0.localPort == ports.0 && $0.isEstablished }
      let isRefused = ends.contains {
        $0.localPort != ports.0 && $0.remotePort == ports.1 && !$0.isEstablished
      }
      return isReset && isRefused
    }
    #expect(isReported)
  }

  /// To NetTracer, an IPv6 address with zeros in bytes 8 to 11 is a loopback address.
  @Test func onlyLoopbackIsLoopback() async throws {
    let words = ["-n", namespace.name, "addr", "add", "2001:db8::10/128", "dev", "lo", "nodad"]
    try #require(try Child.perform(path: "ip", words.map { Array($0.utf8) }))
    let loopback = try connect()
    // The kernel makes the route to an address in the background.
    let routes = ["ip", "-n", namespace.name, "-6", "route", "show", "table", "local"]
    let isRouted = try await eventually {
      try await Child.run(routes).text.contains("local 2001:db8::10 ")
    }
    try #require(isRouted)
    let (client, server) = try namespace.run { try Self.connectOverIPv6() }
    defer { for descriptor in [client, server] { close(descriptor) } }
    let address: [UInt8] = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10]
    let options: [([String], loopbackRows: Int)] = [
      ([], 0), (["--no-loopback"], 0), (["--loopback"], 2),
    ]
    for (options, count) in options {
      let text = try await Nettop.output(self.words(["-n", "1"] + options))
      let rows = try NetTracerConnection.samples(of: text).flatMap(\.self)
      #expect(rows.count { $0.localAddress == address } == 2, "\(options)")
      #expect(rows.count { $0.localAddress == [127, 0, 0, 1] } == count, "\(options)")
    }
    // Other formats leave them out where that is asked for.
    let csv = ["list", "--no-wait", "--format", "csv", "--columns", "local_address"]
    let all = try await Nettop.output(csv + ["--netns", namespace.name])
    #expect(all.split(separator: "\n").count == 5)
    let rest = try await Nettop.output(csv + ["--netns", namespace.name, "--no-loopback"])
    #expect(rest == "local_address\n2001:db8::10\n2001:db8::10\n")
    withExtendedLifetime(loopback) {}
  }

  /// Both ends have the address 2001:db8::10.
  private static func connectOverIPv6() throws -> (client: Int32, server: Int32) {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let (listener, client) = (socket(AF_INET6, kind, 0), socket(AF_INET6, kind, 0))
    defer { close(listener) }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    try #require(inet_pton(AF_INET6, "2001:db8::10", &address.sin6_addr) == 1)
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let isConnected = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 1) == 0
          && getsockname(listener, address, &length) == 0
          && Glibc.connect(client, address, length) == 0
      }
    }
    try #require(isConnected)
    let server = Spawn.inheritance.withLock { _ in
      let server = accept(listener, nil, nil)
      _ = fcntl(server, F_SETFD, FD_CLOEXEC)
      return server
    }
    try #require(server >= 0)
    return (client, server)
  }

  /// It ends NetTracer.
  @Test func theEndOfInputEndsItOnlyIfThatIsAskedFor() async throws {
    // The children of tests have /dev/null for standard input.
    let text = try await Nettop.output(words(["-n", "3", "-d", "0.2"]))
    #expect(try NetTracerConnection.samples(of: text).count == 3)

    let program = try await started(Self.slow + ["--until-eof", "--loopback"])
    let connection = try connect()
    try connection.transfer(77)
    program.endInput()
    let outcome = try await program.child.outcome()
    #expect(outcome.status == 0)
    let samples = try NetTracerConnection.samples(of: outcome.text)
    #expect(samples.count == 2)
    let row = samples.last?.row(connection.clientPort, connection.serverPort)
    #expect(row?.bytesSent == 77)
  }

  /// Only lines ask for samples, several at once for one; and none where nothing is read.
  @Test func aLineIsASample() async throws {
    let program = try await started(Self.slow + ["--until-eof"])
    program.type("no line yet")
    program.type("\n\n\n")
    let hasCome = try await eventually { try program.samples.count >= 2 }
    try #require(hasCome)
    program.endInput()
    let outcome = try await program.child.outcome()
    // The lines may be read in pieces.
    #expect((3...6).contains(try NetTracerConnection.samples(of: outcome.text).count))

    let deaf = try await started(Self.slow + ["--no-enter", "--until-eof"])
    deaf.type("\n")
    deaf.endInput()
    let silence = try await deaf.child.outcome()
    #expect(try NetTracerConnection.samples(of: silence.text).count == 2)
  }

  @Test func otherFormatsTakeLinesToo() async throws {
    let options = ["--netns", namespace.name, "--no-wait", "--enter"] + Self.slow
    let connection = try connect()
    for format in ["csv", "logfmt", "json", "table"] {
      let program = try TypedProgram(["list", "--format", format, "-n", "2"] + options)
      let port = "\(connection.clientPort)"
      let hasBegun = try await eventually { program.child.outputSoFar.contains(port) }
      try #require(hasBegun, "\(format)")
      program.type("\n")
      let outcome = try await program.child.outcome()
      #expect(outcome.status == 0, "\(format)")
    }
  }

  /// A script's loop keeps its input.
  @Test func aListingLeavesStandardInputAlone() async throws {
    let list = "\(Nettop.path) list --no-wait --netns \(namespace.name)"
    let line = "printf 'a\\nb\\nc\\n' | while read word; do \(list) >/dev/null; echo $word; done"
    let outcome = try await Child.run(["sh", "-c", line])
    #expect(outcome.text == "a\nb\nc\n")
  }

  @Test func aTerminalShowsTheTableForPeople() async throws {
    let connection = try connect()
    let tmux = try await Tmux(width: 132, height: 24)
    let line = "\(Nettop.path) list --format nettracer --loopback --netns \(namespace.name)"
    try await tmux.enter("clear; \(line) -d 3600")
    let display = try await tmux.expect("a sample") { $0.contains("Number of passive") }
    let titles = try #require(display.lines.first { $0.hasPrefix("local address") })
    #expect(titles.hasPrefix("local address         remote address        pid    "))
    #expect(display.contains("127.0.0.1:\(connection.clientPort)"))
    try await tmux.press(.enter)
    let second = try await tmux.expect("another sample") {
      $0.lines.count { $0.hasPrefix("Number of passive") } == 2
    }
    #expect(second.lines.count { $0.hasPrefix("local address") } == 1)
    try await tmux.press(.control("c"))
    try await tmux.enter("clear; \(line) --hex -n 1")
    try await tmux.expect("the machine table") { $0.contains(" 0100007F ") }
  }

  /// To read from the terminal would stop it.
  @Test func aBackgroundJobRuns() async throws {
    let tmux = try await Tmux()
    let line = "\(Nettop.path) list --format nettracer --hex -d 0.1 --netns \(namespace.name)"
    try await tmux.enter("clear; \(line) > samples & sleep 0")
    try await tmux.enter("")
    try await tmux.enter("")
    let goesOn = try await eventually {
      let text = try await tmux.file("samples") ?? ""
      return try NetTracerConnection.samples(of: text).count > 3
    }
    #expect(goesOn)
    try await tmux.enter("clear; jobs")
    try await tmux.expect("a job that runs") { $0.contains("Running") }
    try await tmux.enter("kill %1")
  }

  @Test(arguments: [
    (["--header-bytes"], "--header-bytes is only for --format nettracer."),
    (["--format", "csv", "--hex"], "--hex is only for --format nettracer."),
    (
      ["--format", "nettracer", "--columns", "pid"],
      "--format nettracer does not take --columns: its columns are fixed."
    ),
    (["--format", "csv", "--columns", "mark"], "--columns has 'mark', which is not a JSON field."),
  ])
  func refusesWhatHasNoMeaning(_ arguments: [String], reason: String) async throws {
    let outcome = try await Nettop.run(["list"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errorText.hasPrefix("Error: \(reason)"))
  }
}
