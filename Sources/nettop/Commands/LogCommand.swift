import ArgumentParser
import Connections
import Glibc
import Monitor
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
  @OptionGroup var log: LogOptions
  @OptionGroup var file: LogFileOptions
  @OptionGroup var pace: PaceOptions
  @OptionGroup var output: FormatOptions
  @OptionGroup var presentation: PresentationOptions
  @OptionGroup var limits: TracerOptions
  @OptionGroup var settings: SettingsOptions

  @ParentCommand var nettop: Nettop

  private static let formats: [FormatOptions.Format] = [.text, .json, .csv, .logfmt, .nettracer]

  func validate() throws {
    let given = nettop.order.given + nettop.listing.given
    try Nettop.refuse(given, of: "log", since: "it prints events in time order")
  }

  func run() async throws {
    let chosen = try output.format(among: Self.formats) ?? .text
    let fields = try log.fields(ofParent: nettop.table.names)
    if fields != nil, chosen == .text || chosen == .nettracer {
      throw ValidationError(
        "nettop log does not take --columns: lines of text have all of them; try --format json."
      )
    }
    let (format, ending) = logFormat(chosen, fields ?? LogRecords.fields)
    let rotation = try file.rotation
    try log.checkEvents(of: format)
    try await Failure.reported {
      guard let setup = try Setup(settings, [pace, presentation]) else { return }
      setup.warn()
      let run = LogRun(
        // Before connections are followed, whose events would wait.
        output: try lineOutput(format, ending, rotation),
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

  /// A format, and the ending of the names of files that have it.
  private func logFormat(
    _ format: FormatOptions.Format,
    _ fields: [Field]
  ) -> (LogFormat, ending: String) {
    switch format {
    case .json: (.records(LogRecords(.json, fields: fields)), "jsonl")
    case .csv: (.records(LogRecords(.csv, fields: fields)), "csv")
    case .logfmt: (.records(LogRecords(.logfmt, fields: fields)), "log")
    case .nettracer:
      (.nettracer(LogNetTracer(utcOffset: Host.utcOffset, thread: getpid())), "log")
    default: (.text(utcOffset: Host.utcOffset), "log")
    }
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
