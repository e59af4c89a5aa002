/// How long a jiffy of this kernel is, in which it counts some times. No file tells that on every
/// kernel: it follows from how many there have been since the boot.
struct Jiffies: Sendable {
  /// `CONFIG_HZ`; 0 while it is not known.
  private(set) var perSecond: UInt64 = 0

  /// All that kernels are built with, but on MIPS and Alpha.
  private static let rates: [UInt64] = [100, 200, 250, 300, 500, 1000]
  /// 64-bit kernels begin so many seconds before the lower half of `jiffies` overflows
  /// (`INITIAL_JIFFIES`).
  private static let secondsToOverflow: Int64 = 300

  /// Learns from the kernel's counts at one moment.
  ///
  /// - Parameters:
  ///   - jiffies: the kernel's `jiffies_64`.
  ///   - nanoseconds: `CLOCK_MONOTONIC`.
  mutating func learn(jiffies: UInt64, at nanoseconds: UInt64) {
    let milliseconds = Int64(clamping: nanoseconds / 1_000_000) - Self.secondsToOverflow * 1000
    // Near the overflow all rates give the same count.
    guard perSecond == 0, jiffies > 0, abs(milliseconds) > 60_000 else { return }
    let count = Int64(clamping: jiffies) - 1 << 32
    func distance(_ rate: UInt64) -> Int64 { abs(milliseconds * Int64(rate) / 1000 - count) }
    guard let nearest = Self.rates.min(by: { distance($0) < distance($1) }) else { return }
    // The clocks do not start at the same moment of the boot, nor need they go equally fast.
    if distance(nearest) < max(Int64(nearest) * 5, abs(count) / 50) { perSecond = nearest }
  }

  /// Microseconds, rounded as the kernel does for `tcpi_busy_time`; `nil` for all bits set, and while
  /// the rate is not known.
  func microseconds(_ jiffies: UInt32) -> UInt64? {
    jiffies == .max || perSecond == 0 ? nil : UInt64(jiffies) * (1_000_000 / perSecond)
  }
}
