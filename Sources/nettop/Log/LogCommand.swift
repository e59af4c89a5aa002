import ArgumentParser
import Monitor

/// `nettop log`: a line for each event, as it happens.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Print a line for each connection that opens, fails or ends, as it happens.",
    discussion: """
      Lines are in the order of time. An opening tells who connects to whom; the end has the \
      reason and the final figures, also of a connection of a millisecond. What a slow reader \
      made it drop is counted in the log itself. Ends by Ctrl-C, or with its reader.
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
    try Nettop.refuse(given, of: "log", since: "it prints events in the order of time")
  }

  func run() async throws {
    let format = try output.format(among: [.text, .json]) ?? .text
    try await Failure.reported {
      guard let setup = try Setup(settings, [pace, presentation]) else { return }
      setup.warn()
      let run = LogRun(
        tracing: tracing,
        limits: limits,
        pace: pace,
        log: log,
        format: format,
        setup: setup
      )
      try await run.run()
    }
  }
}
