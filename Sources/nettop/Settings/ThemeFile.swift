import Monitor
import SystemPackage
import Terminal

/// A theme of the user's own: TOML with a look for each style that is to be another one.
///
///     base = "dark"
///     title = "#ffffff on #303030 bold"
///     high = "red bold"
struct ThemeFile {
  let path: String

  /// Reads it.
  ///
  /// - Returns: the theme, and what is wrong in the file. Those styles are as in the base.
  func read() -> (theme: Theme, problems: [String]) {
    let text: String
    do {
      guard let found = try SettingsFile.text(at: path) else {
        return (.plain, ["there is no theme file \(path)"])
      }
      text = found
    } catch {
      return (.plain, ["cannot read the theme file \(path): \(error)"])
    }
    let values: [String: SettingValue]
    do {
      values = try SettingValue.values(of: text)
    } catch {
      return (.plain, ["\(path):\(error.line): \(error.reason)"])
    }
    let document = SettingsDocument(text)
    var problems: [(line: Int, text: String)] = []
    func note(_ key: String, _ reason: String) {
      let line = document.line(of: [key])
      let place = line.map { "\(path):\($0)" } ?? path
      problems.append((line ?? 0, "\(place): '\(key)' \(reason)"))
    }
    var theme = Theme.plain
    if let value = values["base"] {
      if case .text(let name) = value, let base = Theme.named(name) {
        theme = base
      } else {
        note("base", "takes one of \(Theme.names.joined(separator: ", "))")
      }
    }
    for (key, value) in values where key != "base" {
      guard let style = Style(name: key) else {
        note(
          key,
          "is no style; styles are \(Style.allCases.map { "\($0)" }.joined(separator: ", "))"
        )
        continue
      }
      guard case .text(let text) = value else {
        note(key, "takes a look as \"#rrggbb on #rrggbb bold\", not \(value.kind)")
        continue
      }
      do {
        theme[style] = try Look(text: text)
      } catch {
        note(key, "takes a look: \(error)")
      }
    }
    return (theme, problems.sorted { ($0.line, $0.text) < ($1.line, $1.text) }.map(\.text))
  }
}
