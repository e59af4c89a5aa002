/// Durations in at most six columns.
package enum DurationText {
  /// A round-trip time: `850µs`, `1.2ms`, `12.3ms`, `123ms`, `1.2s`, `4295s`.
  package static func microseconds(_ microseconds: UInt64) -> String {
    let value = Double(microseconds)
    if microseconds < 1000 { return "\(microseconds)µs" }
    if microseconds < 99_950 { return "\(Decimals.text(value / 1e3, 1))ms" }
    if microseconds < 999_500 { return "\(Decimals.text(value / 1e3, 0))ms" }
    return "\(Decimals.text(value / 1e6, microseconds < 99_950_000 ? 1 : 0))s"
  }

  /// An age, in whole seconds: `5s`, `12m03s`, `3h12m`, `4d03h`, `123d`; `0s` for a negative one.
  package static func age(_ seconds: Double) -> String {
    let total = Int64(min(max(seconds, 0), 1e12))
    let minutes = total / 60
    let hours = minutes / 60
    let days = hours / 24
    if minutes == 0 { return "\(total)s" }
    if hours == 0 { return "\(minutes)m\(Decimals.padded(total % 60, 2))s" }
    if days == 0 { return "\(hours)h\(Decimals.padded(minutes % 60, 2))m" }
    return days < 100 ? "\(days)d\(Decimals.padded(hours % 24, 2))h" : "\(days)d"
  }

  /// An age of which only the least is known, in one unit: `>5s`, `>16m`, `>3h`, `>4d`.
  package static func atLeast(_ seconds: Double) -> String {
    let total = Int64(min(max(seconds, 0), 1e12))
    let units: [(seconds: Int64, name: String)] = [(86_400, "d"), (3600, "h"), (60, "m")]
    let unit = units.first { total >= $0.seconds } ?? (1, "s")
    return ">\(total / unit.seconds)\(unit.name)"
  }
}

extension Duration {
  /// Whole microseconds, 0 for a negative length.
  package var microseconds: UInt64 {
    let (seconds, attoseconds) = components
    let bounded = UInt64(min(max(seconds, 0), 1 << 40))
    return bounded * 1_000_000 + UInt64(max(attoseconds, 0) / 1_000_000_000_000)
  }

  /// The length in seconds.
  package var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
