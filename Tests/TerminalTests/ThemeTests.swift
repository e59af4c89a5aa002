import StyledText
import Testing

@testable import Terminal

@Suite struct ThemeTests {
  /// The themes that choose their shades, with what may lie behind text that has no background.
  private static let designed: [(name: String, backgrounds: [UInt32], contrast: Double)] = [
    ("dark", [0x1E1E1E, 0x000000], 4.5), ("light", [0xFFFFFF], 4.5),
    ("high-contrast", [], 7), ("colour-blind", [], 4.5),
  ]

  @Test(arguments: designed.map(\.name))
  func isReadable(name: String) throws {
    let theme = try #require(Theme.named(name))
    let design = try #require(ThemeTests.designed.first { $0.name == name })
    for style in Style.allCases {
      let look = theme[style]
      // These would change the contrast in ways that differ from terminal to terminal.
      #expect(look.attributes.isDisjoint(with: [.dim, .reverse]), "\(style)")
      let backgrounds = look.background.map { [$0.rgb] } ?? design.backgrounds.map { RGB($0) }
      guard let foreground = look.foreground else {
        // The terminal's own on the terminal's own.
        #expect(look.background == nil && !design.backgrounds.isEmpty, "\(style)")
        continue
      }
      for background in backgrounds {
        #expect(
          contrast(foreground.rgb, background) >= design.contrast,
          "\(style) on \(background)"
        )
      }
    }
  }

  /// On a terminal of 256 colours, too, all is as designed.
  @Test(arguments: designed.map(\.name))
  func keepsToThePalette(name: String) throws {
    let theme = try #require(Theme.named(name))
    for style in Style.allCases {
      for color in [theme[style].foreground, theme[style].background].compactMap(\.self) {
        #expect(Palette.nearest(to: color.rgb, among: 16..<256).distance == 0, "\(style) \(color)")
      }
    }
  }

  @Test(arguments: Theme.names)
  func tellsStylesApart(name: String) throws {
    let theme = try #require(Theme.named(name))
    let groups: [[Style]] = [
      [.low, .medium, .high, .alarm], [.received, .sent], [.delay, .retransmitted],
      [.plain, .selected, .followed, .tagged, .highlighted, .failed, .new],
      [.bar, .barStrong], [.title, .sorted], [.key, .keyMeaning], [.plain, .faint, .strong],
    ]
    for group in groups {
      #expect(Set(group.map { theme[$0] }).count == group.count, "\(group)")
    }
    // A row that is selected shows across the screen.
    for style in [Style.selected, .followed] {
      #expect(theme[style].background != theme[.plain].background || theme == .plain)
      #expect(theme[style].background != nil || theme[style].attributes.contains(.reverse))
    }
  }

  /// Low, medium and high are far apart, for whoever sees.
  @Test(arguments: designed.map(\.name))
  func showsHeat(name: String) throws {
    let theme = try #require(Theme.named(name))
    var viewers = [identity]
    if name == "colour-blind" { viewers += [protanopia, deuteranopia] }
    for viewer in viewers {
      for (one, other) in [
        (Style.low, Style.medium), (.medium, .high), (.low, .high), (.received, .sent),
        (.delay, .retransmitted),
      ] {
        let colors = try [one, other].map { try #require(theme[$0].foreground).rgb }
        let seen = colors.map { perceived($0, by: viewer).oklab }
        #expect(seen[0].distance(to: seen[1]) > 0.1, "\(one) \(other) \(viewer)")
      }
    }
  }

  @Test func isFoundByName() {
    #expect(Theme.names == ["dark", "light", "high-contrast", "colour-blind", "plain"])
    #expect(Theme.named("dark") == .dark)
    #expect(Theme.named("auto") == nil && Theme.named("Dark") == nil)
  }

  @Test func suitsTheTerminal() {
    #expect(Theme.suited(to: .dark, depth: .palette) == .dark)
    #expect(Theme.suited(to: .light, depth: .direct(palette: 8)) == .light)
    #expect(Theme.suited(to: nil, depth: .palette) == .plain)
    #expect(Theme.suited(to: .dark, depth: .sixteen) == .plain)
  }

  @Test func knowsWhatContrastIs() {
    #expect(abs(contrast(RGB(0), RGB(0xFFFFFF)) - 21) < 0.01)
    #expect(abs(contrast(RGB(0x767676), RGB(0xFFFFFF)) - 4.54) < 0.01)
  }

  /// As WCAG 2 defines it.
  private func contrast(_ one: RGB, _ other: RGB) -> Double {
    let lights = [one.luminance, other.luminance].sorted()
    return (lights[1] + 0.05) / (lights[0] + 0.05)
  }
}

private typealias Matrix = [[Double]]

private let identity: Matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
// Machado, Oliveira and Fernandes 2009, severity 1.
private let protanopia: Matrix = [
  [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
  [-0.003882, -0.048116, 1.051998],
]
private let deuteranopia: Matrix = [
  [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
]

/// What a person with these eyes sees of a colour.
private func perceived(_ color: RGB, by viewer: Matrix) -> RGB {
  let parts = [color.red, color.green, color.blue].map(Double.init)
  let seen = viewer.map { row in
    UInt8(min(max(zip(row, parts).reduce(0) { $0 + $1.0 * $1.1 }, 0), 255))
  }
  return RGB(red: seen[0], green: seen[1], blue: seen[2])
}
