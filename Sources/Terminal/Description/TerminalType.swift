import CNcurses
import CTerminal

/// Reads the description of a terminal, which TERMINFO and `~/.terminfo` can have anywhere: only what
/// the caller of the program may read.
func withRightsOfCaller<Result>(_ read: () -> Result) -> Result {
  let lowered = terminal_rights_lower()
  defer { terminal_rights_raise(lowered) }
  return read()
}

/// What the name of a terminal says about it.
struct TerminalType {
  /// As TERM has it.
  let name: String

  /// The description to use: one with all colours where the terminal says that it has them, and
  /// the host describes such a one.
  var description: String {
    guard TerminalType.claimsDirectColors else { return name }
    return directNames.first(where: TerminalType.isDescribed) ?? name
  }

  /// Best first: the more of the palette a description has, the more of the user's own colours.
  private var directNames: [String] {
    var base = TerminalType.bases[name] ?? name
    for suffix in ["-256color", "-16color", "-88color"] where base.hasSuffix(suffix) {
      base.removeLast(suffix.count)
    }
    return ["-direct256", "-direct16", "-direct"].map { base + $0 }
  }

  /// Names that have another in front of `-direct`.
  private static let bases = ["xterm-kitty": "kitty"]

  /// Terminals report it in the environment, since TERM cannot.
  private static var claimsDirectColors: Bool {
    ["truecolor", "24bit"].contains(environment("COLORTERM")?.lowercased())
  }

  /// Whether the host has a description of this name. Not while ncurses runs.
  private static func isDescribed(_ name: String) -> Bool {
    var failure: Int32 = 0
    guard withRightsOfCaller({ setupterm(name, -1, &failure) }) == OK else { return false }
    if let described = set_curterm(nil) { del_curterm(described) }
    return true
  }

  /// Whether the terminal ignores sequences that it does not know, as xterm does, so that nettop may
  /// query it and set modes that it may lack. Once ncurses runs.
  var isXTermLike: Bool {
    tigetflag("XT") > 0 || TerminalType.families.contains { name.hasPrefix($0) }
  }

  private static let families = [
    "xterm", "screen", "tmux", "rxvt", "vte", "gnome", "konsole", "foot", "alacritty", "kitty",
    "wezterm", "ghostty", "contour", "mintty", "iterm", "st-", "rio",
  ]
}
