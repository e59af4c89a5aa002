/// Figures as the details show them: with their units, and large ones exact too.
struct FigureText: Sendable {
  let presentation: Presentation

  /// `512B`; `64.0K  65,536`; `524kb  65,536B`.
  func bytes(_ count: (some UnsignedInteger)?) -> String? {
    count.map { count in
      let text = Quantity.data(UInt64(count), presentation)
      if count < 1000 { return text }
      let unit = presentation.unit == .bits ? "B" : ""
      return "\(text)  \(Quantity.grouped(count))\(unit)"
    }
  }

  /// Bytes of a packet: `1,448B`.
  func size(_ count: (some UnsignedInteger)?) -> String? {
    count.map { "\(Quantity.grouped($0))B" }
  }

  /// Bytes per second: `1.23M/s`.
  func rate(_ perSecond: UInt64?) -> String? {
    perSecond.map { "\(Quantity.dataRate(Double($0), presentation))/s" }
  }

  /// `123,456`.
  func count(_ number: (some BinaryInteger)?) -> String? { number.map { Quantity.grouped($0) } }

  /// `1 segment`, `10 segments`.
  func segments(_ number: (some BinaryInteger)?) -> String? {
    number.map { "\(Quantity.grouped($0)) segment\($0 == 1 ? "" : "s")" }
  }

  /// `850µs`, `12.3ms`.
  func microseconds(_ number: (some UnsignedInteger)?) -> String? {
    number.map { DurationText.microseconds(UInt64($0)) }
  }

  /// `12ms`, `3.4s`, `12m03s`.
  func milliseconds(_ number: (some UnsignedInteger)?) -> String? {
    number.map { number in
      let milliseconds = UInt64(number)
      if milliseconds < 1000 { return "\(milliseconds)ms" }
      if milliseconds < 60_000 { return "\(Decimals.text(Double(milliseconds) / 1000, 1))s" }
      return DurationText.age(Double(milliseconds) / 1000)
    }
  }

  /// Microseconds, and their share of a whole: `1.2s  12.3%`.
  func microseconds(_ number: UInt64?, of whole: UInt64?) -> String? {
    guard let number else { return nil }
    let text = DurationText.microseconds(number)
    guard let whole, whole > 0 else { return text }
    return "\(text)  \(Quantity.percent(Double(number) / Double(whole)))"
  }
}
