import Monitor
import Terminal

/// The choice of a theme.
extension ScreenState {
  /// Opens a menu of themes: each is shown as soon as it is gone to, and Esc goes back.
  mutating func chooseTheme() {
    var names = Settings.themeNames
    // A theme file is one of the choices, too.
    for name in [base.theme, theme] where !names.contains(name) { names.append(name) }
    let items = names.map { name in
      let explained = name == Theme.automaticName ? "auto    matches the terminal" : name
      return Menu.Item(text: explained, action: .setTheme(name), preview: .setTheme(name))
    }
    let save = keys.keys(of: .save).first.map { "\($0.name) saves the choice." }
    var menu = Menu(title: ["Theme"] + (save.map { [$0] } ?? []), items: items)
    menu.cancelled = .setTheme(theme)
    menu.select(names.firstIndex(of: theme) ?? 0)
    panes.append(.menu(menu))
  }
}
