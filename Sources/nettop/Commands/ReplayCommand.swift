import ArgumentParser
import Glibc
import Monitor

/// `nettop replay`: a recording on the screen.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Show a recording on the live screen, at any of its moments.",
    discussion: """
      The keys are those of the live screen, and besides: Z plays and pauses, t and T step, j and J \
      jump to a time or to the next connection that matches an expression, [ and ] change the speed. \
      A recording can be shown while it is written.
      """
  )

  @Argument(
    help: ArgumentHelp("The file that nettop record wrote.", valueName: "file"),
    completion: .file()
  )
  var file: String

  @OptionGroup var past: PastOptions
  @OptionGroup var tracing: TracingOptions
  @OptionGroup var alerts: AlertOptions
  @OptionGroup var order: OrderOptions
  @OptionGroup var table: TableOptions
  @OptionGroup var presentation: PresentationOptions
  @OptionGroup var screen: ScreenOptions
  @OptionGroup var settings: SettingsOptions

  @ParentCommand var nettop: Nettop

  func validate() throws {
    if nettop.recording.from != nil {
      throw ValidationError("nettop replay takes one file, and no --from.")
    }
    try Self.checkOthers(of: nettop)
  }

  /// Refuses options of `nettop` that a replay has no use for.
  static func checkOthers(of nettop: Nettop) throws {
    let end = nettop.recording.end == nil ? [] : ["--end"]
    try Nettop.refuse(end, of: "replay", since: "it shows all of a recording")
    let given =
      nettop.listing.given + nettop.pace.given + nettop.limits.given + nettop.output.given
    try Nettop.refuse(given, of: "replay", since: "it shows what was recorded")
  }

  func run() async throws {
    if screen.noColor { setenv("NO_COLOR", "1", 1) }
    try await Failure.reported {
      let changes: [any SettingsChange] = [order, table, presentation, screen]
      guard let setup = try Setup(settings, changes, isThemeGiven: screen.theme != nil) else {
        return
      }
      try await Replay(file, past, tracing, alerts, setup).run()
    }
  }
}
