/// How long a jiffy of this kernel is, in which it counts some times. Not every kernel has a
/// file that reports it: it follows from how many there have been.
struct Jiffies: Sendable {
  /// `CONFIG_HZ`; 0 while it is not known.
  private(set) var perSecond: UInt64 = 0
  /// The first count, and when it was.
  private var first: (jiffies: UInt64, nanoseconds: UInt64)?

  /// What kernels are built with, but for MIPS and Alpha.
  private static let rates: [UInt64] = [100, 200, 250, 300, 500, 1000]
  /// 64-bit kernels begin so many seconds before the lower half of `jiffies` overflows
  /// (`INITIAL_JIFFIES`).
  private static let secondsToOverflow: Int64 = 300
  /// Long enough to distinguish rates by what was counted meanwhile.
  private static let leastNanoseconds: UInt64 = 500_000_000

  /// Learns from the kernel's counts at one moment.
  ///
  /// - Parameters:
  ///   - jiffies: the kernel's `jiffies_64`.
  ///   - nanoseconds: `CLOCK_MONOTONIC`.
  mutating func learn(jiffies: UInt64, at nanoseconds: UInt64) {
    guard perSecond == 0, jiffies > 0 else { return }
    if let rate = Self.rate(sinceBoot: jiffies, at: nanoseconds) {
      perSecond = rate
    } else if let first {
      guard nanoseconds > first.nanoseconds, jiffies > first.jiffies,
        nanoseconds - first.nanoseconds >= Self.leastNanoseconds
      else { return }
      let seconds = Double(nanoseconds - first.nanoseconds) / 1e9
      let rate = Double(jiffies - first.jiffies) / seconds
      let nearest = Self.rates.min { abs(Double($0) - rate) < abs(Double($1) - rate) } ?? 0
      // A kernel of another rate is taken at its word.
      perSecond = abs(Double(nearest) - rate) < rate / 20 ? nearest : UInt64(max(1, rate.rounded()))
    } else {
      first = (jiffies, nanoseconds)
    }
  }

  /// The rate by all that was counted since the boot; `nil` where that does not decide it.
  private static func rate(sinceBoot jiffies: UInt64, at nanoseconds: UInt64) -> UInt64? {
    let milliseconds = Int64(clamping: nanoseconds / 1_000_000) - secondsToOverflow * 1000
    // Near the overflow all rates give the same count.
    guard abs(milliseconds) > 60_000 else { return nil }
    let count = Int64(clamping: jiffies) - 1 << 32
    func distance(_ rate: UInt64) -> Int64 {
      let (product, overflows) = milliseconds.multipliedReportingOverflow(by: Int64(rate))
      return overflows ? .max : abs(product / 1000 - count)
    }
    guard let nearest = rates.min(by: { distance($0) < distance($1) }) else { return nil }
    // The clocks do not start at the same moment of the boot, nor need they go equally fast.
    return distance(nearest) < max(Int64(nearest) * 5, abs(count) / 50) ? nearest : nil
  }

  /// Microseconds, rounded as the kernel does for `tcpi_busy_time`; `nil` for all bits set, and while
  /// the rate is not known.
  func microseconds(_ jiffies: UInt32) -> UInt64? {
    jiffies == .max || perSecond == 0 ? nil : UInt64(jiffies) * (1_000_000 / perSecond)
  }
}
