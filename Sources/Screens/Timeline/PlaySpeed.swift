import Monitor

/// How fast the past is played.
package struct PlaySpeed: Hashable, Sendable {
  /// The power of two that it is of the speed in which things happened; one more than the largest
  /// for as fast as possible.
  private var exponent = 0

  private static let exponents = -3...7

  package init() {}

  /// Whether samples follow each other at once.
  package var isUnlimited: Bool { exponent == Self.exponents.upperBound }

  /// Real time for a stretch of recorded time, both in seconds.
  package func seconds(for recorded: Double) -> Double {
    if isUnlimited { return 0 }
    let factor = Double(1 << abs(exponent))
    return max(0, exponent < 0 ? recorded * factor : recorded / factor)
  }

  mutating func change(by steps: Int) {
    exponent = min(max(exponent + steps, Self.exponents.lowerBound), Self.exponents.upperBound)
  }

  /// `1/8x`, `1x`, `64x`, `max`.
  package var text: String {
    if isUnlimited { return "max" }
    return exponent < 0 ? "1/\(1 << -exponent)x" : "\(1 << exponent)x"
  }
}
