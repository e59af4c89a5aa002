/// Figures of counters where they are. Code of another module copies all counters to read one of
/// these, which takes longer than to add them up.
extension UnsafePointer where Pointee == Counters {
  /// As `Counters.retransmits`, 0 where it is not known.
  package var retransmitCount: UInt64 { UInt64(pointee.retransmits ?? 0) }
  /// As `Counters.accepted`, 0 where it is not known.
  package var acceptedCount: UInt64 { pointee.accepted ?? 0 }
  /// As `Counters.drops`, 0 where it is not known.
  package var dropCount: UInt64 { UInt64(pointee.drops ?? 0) }
  /// Whether `Counters.drops` is known.
  package var hasDrops: Bool { pointee.drops != nil }
  /// As `Counters.lossCauses`.
  package var lossCauses: LossCauses? { pointee.lossCauses }
}

extension Counters {
  /// Adds segments and packets that others lost. A sum that is too large is the largest number that is
  /// known.
  ///
  /// - Parameter drops: leaves `drops` unknown if it is 0.
  package mutating func add(retransmits: UInt64, drops: UInt64) {
    self.retransmits = Self.sum(self.retransmits, retransmits)
    if drops > 0 { self.drops = Self.sum(self.drops, drops) }
  }

  private static func sum(_ number: UInt32?, _ growth: UInt64) -> UInt32 {
    let (sum, overflow) = (number ?? 0).addingReportingOverflow(UInt32(clamping: growth))
    return overflow ? .max - 1 : min(sum, .max - 1)
  }
}
