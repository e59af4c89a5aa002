import Glibc

/// How figures of a kind are printed.
enum Unit {
  case ratio, times, seconds, milliseconds, microseconds, percent, megabytes, bytesPerSecond,
    perSecond, plain

  func text(_ value: Double) -> String {
    switch self {
    case .ratio: Self.fixed(value, 3)
    case .times: "\(Self.fixed(value, 1)) times"
    case .seconds: "\(Self.fixed(value, 3)) s"
    case .milliseconds: "\(Self.fixed(value * 1e3, 2)) ms"
    case .microseconds: "\(Self.fixed(value * 1e6, 3)) µs"
    case .percent: "\(Self.fixed(value * 100, 2)) %"
    case .megabytes: "\(Self.fixed(value / 1e6, 1)) MB"
    case .bytesPerSecond: "\(Self.fixed(value / 1e9, 2)) GB/s"
    case .perSecond: "\(Self.fixed(value, 0))/s"
    case .plain: Self.fixed(value, 0)
    }
  }

  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "?" }
    let scale = [1.0, 10, 100, 1000][min(decimals, 3)]
    let scaled = Int64((value * scale).rounded())
    let (whole, part) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
    let digits = String(part)
    let zeros = String(repeating: "0", count: max(0, decimals - digits.count))
    return (scaled < 0 ? "-" : "") + "\(whole)" + (decimals > 0 ? ".\(zeros)\(digits)" : "")
  }
}
