import Glibc
import Monitor
import Screens

/// The file that settings are kept in.
struct SettingsFile {
  /// What a file says.
  struct Contents {
    var settings = Settings()
    /// What is wrong in it: with the path, the line and the reason, for people.
    var problems: [String] = []
    /// Whose rights it was read with; `nil` if it was not.
    var rights: FileRights?
  }

  let path: String
  /// Whether the user named it, so that it has to be there.
  private let isNamed: Bool

  /// A file that the user named.
  init(named path: String) {
    self.path = path
    isNamed = true
  }

  /// `$XDG_CONFIG_HOME/nettop/config.toml`, else `$HOME/.config/nettop/config.toml`; `nil` if
  /// the environment has neither.
  ///
  /// So under sudo it is root's own, unless sudo keeps HOME.
  init?(environment: (String) -> String? = { getenv($0).flatMap { String(validatingCString: $0) } })
  {
    // By the rules of XDG, a path that is not absolute counts for nothing.
    func directory(_ name: String) -> String? {
      environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    guard let base = directory("XDG_CONFIG_HOME") ?? directory("HOME").map({ $0 + "/.config" })
    else { return nil }
    path = base + "/nettop/config.toml"
    isNamed = false
  }

  /// Reads it. A file that nobody named may be missing.
  ///
  /// - Throws: why a named one cannot be read. What is wrong in it is among the contents.
  func read() throws(Failure) -> Contents {
    let found: UserFile.Contents?
    do throws(FileRefusal) {
      found = try UserFile(path).read()
    } catch {
      let problem = "cannot read the settings in \(path): \(error.reason)"
      if !isNamed { return Contents(problems: [problem]) }
      throw Failure(problem, advice: "nettop --print-config > FILE writes a file to start from")
    }
    guard let found else {
      if !isNamed { return Contents() }
      throw Failure(
        "there is no settings file \(path)",
        advice: "nettop --print-config > \(path) creates one"
      )
    }
    let reading = SettingsReader.read(found.text)
    return Contents(
      settings: reading.settings,
      problems: problems(of: reading, quotes: !FileRights.isRoot),
      rights: found.rights
    )
  }

  /// What is wrong, with places.
  ///
  /// - Parameter quotes: whether to quote the text of a file that contains more than settings.
  func problems(of reading: SettingsReader.Reading, quotes: Bool) -> [String] {
    if !quotes, !reading.isTOML, reading.known == 0 {
      let line = reading.problems.first.map { ":\($0.line)" } ?? ""
      return ["\(path)\(line): this is not a nettop settings file; it is ignored"]
    }
    let tellsText = quotes || reading.isOnlySettings
    let problems = reading.problems.map { problem in
      "\(path):\(problem.line): \(tellsText ? problem.reason : problem.reasonWithoutText)"
    }
    return reading.unlisted == 0
      ? problems : problems + ["\(path): \(reading.unlisted) more errors are not listed"]
  }

  /// Writes settings: a new file explains all of them, in an old one only what differs changes.
  /// Highlights and alerts stay as they are, since only the file can change them.
  ///
  /// - Throws: why they cannot be saved; the file is as before then.
  func save(_ settings: Settings) throws(Failure) {
    do {
      let file = UserFile(path)
      guard let old = try file.read() else {
        return try file.write(SettingsText.text(of: settings))
      }
      if old.isNull { throw FileRefusal("it is not a regular file") }
      try checkIsOurs(old.text)
      if old.text.isEmpty { return try file.write(SettingsText.text(of: settings)) }
      let text = try changed(old.text, to: settings)
      if text != old.text { try file.write(text) }
    } catch let failure as Failure {
      throw failure
    } catch {
      let reason = (error as? FileRefusal)?.reason ?? "\(error)"
      throw Failure(
        "cannot save the settings in \(path): \(reason)",
        advice: "use --config to name another file"
      )
    }
  }

  /// Throws where a file seems to be there for something else. Root can write any file, and may only
  /// lend nettop its rights.
  private func checkIsOurs(_ text: String) throws(FileRefusal) {
    let reading = SettingsReader.read(text)
    if !reading.isTOML {
      let line = reading.problems.first?.line ?? 1
      throw FileRefusal("line \(line) is not valid TOML")
    }
    guard isNamed, FileRights.isRoot else { return }
    if reading.known == 0 { throw FileRefusal("it has no nettop settings") }
    if reading.unknown > 0 { throw FileRefusal("it has keys that are not nettop's") }
  }

  private func changed(_ old: String, to settings: Settings) throws(Failure) -> String {
    var document = SettingsDocument(old)
    let before = SettingsReader.read(old).settings
    for setting in Setting.all where setting.value(settings) != setting.value(before) {
      document.set(setting.value(settings), at: setting.path)
    }
    // Whatever the file looks like: it is replaced only by one that says what it should.
    let after = SettingsReader.read(document.text).settings
    let missing = Setting.all.first { $0.value(after) != $0.value(settings) }
    guard let missing else { return document.text }
    throw Failure(
      "cannot change '\(missing.name)' in \(path)",
      advice: "put it on a line of its own, as nettop --print-config does"
    )
  }
}
