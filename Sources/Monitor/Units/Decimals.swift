/// Numbers with a fixed count of decimals, never in scientific notation.
package enum Decimals {
  /// A number with so many decimals, rounded half away from zero: `1.20` of 1.2 and 2.
  ///
  /// What is beyond ±9·10¹⁵ is shown as that, and what is no number as 0.
  package static func text(_ value: Double, _ decimals: Int) -> String {
    let scale = [1.0, 10.0, 100.0, 1000.0][min(max(decimals, 0), 3)]
    let bounded = value.isNaN ? 0 : min(max(value, -9e15), 9e15)
    let scaled = Int64((bounded * scale).rounded())
    let sign = scaled < 0 ? "-" : ""
    let (whole, part) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
    guard scale > 1 else { return "\(sign)\(whole)" }
    return "\(sign)\(whole).\(padded(part, min(max(decimals, 0), 3)))"
  }

  /// A number with as few decimals as it needs, three at most: `0.1`, `3600`.
  package static func shortest(_ value: Double) -> String {
    var text = text(value, 3)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// A number with zeros in front, at least so many digits.
  static func padded(_ number: some BinaryInteger, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Three significant digits of a number below 1000: `1.23`, `12.3`, `123`.
  ///
  /// - Returns: `nil` for a number that rounds to 1000 or more.
  static func threeDigits(_ value: Double) -> String? {
    if value < 9.995 { return text(value, 2) }
    if value < 99.95 { return text(value, 1) }
    if value < 999.5 { return text(value, 0) }
    return nil
  }
}
