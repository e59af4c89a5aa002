import ArgumentParser
import Monitor
import Recording
import Screens

/// `nettop record`: batches to a file.
struct RecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record all connections to a file, to look at later.",
    discussion: """
      Writes a sample each second, with every connection that opens or ends in between, to a SQLite \
      database. nettop replay shows it; nettop list and nettop log read it with --from, sqlite3 and \
      others as it is. What was written stays readable, even after kill -9. Ends on Ctrl-C, or by \
      SIGTERM.
      """
  )

  @Argument(
    help: ArgumentHelp("The file; it must not exist, except with --append.", valueName: "file"),
    completion: .file()
  )
  var file: String

  @OptionGroup var retention: RetentionOptions
  @OptionGroup var alerts: AlertOptions
  @OptionGroup var pace: PaceOptions
  @OptionGroup var limits: TracerOptions
  @OptionGroup var settings: SettingsOptions

  @ParentCommand var nettop: Nettop

  func validate() throws {
    let given = nettop.order.given + nettop.table.given + nettop.listing.given
    try Nettop.refuse(given, of: "record", since: "a recording has no table")
    let ofPast = nettop.recording.given + nettop.past.given
    try Nettop.refuse(ofPast, of: "record", since: "it records the live host")
    let format = nettop.output.given
    try Nettop.refuse(format, of: "record", since: "a recording is a SQLite database")
    let filters = nettop.tracing.given
    try Nettop.refuse(
      filters,
      of: "record",
      since: "it has all connections; filter when you read it"
    )
  }

  func run() async throws {
    try await Failure.reported {
      guard let setup = try Setup(settings, [pace]) else { return }
      setup.warn()
      let target = try await RecordingFile(file).record(
        RecordingWriter.Origin(host: Host.name, version: Nettop.configuration.version),
        limits: try retention.limits,
        appends: retention.append
      )
      let run = RecordRun(
        source: try limits.open(endedLimit: LogRun.endedLimit),
        target: target,
        samples: pace.samples,
        interval: setup.interval,
        alerts: setup.settings.alerts + (try alerts.rules)
      )
      try await run.run()
    }
  }
}
