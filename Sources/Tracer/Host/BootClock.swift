package import Connections
import Glibc

/// Turns the kernel's `CLOCK_BOOTTIME` into moments. The wall clock is read once.
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

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Timestamp {
  /// This moment by the wall clock.
  package static var now: Timestamp { BootClock().now }
}
