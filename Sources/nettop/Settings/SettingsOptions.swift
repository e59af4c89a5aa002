import ArgumentParser

/// Where the settings come from.
struct SettingsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read the settings from this file, not from ~/.config/nettop/config.toml.",
      valueName: "file"
    ),
    completion: .file()
  )
  var config: String?

  @Flag(
    name: .customLong("print-config"),
    help: "Print the settings in effect, as a settings file."
  )
  var printsConfig = false

  func validate() throws {
    if config == "" { throw ValidationError("--config takes the path of a file; it is empty.") }
  }

  /// The file to read, `nil` if there is no place for one.
  var file: SettingsFile? { config.map { SettingsFile(named: $0) } ?? SettingsFile() }
}
