import Connections

/// When to look for owners: at once while accepted connections have only their listener's owner,
/// else now and then, since a socket can be passed on; never so often that it costs more than its
/// share of the CPU.
struct ScanSchedule {
  /// The most that searches may cost of one CPU.
  private static let share = 0.01
  /// Seconds between searches that nothing asks for.
  let idlePeriod: Double

  private var last: (at: Timestamp, seconds: Double)?
  /// Sockets that the last search could not settle: they ask for no other.
  private var hopeless = 0

  init(idlePeriod: Double = 10) {
    self.idlePeriod = idlePeriod
  }

  mutating func isDue(unsettled: Int, tableFull: Bool, at now: Timestamp) -> Bool {
    // Those of them that are gone do not stand for new ones.
    hopeless = min(hopeless, unsettled)
    guard let last else { return true }
    let elapsed = now.seconds(since: last.at)
    guard elapsed >= last.seconds / Self.share else { return false }
    return unsettled > hopeless || tableFull || elapsed >= idlePeriod
  }

  mutating func done(at now: Timestamp, took duration: Duration, unsettled: Int) {
    last = (now, duration / .seconds(1))
    hopeless = unsettled
  }
}
