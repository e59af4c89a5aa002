import Monitor
import Screens

/// Settings as a file that explains itself.
enum SettingsText {
  /// All settings; those that nobody chose are comments.
  static func text(of settings: Settings) -> String {
    var text = "# Settings of nettop, as written by --print-config; see nettop(1).\n"
    var table = ""
    for setting in Setting.all {
      if setting.path.count > 1, setting.path[0] != table {
        table = setting.path[0]
        text += "\n[\(table)]\n"
      }
      let isTable = setting.path.count == 1 && setting.example != nil
      text += "\(setting.path.count > 1 ? "" : "\n")# \(setting.meaning)\n"
      if isTable {
        text += tables(setting, settings)
      } else if let value = setting.value(settings) {
        text += "\(setting.path.last ?? "") = \(value.toml)\n"
      } else if let example = setting.example {
        text += "# \(setting.path.last ?? "") = \(example.toml)\n"
      }
    }
    return text
  }

  /// An array of tables, each under a header of its own.
  private static func tables(_ setting: Setting, _ settings: Settings) -> String {
    let value = setting.value(settings)
    guard case .list(let items) = value ?? setting.example else { return "" }
    let margin = value == nil ? "# " : ""
    return items.map { item in
      guard case .table(let table) = item else { return "" }
      let lines = table.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.toml)" }
      return (["[[\(setting.name)]]"] + lines).map { "\(margin)\($0)\n" }.joined()
    }.joined(separator: "\n")
  }
}
