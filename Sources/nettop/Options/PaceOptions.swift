import ArgumentParser
import Monitor
import Screens

/// How often, and how many times.
struct PaceOptions: ParsableArguments, SettingsChange {
  @Option(
    name: [.customShort("d", allowingJoined: true), .long],
    help: ArgumentHelp("Time between samples, 0.1 to 3600 seconds.", valueName: "seconds")
  )
  var delay: Double?

  @Option(
    name: [.customShort("n", allowingJoined: true), .long],
    help: ArgumentHelp("Stop after this many samples (list: 1) or lines (log).", valueName: "n")
  )
  var samples: Int?

  func validate() throws {
    if let delay, !Settings.delays.contains(delay) {
      throw ValidationError("--delay takes seconds from 0.1 to 3600.")
    }
    if let samples, samples < 1 { throw ValidationError("--samples takes a positive number.") }
  }

  /// The options of these that were given.
  var given: [String] {
    (delay == nil ? [] : ["--delay"]) + (samples == nil ? [] : ["--samples"])
  }

  func apply(to settings: inout Settings) {
    if let delay { settings.delay = delay }
  }
}
