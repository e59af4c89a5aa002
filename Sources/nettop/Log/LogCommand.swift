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

  @OptionGroup var options: TracingOptions
  @OptionGroup var listing: ListingOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var log: LogOptions

  func validate() throws {
    try options.validate()
    try settings.validate()
    try log.validate()
    if options.sort != nil || options.reverse {
      throw ValidationError("nettop log is in the order of time; it takes no --sort or --reverse.")
    }
  }

  func run() async throws {
    let format = try listing.format(among: [.text, .json]) ?? .text
    try await Failure.reported {
      guard let setup = try Setup(options, settings) else { return }
      setup.warn()
      try await LogRun(options: options, log: log, format: format, setup: setup).run()
    }
  }
}
