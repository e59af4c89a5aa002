package import StyledText

/// How each style looks.
package struct Theme: Hashable, Sendable {
  private var looks: [Style: Look]

  /// - Parameter background: the colour behind all that has no other; nil is the terminal's own.
  package init(_ looks: [Style: Look], on background: Color? = nil) {
    self.looks = looks
    guard let background else { return }
    for style in Style.allCases {
      var look = self[style]
      look.background = look.background ?? background
      look.foreground = look.foreground ?? looks[.plain]?.foreground
      self.looks[style] = look
    }
  }

  package subscript(style: Style) -> Look {
    get { looks[style] ?? Look() }
    set { looks[style] = newValue }
  }
}

// The built-in ones.
extension Theme {
  /// The name for whichever theme suits the terminal.
  package static let automaticName = "auto"

  /// By name, as options and files have them.
  package static let all: [(name: String, theme: Theme)] = [
    ("dark", .dark), ("light", .light), ("high-contrast", .highContrast),
    ("colour-blind", .colorBlind), ("plain", .plain),
  ]

  package static let names = all.map(\.name)

  /// The built-in theme of this name, nil where there is none; `auto` is none.
  package static func named(_ name: String) -> Theme? {
    all.first { $0.name == name }?.theme
  }

  /// The theme for a terminal: `plain` where its background is unknown or its colours are few.
  package static func suited(to background: Background?, depth: ColorDepth) -> Theme {
    guard depth.hasShades else { return .plain }
    return switch background {
    case .dark: .dark
    case .light: .light
    case nil: .plain
    }
  }
}
