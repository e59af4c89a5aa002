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

  func timestamp(bootNanoseconds: UInt64) -> Timestamp {
    Timestamp(nanoseconds: Int64(clamping: bootNanoseconds) + offset)
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
