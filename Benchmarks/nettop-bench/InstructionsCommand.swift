import ArgumentParser
import Connections
import Glibc
import Tracer

/// `nettop-bench instructions`: what each event costs, by the clock. For a guest whose clock goes on
/// by a nanosecond with each instruction, and in which nothing else runs.
struct InstructionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "instructions",
    shouldDisplay: false
  )

  /// Events of one measurement. As many go before it, and are not measured.
  @Option var events = 500
  /// Measurements of each kind, of which the median is taken.
  @Option var rounds = 7
  /// Connections that are held for a pass.
  @Option var held = 2000

  func run() async throws {
    let viewer = Viewer(try Tracer())
    _ = try await viewer.batch()
    var report = Report()
    report.section("instructions")
    let lives = try ConnectionLives()
    try await compare("a connection's life, both ends", viewer, &report, lives.once)
    let datagrams = try Datagrams()
    try await compare("a datagram, sent and received", viewer, &report, datagrams.once)
    try await measurePass(viewer, &report)
    await viewer.source.stop()
  }

  /// What happens once, without nettop's programs and with them in turn.
  private func compare(
    _ name: String,
    _ viewer: Viewer,
    _ report: inout Report,
    _ once: () throws -> Void
  ) async throws {
    var costs: [Bool: [Double]] = [:]
    for _ in 0..<rounds {
      for follows in [false, true] {
        try await viewer.source.follow(follows)
        for _ in 0..<events { try once() }
        let start = Clocks.now
        for _ in 0..<events { try once() }
        costs[follows, default: []].append((Clocks.now - start) * 1e9 / Double(events))
        // Leaves room for the ends that are next.
        _ = try await viewer.batch()
      }
    }
    let without = (costs[false] ?? []).median
    let with = (costs[true] ?? []).median
    report.add("\(name), without nettop", without, .plain)
    report.add("\(name), added by nettop", with - without, .plain)
    report.add("\(name), with against without", with / without, .ratio)
  }

  private func measurePass(_ viewer: Viewer, _ report: inout Report) async throws {
    let (listener, address) = try Loopback.listener("127.0.0.1")
    let ends = try (0..<held).map { _ in try Loopback.connect(listener, address) }
    // The first passes report all of them.
    for _ in 0..<5 { _ = try await viewer.batch() }
    var passes: [Double] = []
    var tracked = 0
    for _ in 0..<rounds {
      let health = try await viewer.batch().health
      tracked = health.tracked
      passes.append(health.passTime / .seconds(1) * 1e9)
    }
    report.add("a pass, each of \(tracked) idle sockets", passes.median / Double(tracked), .plain)
    for (client, server) in ends {
      close(client)
      close(server)
    }
  }
}

/// Connect, accept, close, close.
private struct ConnectionLives {
  let listener: (Int32, sockaddr_in)

  init() throws {
    listener = try Loopback.listener("127.0.0.1")
  }

  func once() throws {
    let (client, server) = try Loopback.connect(listener.0, listener.1)
    close(client)
    close(server)
  }
}

/// 64 bytes from one UDP socket to another.
private struct Datagrams {
  private let ends: (sender: Int32, receiver: Int32)

  init() throws {
    ends = try Loopback.datagrams("127.0.0.1")
  }

  func once() throws {
    var buffer = [UInt8](repeating: 0x55, count: 64)
    guard send(ends.sender, &buffer, buffer.count, 0) == buffer.count,
      recv(ends.receiver, &buffer, buffer.count, 0) == buffer.count
    else { throw BenchError.system("datagram") }
  }
}
