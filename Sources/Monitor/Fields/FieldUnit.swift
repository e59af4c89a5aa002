/// The units that the numbers of a field are written in.
package enum FieldUnit: Hashable, Sendable {
  case count
  case bytes
  case bytesPerSecond
  /// A length of time in microseconds, also without a unit.
  case microseconds
  /// A length of time in microseconds, but in seconds without a unit.
  case seconds
  /// A share in per cent, but of 1 without a unit.
  case percent
  /// A moment in microseconds since 1970-01-01 00:00 UTC.
  case timestamp

  /// Whether a number without a unit is of another size than most that have one.
  var needsUnits: Bool { self == .microseconds || self == .seconds || self == .percent }

  /// What its numbers are, with an example.
  var expectation: String {
    switch self {
    case .count: "a number, such as 5 or 10k"
    case .bytes: "an amount of data, such as 500, 10kB or 2MiB"
    case .bytesPerSecond: "a rate, such as 500, 10kB/s or 1Mbit/s"
    case .microseconds, .seconds: "a time, such as 50ms, 1.5s or 2m"
    case .percent: "a share, such as 1%"
    case .timestamp: "a moment, such as 2026-03-01 or 2026-03-01T12:00:00Z"
    }
  }

  /// The number that a text is, in the base unit; `nil` if it is none. Never negative, always
  /// finite.
  package func number(of text: String) -> Double? {
    let number: Double? =
      switch self {
      case .count, .bytes, .bytesPerSecond: amount(text)
      case .microseconds, .seconds: duration(text)
      case .percent: Self.scaled(text[...]) { ["": 100, "%": 1][$0] }
      case .timestamp: FilterTimestamp.microseconds(of: text)
      }
    return number.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The shortest text that is this number.
  func text(of number: Double) -> String {
    switch self {
    case .count: Self.plain(number)
    case .bytes, .bytesPerSecond:
      // Powers of 1024 are no round numbers of 1000, so either may be the shorter.
      Self.text(of: number, in: ["T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3])
        ?? Self.text(of: number, in: Self.binary)
        ?? Self.plain(number)
    case .microseconds, .seconds:
      Self.text(of: number, in: Self.times) ?? "\(Self.plain(number))us"
    case .percent: "\(Self.plain(number))%"
    case .timestamp: FilterTimestamp.text(of: number)
    }
  }

  private static let binary: [String: Double] =
    ["Ti": 1_099_511_627_776, "Gi": 1_073_741_824, "Mi": 1_048_576, "Ki": 1024]
  private static let times: [String: Double] =
    ["d": 86_400e6, "h": 3600e6, "m": 60e6, "s": 1e6, "ms": 1e3, "us": 1]

  private static let prefixes: [(text: String, factor: Double)] =
    binary.map { ($0.key.lowercased(), $0.value) }
    + [("k", 1e3), ("m", 1e6), ("g", 1e9), ("t", 1e12)]

  /// The units behind a prefix, in bytes.
  private var units: [String: Double] {
    switch self {
    case .bytes: ["": 1, "B": 1, "b": 1]
    case .bytesPerSecond:
      [
        "": 1, "/s": 1, "B": 1, "B/s": 1, "Bps": 1,
        "bit": 0.125, "bits": 0.125, "bit/s": 0.125, "bits/s": 0.125, "bps": 0.125,
      ]
    default: ["": 1]
    }
  }

  private func amount(_ text: String) -> Double? {
    let units = units
    return Self.scaled(text[...]) { suffix in
      if let factor = units[suffix] { return factor }
      let lowercased = suffix.lowercased()
      for prefix in Self.prefixes where lowercased.hasPrefix(prefix.text) {
        if let unit = units[String(suffix.dropFirst(prefix.text.count))] {
          return prefix.factor * unit
        }
      }
      return nil
    }
  }

  /// One number with a unit or several: `1h30m`.
  private func duration(_ text: String) -> Double? {
    if let bare = Double(plain: text) { return bare * (self == .seconds ? 1e6 : 1) }
    var sum = 0.0
    var rest = text[...]
    repeat {
      let digits = rest.prefix { Self.isOfNumber($0) }
      let unit = rest.dropFirst(digits.count).prefix { !Self.isOfNumber($0) }
      guard let number = Double(plain: digits), let factor = Self.time(String(unit)) else {
        return nil
      }
      sum += number * factor
      rest = rest.dropFirst(digits.count + unit.count)
    } while !rest.isEmpty
    return sum
  }

  private static func time(_ unit: String) -> Double? {
    switch unit {
    case "ns": 1e-3
    // The micro sign, and the Greek letter.
    case "µs", "\u{3bc}s": 1
    case "min": 60e6
    default: times[unit]
    }
  }

  private static func scaled(_ text: Substring, _ factor: (String) -> Double?) -> Double? {
    let digits = text.prefix { isOfNumber($0) }
    guard let number = Double(plain: digits) else { return nil }
    return factor(String(text.dropFirst(digits.count))).map { number * $0 }
  }

  private static func isOfNumber(_ character: Character) -> Bool {
    character.isASCII && character.isNumber || character == "."
  }

  /// The number in whole units, the greatest that it is a multiple of.
  private static func text(of number: Double, in units: [String: Double]) -> String? {
    let bySize = units.sorted { $0.value > $1.value }
    for (unit, factor) in bySize where number > 0 {
      let count = (number / factor).rounded()
      if count < 1e15, count * factor == number { return "\(Int64(count))\(unit)" }
    }
    return nil
  }

  /// All digits of a number, without an exponent.
  private static func plain(_ number: Double) -> String {
    if number == number.rounded(), number < 1e15 { return "\(Int64(number))" }
    let text = "\(number)"
    guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...])
    else { return text }
    let digits = text[..<mark].filter { $0 != "." }
    let point = (text[..<mark].firstIndex(of: ".")).map {
      text.distance(from: text.startIndex, to: $0)
    }
    let place = (point ?? digits.count) + exponent
    if place <= 0 { return "0." + String(repeating: "0", count: -place) + digits }
    let zeros = String(repeating: "0", count: max(0, place - digits.count))
    let whole = digits.prefix(place) + zeros
    let part = digits.dropFirst(place)
    return part.isEmpty ? "\(whole)" : "\(whole).\(part)"
  }
}

extension Double {
  /// A number of digits with a point at most; `nil` for anything else.
  fileprivate init?(plain text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e }) else {
      return nil
    }
    self.init(text)
  }
}
