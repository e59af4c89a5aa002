import CNcurses

/// What the name of a terminal tells about it.
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

  /// Terminals tell of it in the environment, for TERM has no word for it.
  private static var claimsDirectColors: Bool {
    ["truecolor", "24bit"].contains(environment("COLORTERM")?.lowercased())
  }

  /// Whether the host has a description of this name. Not while ncurses runs.
  private static func isDescribed(_ name: String) -> Bool {
    var failure: Int32 = 0
    guard setupterm(name, -1, &failure) == OK else { return false }
    if let described = set_curterm(nil) { del_curterm(described) }
    return true
  }

  /// Whether the terminal keeps to xterm's way of taking what it does not know, so that it may be
  /// asked, and given modes that it may lack. Once ncurses runs.
  var isXTermLike: Bool {
    tigetflag("XT") > 0 || TerminalType.families.contains { name.hasPrefix($0) }
  }

  private static let families = [
    "xterm", "screen", "tmux", "rxvt", "vte", "gnome", "konsole", "foot", "alacritty", "kitty",
    "wezterm", "ghostty", "contour", "mintty", "iterm", "st-", "rio",
  ]
}
