import ArgumentParser
import Connections
import Dispatch
import Glibc
import Monitor
import Recording
import Screens
import StyledText
import Terminal

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
      nettop record <file> [<options>]
      nettop replay <file> [<options>]
      nettop doctor [<options>]
      """,
    discussion: """
      Shows which process talks to whom, how much, and why it is slow: every connection, in all \
      network namespaces, by connection, process, host and namespace, with listeners and closed \
      connections. Root sees all of them; an ordinary user sees those of the own namespace. Press \
      F1 for the keys, Enter for the details of a connection, q to quit. If standard output is not a terminal, it does what `nettop list` does. See nettop(1) \
      for filters, figures, settings and themes.
      """,
    version: "0.1.0",
    subcommands: [
      ListCommand.self, LogCommand.self, RecordCommand.self, ReplayCommand.self, DoctorCommand.self,
    ]
  )

  @OptionGroup var tracing: TracingOptions
  @OptionGroup var alerts: AlertOptions
  @OptionGroup var order: OrderOptions
  @OptionGroup var pace: PaceOptions
  @OptionGroup var listing: ListingOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var past: PastOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var table: TableOptions
  @OptionGroup var presentation: PresentationOptions
  @OptionGroup var screen: ScreenOptions
  @OptionGroup var limits: TracerOptions
  @OptionGroup var settings: SettingsOptions

  /// Not asynchronous: Dispatch, which runs tasks, needs what is checked here, and would end the
  /// process without a word.
  static func main() {
    // Capabilities are those of a thread: there is no other one yet.
    Rights.reduce()
    // A reader that has gone is an error of write(2), not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    // Nor is a limit of the size of files.
    signal(SIGXFSZ, SIG_IGN)
    Heap.prepare()
    Host.raiseOpenFiles()
    setlocale(LC_ALL, "")
    Failure.reportShortageOfThreads()
    do {
      try Failure.reportedAtOnce { try Launch.checkOutput() }
      var command = try parseAsRoot(try Launch.arguments())
      if let command = command as? any AsyncParsableCommand {
        try Failure.reportedAtOnce { () throws(Failure) in
          try Launch.checkProc()
          try Launch.checkDescriptors()
        }
        run(command)
      }
      try command.run()
    } catch {
      end(error)
    }
  }

  private static func run(_ command: sending any AsyncParsableCommand) -> Never {
    Task {
      var command = command
      do {
        try await command.run()
        exit()
      } catch {
        end(error)
      }
    }
    dispatchMain()
  }

  func run() async throws {
    let style = try ListingStyle(output, table, listing)
    try recording.checkFile(past)
    let isListing = isatty(STDOUT_FILENO) == 0 || output.format != nil
    if isListing {
      try Self.refuse(alerts.given, of: "list", since: "nettop log prints alerts")
    } else if recording.from != nil {
      try ReplayCommand.checkOthers(of: self)
    }
    if screen.noColor { setenv("NO_COLOR", "1", 1) }
    try await Failure.reported {
      let changes: [any SettingsChange] = [order, pace, table, presentation, screen]
      guard let setup = try Setup(settings, changes, isThemeGiven: screen.theme != nil) else {
        return
      }
      if isListing {
        setup.warn()
        let run = try await Listing(
          style,
          setup,
          tracing: tracing,
          pace: pace,
          listing: listing,
          recording: recording,
          past: past,
          limits: limits
        )
        return try await run.run()
      }
      if let file = recording.from {
        return try await Replay(file, past, tracing, alerts, setup).run()
      }
      let source = try limits.open()
      let filter = try tracing.filter(of: source)
      let rules = try alerts.rules
      var state = ScreenState(
        host: Host.name,
        utcOffset: Host.utcOffset,
        settings: setup.settings,
        filter: filter,
        alerts: rules
      )
      state.report(rules.compactMap(\.filter.hint), of: "alerts")
      state.report(setup.problems, of: "settings")
      let recent = try RecentHistory()
      let session = try await ScreenSession(state, setup, source, recent: recent, keptBy: recent)
      let ending = try await session.run(samples: pace.samples)
      await source.stop()
      if case .signal(let number) = ending { Signals.die(of: number) }
    }
  }

  /// Refuses options before the name of a subcommand, or behind it, that it has no use for.
  static func refuse(_ given: [String], of subcommand: String, since reason: String) throws {
    guard let first = given.first else { return }
    throw ValidationError("nettop \(subcommand) does not take \(first): \(reason).")
  }
}
