import ArgumentParser
import Glibc

/// `nettop-bench load`: a load process. It works while its shared count says so, and ends with its
/// standard input.
struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "load", shouldDisplay: false)

  @Argument var kind: LoadKind
  @Option var host = "127.0.0.1"

  func run() throws {
    let count = try SharedCount(descriptor: SharedCount.inherited)
    try endWithStandardInput()
    try kind.run(count, at: host)
    // The last line: what was counted is all that was done.
    print("done")
    fflush(nil)
    while readLine() != nil {}
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
