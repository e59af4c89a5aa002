import ArgumentParser
import Monitor

/// Options that take precedence over the settings file, and where that is.
struct SettingsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take the settings from this file, not from ~/.config/nettop/config.toml.",
      valueName: "file"
    )
  )
  var config: String?

  @Flag(name: .customLong("print-config"), help: "Print the settings in force, as such a file.")
  var printsConfig = false

  @Option(
    help: ArgumentHelp("Colours: auto, a theme, or a theme file.", valueName: "name|file")
  )
  var theme: String?

  @Flag(help: "Amounts and rates in bits.")
  var bits = false

  @Flag(help: "Bytes in steps of 1000, not 1024.")
  var si = false

  @Flag(help: "Counters as what the last interval added, not as totals.")
  var deltas = false

  @Flag(help: "Names for addresses; name servers are asked about them.")
  var resolve = false

  @Flag(help: "Names for ports, by /etc/services.")
  var services = false

  @Flag(help: "Graphs in ASCII only.")
  var ascii = false

  @Flag(
    name: .customLong("read-only"),
    help: "No keys that change anything on the host, or save settings."
  )
  var isReadOnly = false

  @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
  var noMouse = false

  func validate() throws {
    if let theme, !Settings.isTheme(theme) {
      let names = Settings.themeNames.joined(separator: ", ")
      throw ValidationError("--theme takes one of \(names), or a file with .toml at its end.")
    }
  }

  /// The file to read, `nil` where there is no place for one.
  var file: SettingsFile? { config.map { SettingsFile(named: $0) } ?? SettingsFile() }

  /// Changes settings as the options ask for.
  func apply(to settings: inout Settings) {
    if let theme { settings.theme = theme }
    if bits { settings.presentation.unit = .bits }
    if si { settings.presentation.prefix = .si }
    if deltas { settings.presentation.figures = .deltas }
    if resolve { settings.presentation.hosts = .names }
    if services { settings.presentation.ports = .services }
    if ascii { settings.presentation.graphs = .ascii }
    if isReadOnly { settings.isReadOnly = true }
    if noMouse { settings.usesMouse = false }
  }
}
