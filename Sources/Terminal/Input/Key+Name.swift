import StyledText

/// Keys as help shows them and a file of settings names them.
extension Key {
  /// How to name a key, for messages.
  package static let nameAdvice =
    "Write one character, F1 to F12, Ctrl- and a letter, or one of "
    + named.map(\.name).joined(separator: ", ") + "."

  /// The key of a name, in upper or lower case; nil where there is no such key. A letter by itself
  /// is the key as typed: `q` and `Q` are two.
  ///
  /// Keys for which terminals send the same are the same: `Ctrl-I` is Tab.
  package init?(name: String) {
    let lower = name.lowercased()
    if let key = Key.keys[lower] {
      self = key
    } else if lower.hasPrefix("ctrl-") || lower.hasPrefix("^"), lower.count > 1 {
      guard let key = Key.control(named: lower.dropFirst(lower.hasPrefix("^") ? 1 : 5)) else {
        return nil
      }
      self = key
    } else if lower.hasPrefix("f"), let number = UInt8(lower.dropFirst()) {
      guard (1...12).contains(number), lower == "f\(number)" else { return nil }
      self = .function(Int(number))
    } else {
      guard let character = name.first, name.count == 1, character != " ",
        SafeText.sanitized(name) == name
      else { return nil }
      self = .character(character)
    }
  }

  /// As `init(name:)` reads it.
  package var name: String {
    switch self {
    case .function(let number): "F\(number)"
    case .control(let letter): "Ctrl-\(letter.uppercased())"
    case .character(let character) where character != " ": String(character)
    default: Key.named.first { $0.key == self }?.name ?? ""
    }
  }

  private static let named: [(name: String, key: Key)] = [
    ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("Shift-Tab", .backTab),
    ("Space", .character(" ")), ("Backspace", .backspace), ("Insert", .insert),
    ("Delete", .delete), ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right),
    ("PgUp", .pageUp), ("PgDn", .pageDown), ("Home", .home), ("End", .end),
  ]

  /// Further names that people know these keys by.
  private static let aliases: [(name: String, key: Key)] = [
    ("Return", .enter), ("Escape", .escape), ("Ins", .insert), ("Del", .delete),
    ("PageUp", .pageUp), ("PageDown", .pageDown),
  ]

  private static let keys = Dictionary(
    (named + aliases).map { ($0.name.lowercased(), $0.key) },
    uniquingKeysWith: { first, _ in first }
  )

  private static func control(named letter: Substring) -> Key? {
    guard letter.utf8.count == 1, let byte = letter.utf8.first,
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
    else { return nil }
    return KeySequences.controls[byte - 0x60]
  }
}
