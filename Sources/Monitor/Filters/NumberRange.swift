/// Numbers from one to another, both included; or one number alone.
struct NumberRange: Hashable, Sendable {
  let first: Double
  let last: Double

  init(_ first: Double, _ last: Double) {
    self.first = first
    self.last = last
  }

  init(_ number: Double) { self.init(number, number) }

  /// Whether neither end has a fraction.
  var isWhole: Bool { first == first.rounded() && last == last.rounded() }

  func contains(_ number: Double) -> Bool { number >= first && number <= last }

  /// Reads as the same range.
  func text(_ unit: FieldUnit) -> String {
    let start = unit.text(of: first)
    return first == last ? start : "\(start)-\(unit.text(of: last))"
  }
}
