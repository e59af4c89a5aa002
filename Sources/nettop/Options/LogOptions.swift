import ArgumentParser
import Monitor

/// What a log reports, and how much of it waits for its reader.
struct LogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only these events, separated by commas: connect, accept, open (UDP), close, fail, stats, alert.",
      valueName: "events"
    ),
    completion: Completions.events
  )
  var events: String?

  @Flag(help: "Begin with the connections that are already open.")
  var existing = false

  @Option(
    help: ArgumentHelp(
      "Report the figures of all live connections this often, 1 to 86400 seconds, as event stats.",
      valueName: "seconds"
    )
  )
  var interval: Int64?

  @Option(
    name: .customLong("columns"),
    help: ArgumentHelp(
      "Only these fields, in this order (json, csv, logfmt), e.g. id,process,rtt_us.",
      valueName: "columns"
    )
  )
  var names: String?

  @Option(
    help: ArgumentHelp(
      "Lines to queue for a slow reader; further lines are dropped and counted.",
      valueName: "lines"
    )
  )
  var queue: Int?

  /// How many seconds pass between two reports of NetTracer, if no option says so.
  private static let netTracerInterval: Int64 = 30

  func validate() throws {
    _ = try chosenEvents
    if let interval, !(1...86_400).contains(interval) {
      throw ValidationError("--interval takes seconds from 1 to 86400.")
    }
    if let queue, !(1...1_000_000).contains(queue) {
      throw ValidationError("--queue takes a number from 1 to 1000000.")
    }
  }

  /// How many seconds pass between two reports of all figures; `nil` if there are none.
  func statsInterval(of format: LogFormat) -> Int64? {
    if case .nettracer = format { return interval ?? Self.netTracerInterval }
    return interval
  }

  /// How many lines wait for a reader at most. A report of all figures comes at once.
  func queueLength(of format: LogFormat) -> Int {
    queue ?? (statsInterval(of: format) == nil ? 1 << 14 : 1 << 17)
  }

  /// The fields that are printed, if options choose them.
  ///
  /// - Parameter ofParent: the names that `nettop` has taken, which has this option too.
  /// - Throws: where a log has no such field.
  func fields(ofParent: String?) throws -> [Field]? {
    guard let names = names ?? ofParent else { return nil }
    let chosen: [Field]
    do throws(ValueRefusal) {
      chosen = try Field.list(names)
    } catch {
      throw ValidationError("--columns \(error.reason).")
    }
    if names == "all" { return nil }
    // Each line has a time.
    let fields = chosen.filter { $0.name != "time" }
    if let missing = fields.first(where: { !LogRecords.fields.contains($0) }) {
      throw ValidationError("--columns has '\(missing.name)', which a log does not have.")
    }
    return fields
  }

  /// Throws where options ask for figures at intervals, and for no interval.
  func checkEvents(of format: LogFormat) throws {
    guard events != nil, statsInterval(of: format) == nil else { return }
    if try chosenEvents.contains(.stats) {
      throw ValidationError("--events stats needs --interval.")
    }
  }

  /// The events that are reported; `stats` too where an interval is given.
  var chosenEvents: Set<LogEvent> {
    get throws {
      guard let events else { return Set(LogEvent.choices) }
      let words = events.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.filter { $0 != " " } }
      let chosen = words.compactMap { word in LogEvent.choices.first { $0.rawValue == word } }
      guard chosen.count == words.count else {
        let names = LogEvent.choices.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--events takes one or more of \(names), separated by commas.")
      }
      return Set(chosen + (interval == nil ? [] : [.stats]))
    }
  }
}
