/// A moment, in nanoseconds since 1970-01-01 00:00 UTC.
///
/// A source reads the wall clock once and counts on by `CLOCK_BOOTTIME`, so moments never go back
/// and their differences are true even when the wall clock is set or the host is suspended. For the
/// time of day, `Batch.wallOffset` has to be added.
package struct Timestamp: Hashable, Comparable, Sendable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  package static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
    lhs.nanoseconds < rhs.nanoseconds
  }

  /// The moment so many nanoseconds later; the first or last there is, if that is out of range.
  package func shifted(by offset: Int64) -> Timestamp {
    let (sum, overflows) = nanoseconds.addingReportingOverflow(offset)
    return Timestamp(nanoseconds: overflows ? (offset < 0 ? .min : .max) : sum)
  }

  /// The seconds from `other` to this moment; negative where it comes before.
  package func seconds(since other: Timestamp) -> Double {
    Double(nanoseconds - other.nanoseconds) / 1e9
  }
}
