import ArgumentParser
import Monitor

/// What a log reports, and how much of it waits for its reader.
struct LogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only these events, separated by commas: connect, accept, open (UDP), close, fail.",
      valueName: "events"
    ),
    completion: Completions.events
  )
  var events: String?

  @Flag(help: "Begin with the connections that are already open.")
  var existing = false

  @Option(
    help: ArgumentHelp(
      "Lines to queue for a slow reader; further lines are dropped and counted.",
      valueName: "lines"
    )
  )
  var queue = 16384

  func validate() throws {
    _ = try chosenEvents
    if !(1...1_000_000).contains(queue) {
      throw ValidationError("--queue takes a number from 1 to 1000000.")
    }
  }

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
      return Set(chosen)
    }
  }
}
