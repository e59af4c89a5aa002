import ArgumentParser
import Glibc

/// `nettop-bench hold`: holds both ends of idle connections, and sends a little on so many of them
/// as requested on its standard input, others each time. It ends with its standard input.
struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "hold", shouldDisplay: false)

  /// How many one process holds: its files are limited to 20,000 on some hosts.
  static let most = 9000

  @Argument var connections: Int
  @Option var host: String

  func run() throws {
    var limit = rlimit(rlim_cur: 20_000, rlim_max: 20_000)
    try BenchError.check(setrlimit(numericCast(RLIMIT_NOFILE.rawValue), &limit), "setrlimit")
    let (listener, address) = try Loopback.listener(host)
    let ends = try (0..<connections).map { _ in try Loopback.connect(listener, address) }
    say("ready")
    var next = 0
    while let line = readLine() {
      for _ in 0..<(Int(line) ?? 0) {
        try touch(ends[next % ends.count])
        next += 1
      }
      say("touched")
    }
  }

  private func touch(_ ends: (client: Int32, server: Int32)) throws {
    var buffer = [UInt8](repeating: 0x55, count: 100)
    guard send(ends.client, &buffer, buffer.count, 0) == buffer.count,
      recv(ends.server, &buffer, buffer.count, 0) == buffer.count
    else { throw BenchError.system("touch") }
  }

  private func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}
