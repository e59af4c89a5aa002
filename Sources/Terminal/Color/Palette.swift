/// The 256 colours of xterm, and which of them comes nearest to another.
enum Palette {
  /// By number: the sixteen as xterm has them, the cube, the grey ramp.
  static let colors: [RGB] = named + cube + ramp

  private static let named: [RGB] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ].map { RGB($0) }

  private static let cube: [RGB] = {
    let levels: [UInt8] = [0, 0x5F, 0x87, 0xAF, 0xD7, 0xFF]
    return levels.flatMap { red in
      levels.flatMap { green in levels.map { RGB(red: red, green: green, blue: $0) } }
    }
  }()

  private static let ramp: [RGB] = (0..<24).map { step in
    let level = UInt8(8 + 10 * step)
    return RGB(red: level, green: level, blue: level)
  }

  private static let places = colors.map(\.oklab)
  /// Below this a colour passes for grey, and must not take on a hue.
  private static let greyChroma = 0.04

  /// The colour of these numbers that looks most like it, and how far off it is.
  static func nearest(to color: RGB, among numbers: Range<Int>) -> (number: Int, distance: Double) {
    let place = color.oklab
    let isGrey = place.chroma < greyChroma
    var best = (number: numbers.lowerBound, distance: Double.infinity)
    for number in numbers where !isGrey || places[number].chroma < greyChroma {
      let distance = place.distance(to: places[number])
      if distance < best.distance { best = (number, distance) }
    }
    return best
  }
}
