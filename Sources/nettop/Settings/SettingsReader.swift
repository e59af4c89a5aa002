import Monitor

/// Reads settings from TOML. What is wrong is told, and takes nothing else with it.
enum SettingsReader {
  /// What is wrong with a settings file, and where.
  struct Problem: Hashable {
    /// From 1; `nil` where no line can be told.
    let line: Int?
    let reason: String
  }

  /// After so many lines that are no TOML, it is no settings file.
  private static let unreadableLines = 20

  static func read(_ text: String) -> (settings: Settings, problems: [Problem]) {
    var settings = Settings()
    var (values, problems) = values(of: text)
    let document = SettingsDocument(text)
    func note(_ path: [String], _ reason: String) {
      let name = path.joined(separator: ".")
      problems.append(Problem(line: document.line(of: path), reason: "'\(name)' \(reason)"))
    }
    for (path, value) in flat(values) {
      guard let setting = Setting.at(path) else {
        let isTable = Setting.tables.contains(path[0])
        if path.count == 1, isTable {
          note(path, "is a table: write [\(path[0])] and the keys below it")
        } else {
          let listed = isTable ? "those of [\(path[0])]" : "all keys"
          note(path, "is no setting; nettop --print-config lists \(listed)")
        }
        continue
      }
      do {
        try setting.set(value, in: &settings)
      } catch {
        note(path, error.reason)
      }
    }
    return (settings, problems.sorted { ($0.line ?? 0, $0.reason) < ($1.line ?? 0, $1.reason) })
  }

  /// The values of a text, without the lines that are no TOML.
  private static func values(of text: String) -> ([String: SettingValue], [Problem]) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var problems: [Problem] = []
    while problems.count < unreadableLines {
      do {
        return (try SettingValue.values(of: lines.joined(separator: "\n")), problems)
      } catch {
        // What has no end is found at the end of the text: then the last line that says anything.
        let line = max(1, min(error.line, lines.count))
        problems.append(Problem(line: line, reason: error.reason))
        guard let index = lines[..<line].lastIndex(where: { !$0.isEmpty }) else { break }
        lines[index] = ""
      }
    }
    return ([:], problems)
  }

  /// The values by the paths of settings: two deep in tables of settings, in a constant order.
  private static func flat(
    _ values: [String: SettingValue]
  ) -> [(path: [String], value: SettingValue)] {
    values.sorted { $0.key < $1.key }.flatMap { key, value in
      guard case .table(let table) = value, Setting.at([key]) == nil else {
        return [([key], value)]
      }
      return table.sorted { $0.key < $1.key }.map { ([key, $0.key], $0.value) }
    }
  }
}
