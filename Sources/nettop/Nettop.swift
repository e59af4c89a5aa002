import ArgumentParser
import Glibc

/// The command `nettop`.
@main
struct Nettop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nettop",
    abstract: "Live TCP connections of a host, with the kernel's own figures.",
    discussion: """
      Shows which process talks to whom, how much, and why it is slow: every TCP connection, in \
      all network namespaces. Needs root. Press ? for the keys, q to quit.
      """,
    version: "0.1.0",
    subcommands: [TopCommand.self, ListCommand.self],
    defaultSubcommand: TopCommand.self
  )

  static func main() async {
    // A reader that has gone is an error of write(2), not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    setlocale(LC_ALL, "")
    await main(nil)
  }
}
