import Monitor
import Resolver
import Screens
import StyledText

/// Reads settings from TOML. What is wrong is reported, and takes nothing else with it.
enum SettingsReader {
  /// What is wrong with a settings file, and where.
  struct Problem: Hashable {
    /// From 1.
    let line: Int
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
    let document: TOMLDocument?
    (document, reading.problems) = self.document(of: text)
    reading.isTOML = reading.problems.isEmpty
    func note(_ line: Int, _ reason: String, _ reasonWithoutText: String) {
      if reading.problems.count >= limit {
        reading.unlisted += 1
        return
      }
      reading.problems.append(
        Problem(line: line, reason: reason, reasonWithoutText: reasonWithoutText)
      )
    }
    for (path, node) in flat(document?.root.children ?? [:]) {
      let name = SafeText.quoted(path.joined(separator: "."))
      guard let setting = Setting.at(path) else {
        reading.unknown += 1
        let isTable = Setting.tables.contains(path[0])
        if path.count == 1, isTable {
          let reason = "is a table: write [\(path[0])] and the keys below it"
          note(node.line, "\(name) \(reason)", "'\(path[0])' \(reason)")
        } else {
          let listed = isTable ? "those of [\(path[0])]" : "all keys"
          let advice = "nettop --print-config lists \(listed)"
          note(
            node.line,
            "\(name) is not a setting; \(advice)",
            "there is no such setting; \(advice)"
          )
        }
        continue
      }
      reading.known += 1
      if case .other(let kind) = node.value {
        note(
          node.line,
          "\(SafeText.quoted(node.text(in: text))) is neither a number, true, false nor a string in quotes",
          "'\(setting.name)' does not take \(kind)"
        )
        continue
      }
      do {
        try ServicePorts.with(SystemLookup.port(ofService:)) { () throws(ValueRefusal) in
          try setting.set(node.value, in: &reading.settings)
        }
      } catch {
        note(
          node.part(at: error.place).line,
          "\(name) \(error.reason)",
          "'\(setting.name)' \(error.reasonWithoutValue)"
        )
      }
    }
    reading.problems.sort { ($0.line, $0.reason) < ($1.line, $1.reason) }
    return reading
  }

  /// What a text says without the lines that are not TOML; `nil` if there are too many of them.
  private static func document(of text: String) -> (TOMLDocument?, [Problem]) {
    // To Swift, the two characters of another system's end of a line are one.
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map(Substring.init)
    var problems: [Problem] = []
    // Each costs another parse of the whole text, so a long text has a lower limit.
    let limit = max(2, min(limit, (1 << 18) / max(1, text.utf8.count)))
    while problems.count < limit {
      do {
        return (try TOMLDocument(lines.joined(separator: "\n")), problems)
      } catch {
        problems.append(
          Problem(
            line: error.line,
            reason: error.reason,
            reasonWithoutText: "this is not valid TOML"
          )
        )
        // What has no end is found at the end of the text: then the last line that says anything.
        guard let index = lines.prefix(error.line).lastIndex(where: { !$0.isEmpty }) else { break }
        lines[index] = ""
      }
    }
    return (nil, problems)
  }

  /// The values by the paths of settings: two deep in tables of settings, in a constant order.
  private static func flat(
    _ nodes: [String: TOMLDocument.Node]
  ) -> [(path: [String], node: TOMLDocument.Node)] {
    nodes.sorted { $0.key < $1.key }.flatMap { key, node in
      guard case .table = node.value, Setting.at([key]) == nil,
        !node.children.isEmpty || Setting.tables.contains(key)
      else { return [([key], node)] }
      return node.children.sorted { $0.key < $1.key }.map { ([key, $0.key], $0.value) }
    }
  }
}
