import Monitor

/// The kind of values of a graph, which determines how its scale is rounded and labelled.
enum GraphUnit: Hashable, Sendable {
  /// Bytes per second.
  case rate(Presentation)
  /// Microseconds.
  case time
  /// How many in a sample.
  case count

  /// A value in at most seven columns, as the title of a graph shows it.
  func text(_ value: Double) -> String {
    switch self {
    case .rate(let presentation): "\(Quantity.dataRate(value, presentation))/s"
    case .time: DurationText.microseconds(UInt64(max(0, min(value, 9e15))))
    case .count: Quantity.count(UInt64(max(0, min(value, 9e15)).rounded()))
    }
  }

  /// How values of one dot become one.
  func joined(_ values: [Double]) -> Double {
    switch self {
    case .rate: values.reduce(0, +) / Double(max(1, values.count))
    case .time: values.max() ?? 0
    case .count: values.reduce(0, +)
    }
  }
}

/// The upper end of a graph: a round number not below the greatest value.
struct GraphScale: Hashable, Sendable {
  /// In the unit of the values.
  let top: Double
  /// The top in at most five columns: `2M`, `50ms`, `10`.
  let label: String

  init(_ unit: GraphUnit, for values: [Double?]) {
    let greatest = values.reduce(0.0) { max($0, $1 ?? 0) }
    switch unit {
    case .rate(let presentation): self = GraphScale(rate: greatest, presentation)
    case .time: self = GraphScale(time: greatest)
    case .count: self = GraphScale(count: greatest)
    }
  }

  private init(top: Double, label: String) {
    self.top = top
    self.label = label
  }

  /// At least 1 K, so that a few bytes do not look like heavy traffic.
  private init(rate: Double, _ presentation: Presentation) {
    let isBits = presentation.unit == .bits
    // As `Quantity.data` has them: what is not in steps of 1024 names its unit.
    let isBinary = !isBits && presentation.prefix == .binary
    let (factor, suffix) = isBits ? (8.0, "b") : (1.0, isBinary ? "" : "B")
    let step = isBinary ? 1024.0 : 1000.0
    var units = Array(isBinary ? "KMGTPE" : "kMGTPE")
    var unit = step
    while units.count > 1, Self.rounded(rate * factor / unit) > 500 {
      unit *= step
      units.removeFirst()
    }
    let number = Self.rounded(rate * factor / unit)
    let name = units.first.map(String.init) ?? ""
    self.init(top: number * unit / factor, label: "\(Decimals.text(number, 0))\(name)\(suffix)")
  }

  private init(time: Double) {
    let top = Self.rounded(max(time, 10))
    let (unit, name) = top < 1e3 ? (1.0, "µs") : top < 1e6 ? (1e3, "ms") : (1e6, "s")
    self.init(top: top, label: "\(Decimals.text(top / unit, 0))\(name)")
  }

  private init(count: Double) {
    let top = Self.rounded(max(count, 5))
    self.init(top: top, label: Quantity.count(UInt64(min(top, 9e15))))
  }

  /// The least of 1, 2, 5, 10, 20, 50 … that is not below a value; at least 1.
  private static func rounded(_ value: Double) -> Double {
    var power = 1.0
    while power < 1e18 {
      for digit in [1.0, 2, 5] where digit * power >= value { return digit * power }
      power *= 10
    }
    return power
  }
}
