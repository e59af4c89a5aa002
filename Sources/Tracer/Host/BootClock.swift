package import Connections
import Glibc

/// Turns the kernel's `CLOCK_BOOTTIME` into moments. For these, the wall clock is read once.
struct BootClock: Sendable {
  /// Nanoseconds between 1970 and the boot.
  private let offset: Int64

  init() {
    let wall = Self.read(CLOCK_REALTIME)
    let boot = Self.read(CLOCK_BOOTTIME)
    offset = wall - boot
  }

  var now: Timestamp {
    Timestamp(nanoseconds: Self.read(CLOCK_BOOTTIME) + offset)
  }

  /// The moment of a time that the kernel gave; the last there is for one that is out of range.
  func timestamp(bootNanoseconds: UInt64) -> Timestamp {
    let (sum, overflows) = Int64(clamping: bootNanoseconds).addingReportingOverflow(offset)
    return Timestamp(nanoseconds: overflows ? .max : sum)
  }

  /// The moment of a time of `CLOCK_MONOTONIC`, since which the host was not suspended.
  func timestamp(monotonicNanoseconds: UInt64, suspended: SuspendedTime) -> Timestamp {
    timestamp(bootNanoseconds: monotonicNanoseconds).shifted(by: suspended.nanoseconds)
  }

  /// Nanoseconds since the boot of a moment that this clock gave.
  func bootNanoseconds(_ time: Timestamp) -> UInt64 {
    UInt64(clamping: time.nanoseconds - offset)
  }

  /// Nanoseconds by which the wall clock was set since then. Slower drifts, as NTP makes, are none:
  /// times of day that were shown stay as they are.
  func wallOffset(after known: Int64) -> Int64 {
    let now = Self.read(CLOCK_REALTIME) - Self.read(CLOCK_BOOTTIME) - offset
    return Self.wallOffset(now, after: known)
  }

  static func wallOffset(_ now: Int64, after known: Int64) -> Int64 {
    abs(now - known) > leastStep ? now : known
  }

  /// A tenth of a second.
  private static let leastStep: Int64 = 100_000_000

  /// Nanoseconds of a clock.
  static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Timestamp {
  /// This moment by the wall clock.
  package static var now: Timestamp { BootClock().now }
}
