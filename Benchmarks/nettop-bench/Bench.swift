import ArgumentParser
import Glibc

/// The command `nettop-bench`.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nettop-bench",
    abstract: "Measure what nettop costs and how fast it is.",
    subcommands: [
      MeasureCommand.self, LoadCommand.self, HoldCommand.self, InstructionsCommand.self,
    ],
    defaultSubcommand: MeasureCommand.self
  )

  static func main() async {
    // A helper that has gone is an error of write(2), not the end of the bench.
    signal(SIGPIPE, SIG_IGN)
    await main(nil)
  }
}
