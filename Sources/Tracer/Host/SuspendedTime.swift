import Glibc

/// How long the host was suspended since its boot: `CLOCK_BOOTTIME` counts that time and
/// `CLOCK_MONOTONIC` does not.
struct SuspendedTime: Hashable, Sendable {
  private(set) var nanoseconds: Int64 = 0

  /// Reads the clocks.
  mutating func refresh() {
    let before = BootClock.read(CLOCK_MONOTONIC)
    let boot = BootClock.read(CLOCK_BOOTTIME)
    let after = BootClock.read(CLOCK_MONOTONIC)
    take(atLeast: boot - after, atMost: boot - before)
  }

  /// Keeps what is known while it is possible, so that differences of times stay exact.
  mutating func take(atLeast least: Int64, atMost most: Int64) {
    if nanoseconds < least || nanoseconds > most { nanoseconds = least + (most - least) / 2 }
  }
}
