import Glibc

/// Rates averaged over the recent past, weighted so that a sample counts half as much for each
/// half-life that it is old.
///
/// What is not updated decays by itself, all alike: so the order of two averages changes only with
/// a sample of one of them, and a table in the order of averages need not be put in order again.
package struct RateAverage: Hashable, Sendable {
  /// Bytes per second at `time`.
  private(set) var received: Float = 0
  private(set) var sent: Float = 0
  /// The end of the last sample, in seconds since the first batch.
  private var time: Double = 0

  /// Records what an interval of this many seconds added, which ended at `time`. May be called
  /// again for the same interval.
  mutating func add(
    received: UInt64,
    sent: UInt64,
    over seconds: Double,
    at time: Double,
    halfLife: Double
  ) {
    guard halfLife > 0, seconds > 0 else { return }
    let decay = Float(exp2(-max(0, time - self.time) / halfLife))
    let weight = (1 - exp2(-seconds / halfLife)) / seconds
    self.received = self.received * decay + Float(Double(received) * weight)
    self.sent = self.sent * decay + Float(Double(sent) * weight)
    self.time = time
  }

  /// Adds another average, as both are at the later of their last samples.
  mutating func add(_ other: RateAverage, halfLife: Double) {
    guard other.received > 0 || other.sent > 0, halfLife > 0 else { return }
    let decay = Float(exp2(-abs(time - other.time) / halfLife))
    if other.time > time {
      received = received * decay + other.received
      sent = sent * decay + other.sent
      time = other.time
    } else {
      received += other.received * decay
      sent += other.sent * decay
    }
  }

  /// Takes another average away that has been added.
  mutating func subtract(_ other: RateAverage, halfLife: Double) {
    guard other.received > 0 || other.sent > 0, halfLife > 0 else { return }
    // What is added is never later than the sum.
    let decay = Float(exp2(-max(0, time - other.time) / halfLife))
    received = Self.difference(received, other.received * decay)
    sent = Self.difference(sent, other.sent * decay)
  }

  /// What rounding has left is nothing.
  private static func difference(_ sum: Float, _ part: Float) -> Float {
    let difference = sum - part
    return difference > part * 1e-5 ? difference : 0
  }

  /// A number that is the larger the larger the average is, now and later; 0 for none.
  ///
  /// The logarithm of what the average would have been at the first batch, as precise as the
  /// average is: numbers of few digits are soon sorted.
  static func rank(_ value: Float, at time: Double, halfLife: Double) -> Double {
    guard value > 0, halfLife > 0 else { return 0 }
    // The least positive Float is 2⁻¹⁴⁹.
    return ((150 + Double(log2(value)) + time / halfLife) * 0x1p20).rounded()
  }

  func rank(_ value: (RateAverage) -> Float, halfLife: Double) -> Double {
    Self.rank(value(self), at: time, halfLife: halfLife)
  }

  /// An average as it is at a moment, in seconds since the first batch, from what is known since
  /// then; `nil` at the first batch.
  func bytesPerSecond(
    _ value: (RateAverage) -> Float,
    at moment: Double,
    halfLife: Double
  ) -> Double? {
    guard halfLife > 0, moment > 0 else { return nil }
    // Of the weights of all the past, that of the time since the first batch.
    let weight = 1 - exp2(-moment / halfLife)
    return Double(value(self)) * exp2(-max(0, moment - time) / halfLife) / weight
  }

  /// Both ways together.
  var bytes: Float { received + sent }
}
