/// A moment, in nanoseconds since 1970-01-01 00:00 UTC.
///
/// A tracer reads the wall clock once and counts on by `CLOCK_BOOTTIME`, so moments never go back
/// and their differences are true even when the wall clock is set.
package struct Timestamp: Hashable, Comparable, Sendable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  package static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  /// The seconds from `other` to this moment; negative where it comes before.
  package func seconds(since other: Timestamp) -> Double {
    Double(nanoseconds - other.nanoseconds) / 1e9
  }
}
