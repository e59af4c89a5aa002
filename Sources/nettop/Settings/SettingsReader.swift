import Monitor
import Resolver

/// Reads settings from TOML. What is wrong is reported, and takes nothing else with it.
enum SettingsReader {
  /// What is wrong with a settings file, and where.
  struct Problem: Hashable {
    /// From 1; `nil` if the line is unknown.
    let line: Int?
    let reason: String
    /// The same without a word of the file but names of settings.
    let reasonWithoutText: String
  }

  /// What a text says.
  struct Reading {
    var settings = Settings()
    /// In the order of their lines; no more than `limit`.
    var problems: [Problem] = []
    /// Problems beyond these.
    var unlisted = 0
    /// Whether all of it is TOML.
    var isTOML = true
    /// How many settings it has, their values right or wrong, and how many other keys.
    var known = 0
    var unknown = 0

    /// Whether nothing else is in it: then it is meant for nettop.
    var isOnlySettings: Bool { isTOML && unknown == 0 }
  }

  /// How many problems are reported; after this many lines that are no TOML, it is no settings
  /// file.
  static let limit = 20

  static func read(_ text: String) -> Reading {
    var reading = Reading()
    var values: [String: SettingValue]
    (values, reading.problems) = self.values(of: text)
    reading.isTOML = reading.problems.isEmpty
    var lines: [[String]: Int]?
    func note(_ path: [String], _ reason: String, _ reasonWithoutText: String) {
      if reading.problems.count >= limit {
        reading.unlisted += 1
        return
      }
      if lines == nil { lines = SettingsDocument(text).linesOfKeys }
      reading.problems.append(
        Problem(
          line: lines?[path],
          reason: "'\(path.joined(separator: "."))' \(reason)",
          reasonWithoutText: reasonWithoutText
        )
      )
    }
    for (path, value) in flat(values) {
      guard let setting = Setting.at(path) else {
        reading.unknown += 1
        let isTable = Setting.tables.contains(path[0])
        if path.count == 1, isTable {
          let reason = "is a table: write [\(path[0])] and the keys below it"
          note(path, reason, "'\(path[0])' \(reason)")
        } else {
          let listed = isTable ? "those of [\(path[0])]" : "all keys"
          let advice = "nettop --print-config lists \(listed)"
          note(path, "is not a setting; \(advice)", "there is no such setting; \(advice)")
        }
        continue
      }
      reading.known += 1
      do {
        try ServicePorts.with(SystemLookup.port(ofService:)) { () throws(SettingRefusal) in
          try setting.set(value, in: &reading.settings)
        }
      } catch {
        note(path, error.reason, "'\(setting.name)' \(error.reasonWithoutValue)")
      }
    }
    reading.problems.sort { ($0.line ?? 0, $0.reason) < ($1.line ?? 0, $1.reason) }
    return reading
  }

  /// The values of a text, without the lines that are no TOML.
  private static func values(of text: String) -> ([String: SettingValue], [Problem]) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var problems: [Problem] = []
    // Each costs a look at all of the text: there are fewer in a long one.
    let limit = max(2, min(limit, (1 << 18) / max(1, text.utf8.count)))
    while problems.count < limit {
      do {
        return (try SettingValue.values(of: lines.joined(separator: "\n")), problems)
      } catch {
        // What has no end is found at the end of the text: then the last line that says anything.
        let line = max(1, min(error.line, lines.count))
        problems.append(
          Problem(line: line, reason: error.reason, reasonWithoutText: "this is not valid TOML")
        )
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
      guard case .table(let table) = value, Setting.at([key]) == nil,
        !table.isEmpty || Setting.tables.contains(key)
      else { return [([key], value)] }
      return table.sorted { $0.key < $1.key }.map { ([key, $0.key], $0.value) }
    }
  }
}
