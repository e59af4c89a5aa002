import ArgumentParser
import CTracer
import Glibc

/// `nettop-bench load`: a load process. It works while its shared count says so, and ends with its
/// standard input.
struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "load", shouldDisplay: false)

  @Argument var kind: LoadKind
  @Option var host = "127.0.0.1"
  /// How many pieces of work a second at most; 0 for no limit.
  @Option var rate = 0.0
  /// The file of another network namespace, in which it works where the bench says so.
  @Option var beside: String?

  func run() throws {
    let count = try SharedCount(descriptor: SharedCount.inherited)
    try endWithStandardInput()
    let start = Clocks.now
    if let beside {
      let places = try ["/proc/thread-self/ns/net", beside].map {
        try BenchError.check(open($0, O_RDONLY | O_CLOEXEC), $0)
      }
      let works = try places.map { place in
        try Self.enter(place)
        return try LoadWork(kind, at: host)
      }
      while count.isWanted {
        let side = min(count.side, 1)
        try Self.enter(places[Int(side)])
        try works[Int(side)].run(count, side: side, rate: rate, since: start)
      }
    } else {
      try LoadWork(kind, at: host).run(count, side: 0, rate: rate, since: start)
    }
    // The last line: what was counted is all that was done.
    print("done")
    fflush(nil)
    while readLine() != nil {}
  }

  /// Only this thread: the one that works.
  private static func enter(_ namespace: Int32) throws {
    try BenchError.check(setns(namespace, NETTOP_CLONE_NEWNET), "setns")
  }

  /// The bench may be killed while the load works.
  private func endWithStandardInput() throws {
    var thread = pthread_t()
    let result = pthread_create(
      &thread,
      nil,
      { _ in
        var descriptor = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
        while poll(&descriptor, 1, -1) <= 0 {}
        _exit(0)
      },
      nil
    )
    if result != 0 { throw BenchError("no thread") }
  }
}
