extension Key {
  private static let named: [(key: Key, name: String)] =
    [
      (.enter, "Enter"), (.escape, "Esc"), (.tab, "Tab"), (.backTab, "Shift-Tab"),
      (.backspace, "Backspace"), (.delete, "Del"), (.up, "Up"), (.down, "Down"), (.left, "Left"),
      (.right, "Right"), (.pageUp, "PgUp"), (.pageDown, "PgDn"), (.home, "Home"), (.end, "End"),
      (.character(" "), "Space"),
    ] + (1...12).map { (.function($0), "F\($0)") }

  /// What people call it: `k`, `F9`, `PgUp`, `Ctrl-L`.
  package var name: String {
    switch self {
    case .control(let letter): "Ctrl-\(letter.uppercased())"
    case .character(let character) where character != " ": String(character)
    default: Key.named.first { $0.key == self }?.name ?? "\(self)"
    }
  }

  /// The key of a name, whatever the case of names with several letters; `nil` for no key.
  package init?(name: String) {
    if name.count == 1, let character = name.first, character != " ", !character.isNewline {
      self = .character(character)
      return
    }
    let lower = name.lowercased()
    if let entry = Key.named.first(where: { $0.name.lowercased() == lower }) {
      self = entry.key
    } else if lower.hasPrefix("ctrl-"), lower.count == 6, let letter = lower.last,
      ("a"..."z").contains(letter)
    {
      self = .control(letter)
    } else {
      return nil
    }
  }
}
