import Glibc

/// A colour by its parts in sRGB.
package struct RGB: Hashable, Sendable, CustomStringConvertible {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Written as `0xrrggbb`; higher bits do not count.
  package init(_ value: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: value >> 16),
      green: UInt8(truncatingIfNeeded: value >> 8),
      blue: UInt8(truncatingIfNeeded: value)
    )
  }

  /// As `0xrrggbb`.
  package var value: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }

  /// As `#rrggbb`.
  package var description: String {
    let digits = String(value, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The share of the light of white, 0 to 1, as WCAG 2 defines relative luminance.
  package var luminance: Double {
    let (red, green, blue) = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }

  /// Whether light text reads better on it than dark text does.
  package var isDark: Bool { luminance < 0.179 }

  /// The parts without the curve of sRGB: the amounts of light, 0 to 1.
  private var linear: (red: Double, green: Double, blue: Double) {
    (RGB.linear(red), RGB.linear(green), RGB.linear(blue))
  }

  private static func linear(_ part: UInt8) -> Double {
    let part = Double(part) / 255
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
  }

  /// The colour in Oklab, where equal distances look about equally far apart.
  var oklab: Oklab {
    let (red, green, blue) = linear
    let l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return Oklab(
      lightness: 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      a: 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      b: 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    )
  }
}

/// A colour in Björn Ottosson's perceptual space.
struct Oklab: Hashable, Sendable {
  /// 0 black to 1 white.
  var lightness: Double
  /// Green (negative) to red.
  var a: Double
  /// Blue (negative) to yellow.
  var b: Double

  /// How far from grey.
  var chroma: Double { hypot(a, b) }

  /// 0 for equal colours, 1 from black to white.
  func distance(to other: Oklab) -> Double {
    let lightness = lightness - other.lightness
    return (lightness * lightness + (a - other.a) * (a - other.a) + (b - other.b) * (b - other.b))
      .squareRoot()
  }
}
