import ArgumentParser
import Monitor
import Screens

/// How the screen looks and what it lets its user do.
struct ScreenOptions: ParsableArguments, SettingsChange {
  @Option(
    help: ArgumentHelp("Colours: auto, a theme, or a theme file.", valueName: "name|file"),
    completion: Completions.themes
  )
  var theme: String?

  @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR in the environment.")
  var noColor = false

  @Flag(
    name: .customLong("read-only"),
    help: "Disable the keys that change anything on the host or save settings."
  )
  var isReadOnly = false

  @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
  var noMouse = false

  func validate() throws {
    if let theme, !Settings.isTheme(theme) {
      let names = Settings.themeNames.joined(separator: ", ")
      throw ValidationError("--theme takes one of \(names), or a .toml file.")
    }
  }

  func apply(to settings: inout Settings) {
    if let theme { settings.theme = theme }
    if isReadOnly { settings.isReadOnly = true }
    if noMouse { settings.usesMouse = false }
  }
}
