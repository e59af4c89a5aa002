/// Amounts in at most five columns, so that columns of them keep their width.
package enum Quantity {
  /// Bytes, in units of 1024: `0B`, `999B`, `0.98K`, `1.23M`, `12.3K`.
  ///
  /// From 1000 on it has three significant digits of the least unit that leaves it below 1000.
  package static func bytes(_ count: UInt64) -> String {
    count < 1000 ? "\(count)B" : scaled(Double(count), by: 1024, units: "KMGTPE")
  }

  /// Bytes per second, as `bytes`; `<1B` for less than one that is not 0.
  package static func rate(_ perSecond: Double) -> String {
    guard perSecond > 0 else { return "0B" }
    if perSecond < 1 { return "<1B" }
    let rounded = perSecond.rounded()
    return rounded < 1000 ? "\(UInt64(rounded))B" : scaled(perSecond, by: 1024, units: "KMGTPE")
  }

  /// How many of something, in units of 1000 from 100,000 on: `99999`, `123k`, `1.23M`.
  package static func count(_ number: UInt64) -> String {
    number < 100_000 ? "\(number)" : scaled(Double(number), by: 1000, units: "kMGTPE")
  }

  /// A share between 0 and 1 in per cent: `0%`, `0.5%`, `12.3%`, `100%`.
  package static func percent(_ share: Double) -> String {
    guard share > 0 else { return "0%" }
    let percent = share * 100
    return percent < 0.05 ? "<0.1%" : "\(Decimals.text(percent, percent < 99.95 ? 1 : 0))%"
  }

  /// A whole number with a comma between thousands: `100,000`.
  package static func grouped(_ number: some BinaryInteger) -> String {
    var text = ""
    let digits = String(number)
    for (index, digit) in digits.enumerated() {
      let left = digits.count - index
      if index > 0, left.isMultiple(of: 3), text != "-" { text.append(",") }
      text.append(digit)
    }
    return text
  }

  private static func scaled(_ amount: Double, by step: Double, units: String) -> String {
    var amount = amount
    for unit in units {
      amount /= step
      if let digits = Decimals.threeDigits(amount) { return "\(digits)\(unit)" }
    }
    return units.last.map { "999\($0)" } ?? ""
  }
}
