import ArgumentParser
import Dispatch
import Glibc
import Monitor
import Terminal
import Tracer

/// The command `nettop`: the live screen, unless a subcommand asks for something else.
///
/// Its options are of the same types as those of the subcommands, which therefore share their
/// values: `nettop -n 2 list` is `nettop list -n 2`.
@main
struct Nettop: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nettop",
    abstract: "Live TCP, MPTCP and UDP connections of a host, with the kernel's own figures.",
    usage: """
      nettop [<options>]
      nettop list [<options>]
      nettop log [<options>]
      nettop doctor [<options>]
      """,
    discussion: """
      Shows which process talks to whom, how much, and why it is slow: every TCP connection, in \
      all network namespaces, by connection, process, host and namespace, with listeners and what \
      has ended. Needs root. Press F1 for the keys, Enter for the details of a connection, q to \
      quit. Where standard output is no terminal, it does what `nettop list` does. See nettop(1) \
      for filters, figures, settings and themes.
      """,
    version: "0.1.0",
    subcommands: [ListCommand.self, LogCommand.self, DoctorCommand.self]
  )

  @OptionGroup var options: TracingOptions
  @OptionGroup var listing: ListingOptions
  @OptionGroup var settings: SettingsOptions

  @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR in the environment.")
  var noColor = false

  /// Not asynchronous: Dispatch, which runs tasks, needs what is checked here, and would end the
  /// process without a word.
  static func main() {
    // A reader that has gone is an error of write(2), not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    setlocale(LC_ALL, "")
    Failure.reportShortageOfThreads()
    do {
      try Failure.reportedAtOnce { try Launch.checkOutput() }
      var command = try parseAsRoot(try Launch.arguments())
      if let command = command as? any AsyncParsableCommand {
        try Failure.reportedAtOnce { try Launch.checkProc() }
        run(command)
      }
      try command.run()
    } catch {
      exit(withError: error)
    }
  }

  private static func run(_ command: sending any AsyncParsableCommand) -> Never {
    Task {
      var command = command
      do {
        try await command.run()
        exit()
      } catch {
        exit(withError: error)
      }
    }
    dispatchMain()
  }

  func validate() throws {
    try options.validate()
    try settings.validate()
  }

  func run() async throws {
    let format = try listing.format(among: [.table, .json])
    if noColor { setenv("NO_COLOR", "1", 1) }
    try await Failure.reported {
      guard let setup = try Setup(options, settings) else { return }
      if isatty(STDOUT_FILENO) == 0 || format != nil {
        setup.warn()
        return try await Listing(options: options, format: format ?? .table, setup: setup).run()
      }
      let tracer = try Tracer(options.configuration)
      let filter = try options.filter()
      var interface = Interface(
        host: Host.name,
        utcOffset: Host.utcOffset,
        settings: setup.settings,
        filter: filter
      )
      if let message = setup.message { interface.tell(message, isProblem: true) }
      let session = try await ScreenSession(interface, setup, tracer)
      let ending = try await session.run(samples: options.samples)
      await tracer.stop()
      if case .signal(let number) = ending { Signals.die(of: number) }
    }
  }
}
