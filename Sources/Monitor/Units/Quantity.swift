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

  /// Bytes in the chosen unit, each with its own form so that none is taken for another:
  ///
  ///     bytes, binary   999B  1.23M  12.3M  123M    steps of 1024
  ///     bytes, SI       999B  1.2MB  12MB   123MB   steps of 1000
  ///     bits            999b  9.8Mb  98Mb   984Mb   steps of 1000
  ///
  /// The last two have a digit less, since they name their unit.
  package static func data(_ count: UInt64, _ presentation: Presentation) -> String {
    switch (presentation.unit, presentation.prefix) {
    case (.bytes, .binary): bytes(count)
    case (.bytes, .si): named(Double(count), "B")
    case (.bits, _): named(Double(count) * 8, "b")
    }
  }

  /// Bytes per second as `data`; `<1B` or `<1b` for less than one that is not 0.
  package static func dataRate(_ perSecond: Double, _ presentation: Presentation) -> String {
    switch (presentation.unit, presentation.prefix) {
    case (.bytes, .binary): rate(perSecond)
    case (.bytes, .si): named(perSecond, "B")
    case (.bits, _): named(perSecond * 8, "b")
    }
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

  /// Two significant digits at least, a prefix of SI and the unit.
  private static func named(_ amount: Double, _ unit: Character) -> String {
    guard amount > 0 else { return "0\(unit)" }
    if amount < 1 { return "<1\(unit)" }
    var amount = amount.rounded()
    if amount < 1000 { return "\(UInt64(amount))\(unit)" }
    for prefix in "kMGTPE" {
      amount /= 1000
      if amount < 999.5 { return "\(Decimals.text(amount, amount < 9.95 ? 1 : 0))\(prefix)\(unit)" }
    }
    return "999E\(unit)"
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
