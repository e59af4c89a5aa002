import ArgumentParser
import Monitor

/// `nettop log`: a line for each event, as it happens.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Print a line for each connection that opens, fails or ends, as it happens.",
    discussion: """
      Lines are in time order. An opening shows who connects to whom; an end has the reason and \
      the final figures, even for a millisecond-long connection. Lines that a slow reader makes \
      nettop drop are counted in the log itself. Ends on Ctrl-C, or when its reader ends.
      """
  )

  @OptionGroup var tracing: TracingOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var pace: PaceOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var presentation: PresentationOptions
  @OptionGroup var limits: TracerOptions
  @OptionGroup var settings: SettingsOptions

  @ParentCommand var nettop: Nettop

  func validate() throws {
    let given = nettop.order.given + nettop.table.given + nettop.listing.given
    try Nettop.refuse(given, of: "log", since: "it prints events in time order")
  }

  func run() async throws {
    let format = try output.format(among: FormatOptions.Format.ofLog) ?? .text
    try await Failure.reported {
      guard let setup = try Setup(settings, [pace, presentation]) else { return }
      setup.warn()
      let run = LogRun(
        source: try limits.open(endedLimit: LogRun.endedLimit),
        tracing: tracing,
        pace: pace,
        log: log,
        format: format,
        setup: setup
      )
      try await run.run()
    }
  }
}
