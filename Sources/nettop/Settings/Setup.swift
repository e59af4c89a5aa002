import Monitor
import Resolver
import Screens
import Terminal

/// How nettop is to be: the settings file, and what the command line has in its place.
struct Setup {
  /// Where settings are saved; `nil` if the environment names no place.
  let file: SettingsFile?
  let settings: Settings
  /// The colours; `nil` for those that suit the terminal.
  let theme: Theme?
  /// What is wrong in the files, for people.
  let problems: [String]
  /// Whose rights the settings were read with; `nil` if there were none to read.
  private let rights: FileRights?
  /// Where names come from; it makes no query by itself.
  let resolver: HostResolver

  /// - Parameters:
  ///   - changes: what the command line has in place of the file's settings.
  ///   - isThemeGiven: whether the theme is among them.
  /// - Returns: `nil` if the options only print the settings, which it has done then.
  init?(
    _ options: SettingsOptions,
    _ changes: [any SettingsChange],
    isThemeGiven: Bool = false
  ) throws(Failure) {
    file = options.file
    var contents = try file?.read() ?? SettingsFile.Contents()
    for change in changes { change.apply(to: &contents.settings) }
    settings = contents.settings
    let (theme, themeProblems) =
      isThemeGiven
      ? Self.theme(settings.theme, file: nil, rights: nil)
      : Self.theme(settings.theme, file: file, rights: contents.rights)
    self.theme = theme
    rights = contents.rights
    problems = contents.problems + themeProblems
    resolver = HostResolver()
    if settings.presentation.ports == .services { resolver.loadServices() }
    if options.printsConfig {
      warn()
      var output = StandardOutput()
      output.write(SettingsText.text(of: settings))
      _ = try output.flush()
      return nil
    }
  }

  /// - Parameters:
  ///   - file: the settings file that names the theme, whose directory a relative path begins at.
  ///   - rights: those that the settings file was read with.
  private static func theme(
    _ name: String,
    file: SettingsFile?,
    rights: FileRights?
  ) -> (Theme?, [String]) {
    if name == Theme.automaticName { return (nil, []) }
    if let theme = Theme.named(name) { return (theme, []) }
    let slash = file.flatMap { file in file.path.lastIndex(of: "/").map { file.path[...$0] } }
    let directory = slash.map(String.init) ?? ""
    let path = name.hasPrefix("/") ? name : directory + name
    let (theme, problems) = ThemeFile(path: path, namedWith: rights).read()
    return (theme, problems)
  }

  /// A theme by its name or path, as the settings have it, and what is wrong with it; no theme for
  /// the one that suits the terminal.
  func theme(named name: String) -> (Theme?, [String]) {
    // The present one is what options or settings made it, each with its own directory.
    name == settings.theme ? (theme, []) : Self.theme(name, file: file, rights: rights)
  }

  /// The time between samples.
  var interval: Duration { .milliseconds(Int64((settings.delay * 1000).rounded())) }

  /// Reports on standard error what is wrong.
  func warn() {
    for problem in problems { Failure(problem).tell() }
  }
}
