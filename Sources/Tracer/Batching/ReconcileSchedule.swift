import Connections

/// When the tables are compared with the sockets that the kernel half follows: after each loss, and
/// now and then, so that whatever was left behind does not stay.
struct ReconcileSchedule {
  /// Seconds between comparisons that nothing asks for.
  static let period = 10.0
  /// The most that comparisons may cost of one CPU.
  private static let share = 0.005

  private var last: Timestamp?
  private var seconds = 0.0
  private var losses: UInt64 = 0

  /// - Parameter losses: ends that left no record, since the start.
  mutating func isDue(losses: UInt64, at now: Timestamp) -> Bool {
    if losses != self.losses { return true }
    guard let last else {
      last = now
      return false
    }
    return now.seconds(since: last) >= max(Self.period, seconds / Self.share)
  }

  /// - Parameters:
  ///   - losses: as they were before the comparison: those that came meanwhile are the next one's.
  ///   - found: ends that the comparison found.
  ///   - took: how long it took.
  /// - Returns: how many of these ends no loss explains.
  mutating func done(losses: UInt64, found: Int, at now: Timestamp, took: Duration) -> UInt64 {
    let unexplained = max(0, Int64(found) - Int64(clamping: losses - self.losses))
    self.losses = losses
    last = now
    seconds = took / .seconds(1)
    return UInt64(unexplained)
  }
}
