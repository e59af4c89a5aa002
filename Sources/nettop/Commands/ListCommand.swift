import ArgumentParser
import Monitor
import StyledText

/// `nettop list`: samples as text.
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Print the connections, as a table, JSON lines, CSV or logfmt.",
    discussion: """
      Reads the connections twice, a second apart, so that the first sample has rates; --no-wait \
      prints it at once. The table has the default columns of the screen: on a terminal, those that \
      fit; elsewhere, all of them. --columns all prints every column. Anything missing is reported \
      on standard error, and in JSON and logfmt by separate records. --format nettracer prints \
      NetTracer's table, every 30 seconds or at Enter. See nettop(1).
      """
  )

  @OptionGroup var tracing: TracingOptions
  @OptionGroup var order: OrderOptions
  @OptionGroup var pace: PaceOptions
  @OptionGroup var listing: ListingOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var past: PastOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var table: TableOptions
  @OptionGroup var presentation: PresentationOptions
  @OptionGroup var limits: TracerOptions
  @OptionGroup var settings: SettingsOptions

  @ParentCommand var nettop: Nettop

  func validate() throws {
    try Nettop.refuse(nettop.alerts.given, of: "list", since: "nettop log prints alerts")
    try recording.checkFile(past)
  }

  func run() async throws {
    let style = try ListingStyle(output, table, listing)
    try await Failure.reported {
      guard let setup = try Setup(settings, [order, pace, table, presentation]) else { return }
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
      try await run.run()
    }
  }
}
