import CNcurses
import Glibc

/// The characters that the user's locale lets a terminal show.
enum CharacterSet {
  case unicode
  case ascii

  /// Takes the locale of the environment for the process's characters: ncurses goes by it.
  static func adopt() -> CharacterSet {
    if setlocale(LC_CTYPE, "") == nil, namesUTF8 {
      // The name came with the user from another host, which has that locale.
      setlocale(LC_CTYPE, "C.UTF-8")
    }
    return nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } == "UTF-8" ? .unicode : .ascii
  }

  /// Whether the environment asks for UTF-8, in a locale that this host need not have.
  private static var namesUTF8: Bool {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
    let codeset = name?.split(separator: ".").last?.lowercased() ?? ""
    return codeset.hasPrefix("utf-8") || codeset.hasPrefix("utf8")
  }

  /// What to show for a character.
  func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if self == .unicode || scalar.isASCII { return scalar }
    return CharacterSet.likenesses[scalar] ?? "?"
  }

  private static let likenesses: [Unicode.Scalar: Unicode.Scalar] = [
    "…": "~", "─": "-", "━": "-", "│": "|", "┃": "|", "┼": "+", "├": "+", "┤": "+",
    "┬": "+", "┴": "+", "┌": "+", "┐": "+", "└": "+", "┘": "+", "→": ">", "←": "<",
    "↑": "^", "↓": "v", "▲": "^", "▼": "v", "▶": ">", "◀": "<", "█": "#", "·": ".", "•": "*",
    "µ": "u", "–": "-", "—": "-", "×": "x", "\u{A0}": " ",
    "▁": ".", "▂": ":", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "#",
    "░": ".", "▒": "-", "▓": "=",
  ]
}

/// A variable of the environment.
func environment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
