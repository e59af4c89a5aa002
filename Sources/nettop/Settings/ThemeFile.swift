import Monitor
import Screens
import StyledText
import Terminal

/// A theme of the user's own: TOML with a look for each style that is to be another one.
///
///     base = "dark"
///     title = "#ffffff on #303030 bold"
///     high = "red bold"
struct ThemeFile {
  let path: String
  /// The rights of the settings file that names it; `nil` if an option does.
  let rights: FileRights?

  init(path: String, namedWith rights: FileRights? = nil) {
    self.path = path
    self.rights = rights
  }

  /// Reads it.
  ///
  /// - Returns: the theme, and what is wrong in the file. Those styles are as in the base.
  func read() -> (theme: Theme, problems: [String]) {
    do throws(FileRefusal) {
      guard let found = try UserFile(path, namedWith: rights).read() else {
        return (.plain, ["there is no theme file \(path)"])
      }
      return theme(found.text, quotes: !FileRights.isRoot)
    } catch {
      return (.plain, ["cannot read the theme file \(path): \(error.reason)"])
    }
  }

  /// What a text says.
  ///
  /// - Parameter quotes: whether to quote the text if it contains more than a theme.
  func theme(_ text: String, quotes: Bool) -> (theme: Theme, problems: [String]) {
    let nodes: [String: TOMLDocument.Node]
    do {
      nodes = try TOMLDocument(text).root.children
    } catch {
      let reason = quotes ? error.reason : "this is not valid TOML"
      return (.plain, ["\(path):\(error.line): \(reason)"])
    }
    let tellsText = quotes || nodes.keys.allSatisfy { $0 == "base" || Style(name: $0) != nil }
    var problems: [(line: Int, text: String)] = []
    var unlisted = 0
    func note(_ key: String, _ line: Int, _ reason: String) {
      if problems.count >= SettingsReader.limit {
        unlisted += 1
        return
      }
      problems.append(
        (line, "\(path):\(line): \(tellsText ? SafeText.quoted(key) : "this key") \(reason)")
      )
    }
    var theme = Theme.plain
    if let node = nodes["base"] {
      if case .text(let name) = node.value, let base = Theme.named(name) {
        theme = base
      } else {
        note("base", node.line, "takes one of \(Theme.names.joined(separator: ", "))")
      }
    }
    for (key, node) in nodes.sorted(by: { $0.key < $1.key }) where key != "base" {
      guard let style = Style(name: key) else {
        note(
          key,
          node.line,
          "is not a style; styles are \(Style.allCases.map { "\($0)" }.joined(separator: ", "))"
        )
        continue
      }
      guard case .text(let text) = node.value else {
        note(key, node.line, "takes a look as \"#rrggbb on #rrggbb bold\", not \(node.value.kind)")
        continue
      }
      do {
        theme[style] = try Look(text: text)
      } catch {
        note(key, node.line, tellsText ? "takes a look: \(error)" : "takes a look")
      }
    }
    problems.sort { ($0.line, $0.text) < ($1.line, $1.text) }
    let rest = unlisted == 0 ? [] : ["\(path): \(unlisted) more errors are not listed"]
    return (theme, problems.map(\.text) + rest)
  }
}
