import ArgumentParser
import Connections
import Glibc
import Monitor
import Screens
import Tracer

/// `nettop log`: a line for each event, as it happens.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Print a line for each connection that opens, fails or ends, as it happens.",
    discussion: """
      Lines are in time order. An opening shows who connects to whom; an end has the reason and \
      the final figures, even for a millisecond-long connection. Lines that a slow reader makes \
      nettop drop are counted in the log itself. --interval adds the figures of all connections at \
      intervals; --file writes to files, which --rotate keeps small. Ends on Ctrl-C, or when its \
      reader ends.
      """
  )

  @OptionGroup var tracing: TracingOptions
  @OptionGroup var alerts: AlertOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var file: LogFileOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var past: PastOptions
  @OptionGroup var pace: PaceOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var presentation: PresentationOptions
  @OptionGroup var limits: TracerOptions
  @OptionGroup var settings: SettingsOptions

  @ParentCommand var nettop: Nettop

  func validate() throws {
    let given = nettop.order.given + nettop.listing.given
    try Nettop.refuse(given, of: "log", since: "it prints events in time order")
    try recording.checkFile(past)
    _ = try lines()
  }

  func run() async throws {
    let (format, ending) = try lines()
    let rotation = try file.rotation
    try await Failure.reported {
      guard let setup = try Setup(settings, [pace, presentation]) else { return }
      setup.warn()
      let recorded = try await recording.source(from: past, step: 0, showsLast: false)
      let run = LogRun(
        // Before connections are followed, whose events would wait.
        output: try lineOutput(format, ending, rotation),
        source: try recorded ?? limits.open(endedLimit: LogRun.endedLimit),
        tracing: tracing,
        pace: pace,
        log: log,
        alerts: setup.settings.alerts + (try alerts.rules),
        format: format,
        setup: setup,
        isPast: recorded != nil
      )
      try await run.run()
    }
  }

  /// How the lines are written that the options ask for, and how the name of a file with them ends.
  private func lines() throws -> (format: LogFormat, ending: String) {
    let chosen = try output.format(among: FormatOptions.Format.ofLog) ?? .text
    let fields = try log.fields(ofParent: nettop.table.names)
    let format: LogFormat
    switch chosen {
    case .json: format = .records(LogRecords(.json, fields: fields ?? LogRecords.fields))
    case .csv: format = .records(LogRecords(.csv, fields: fields ?? LogRecords.fields))
    case .logfmt: format = .records(LogRecords(.logfmt, fields: fields ?? LogRecords.fields))
    default:
      let given = log.names == nil ? nettop.table.given : ["--columns"]
      try Nettop.refuse(given, of: "log", since: "its text has no columns; try --format json")
      format =
        chosen == .nettracer
        ? .nettracer(LogNetTracer(utcOffset: Host.utcOffset, thread: getpid()))
        : .text(utcOffset: Host.utcOffset)
    }
    try log.checkEvents(of: format)
    let endings: [FormatOptions.Format: String] = [.json: "jsonl", .csv: "csv"]
    return (format, endings[chosen] ?? "log")
  }

  private func lineOutput(
    _ format: LogFormat,
    _ ending: String,
    _ rotation: Rotation?
  ) throws(Failure) -> any LogOutput {
    guard let path = file.file else { return StandardLogOutput() }
    let place = LogPlace(path, ending: ending, utcOffset: Host.utcOffset)
    return try LogFile(place, rotation) { count in
      format.line(Loss(.file, count), at: Timestamp.now)
    }
  }
}
