import CNcurses

/// Which colours a terminal shows.
package enum ColorDepth: Hashable, Sendable {
  /// None: attributes alone distinguish styles.
  case none
  /// The first eight of the named ones.
  case eight
  /// All named ones.
  case sixteen
  /// The palette of 256.
  case palette
  /// Every colour; and the first few of the palette by their numbers, 8 to 256 of them.
  case direct(palette: Int)

  /// As the description of ncurses' current terminal has it.
  static var described: ColorDepth {
    let colors = Int(tigetnum("colors"))
    switch colors {
    case ..<8: return .none
    case ..<16: return .eight
    case ..<256: return .sixteen
    // Where the three parts have not 8 bits each, the palette will do.
    case ..<(1 << 24): return .palette
    default: return .direct(palette: min(max(8, Int(tigetnum("CO"))), 256))
    }
  }

  /// Whether there are enough colours for shades of grey.
  package var hasShades: Bool {
    switch self {
    case .none, .eight, .sixteen: false
    case .palette, .direct: true
    }
  }

  /// The number of a colour on such a terminal, and how far off the colour it is: 0 is
  /// exact, 1 is white for black.
  func number(of color: Color) -> (number: Int32, distance: Double) {
    switch self {
    case .none: (0, 0)
    case .eight: ColorDepth.number(of: color, of: 8)
    case .sixteen: ColorDepth.number(of: color, of: 16)
    case .palette: ColorDepth.number(of: color, of: 256)
    case .direct(let palette): ColorDepth.direct(color, palette: palette)
    }
  }

  private static func number(of color: Color, of count: Int) -> (Int32, Double) {
    switch color {
    case .named(let name) where name.rawValue < count:
      return (Int32(name.rawValue), 0)
    case .named(let name) where name != .brightBlack:
      // What sets the bright one apart is not its hue.
      return (Int32(name.rawValue) - 8, 0)
    case .indexed(let index) where index < count:
      return (Int32(index), 0)
    default:
      // The user may have changed the sixteen, so they are used only if there is nothing else.
      let numbers = count == 256 ? 16..<256 : 0..<count
      let nearest = Palette.nearest(to: color.rgb, among: numbers)
      return (Int32(nearest.number), nearest.distance)
    }
  }

  private static func direct(_ color: Color, palette: Int) -> (Int32, Double) {
    switch color {
    case .named(let name) where name.rawValue < palette: return (Int32(name.rawValue), 0)
    case .indexed(let index) where index < palette: return (Int32(index), 0)
    default:
      // The lowest numbers mean the palette; a trace of green makes another of a dark blue.
      let value = color.rgb.value
      return (Int32(value < palette ? value | 0x100 : value), 0)
    }
  }
}
