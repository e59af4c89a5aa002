/// A colour that a terminal may show. One that it cannot show becomes the nearest that it can.
package enum Color: Hashable, Sendable {
  /// One of the sixteen whose shade the user's palette decides.
  case named(Name)
  /// 16 to 255: a cube of 6 × 6 × 6 and a grey ramp, alike on all terminals. Below 16, as `named`.
  case indexed(UInt8)
  /// Exactly this colour.
  case exact(RGB)

  /// The raw value is the number that terminals know it by.
  package enum Name: UInt8, Sendable, CaseIterable {
    case black = 0
    case red
    case green
    case yellow
    case blue
    case magenta
    case cyan
    case white
    case brightBlack
    case brightRed
    case brightGreen
    case brightYellow
    case brightBlue
    case brightMagenta
    case brightCyan
    case brightWhite
  }

  package static let black = Color.named(.black)
  package static let red = Color.named(.red)
  package static let green = Color.named(.green)
  package static let yellow = Color.named(.yellow)
  package static let blue = Color.named(.blue)
  package static let magenta = Color.named(.magenta)
  package static let cyan = Color.named(.cyan)
  package static let white = Color.named(.white)

  /// A colour written as `0xrrggbb`.
  package static func hex(_ value: UInt32) -> Color { .exact(RGB(value)) }

  /// By its number in the palette of 256.
  package init(index: UInt8) {
    self = Name(rawValue: index).map { .named($0) } ?? .indexed(index)
  }

  /// What the colour is, or for one of the sixteen what it is on most terminals.
  package var rgb: RGB {
    switch self {
    case .named(let name): Palette.colors[Int(name.rawValue)]
    case .indexed(let index): Palette.colors[Int(index)]
    case .exact(let rgb): rgb
    }
  }
}
