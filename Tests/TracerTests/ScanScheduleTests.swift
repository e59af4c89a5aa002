import Connections
import Testing

@testable import Tracer

@Suite struct ScanScheduleTests {
  private func at(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: Int64(seconds * 1e9))
  }

  private func schedule(unsettled: Int = 0, took: Duration = .milliseconds(1)) -> ScanSchedule {
    var schedule = ScanSchedule()
    schedule.done(at: at(0), took: took, unsettled: unsettled)
    return schedule
  }

  @Test func `the first is due at once`() {
    var schedule = ScanSchedule()
    let due = schedule.isDue(unsettled: 0, tableFull: false, at: at(0))
    #expect(due)
  }

  @Test func `unasked, each ten seconds`() {
    var schedule = schedule()
    let due = schedule.isDue(unsettled: 0, tableFull: false, at: at(9.9))
    #expect(!due)
    let later = schedule.isDue(unsettled: 0, tableFull: false, at: at(10))
    #expect(later)
  }

  @Test(arguments: [(1, false), (0, true)])
  func `asked for, as soon as it costs no more than a hundredth of a CPU`(
    unsettled: Int,
    tableFull: Bool
  ) {
    var schedule = schedule(took: .milliseconds(20))
    let due = schedule.isDue(unsettled: unsettled, tableFull: tableFull, at: at(1.9))
    #expect(!due)
    let later = schedule.isDue(unsettled: unsettled, tableFull: tableFull, at: at(2))
    #expect(later)
  }

  @Test func `what it could not settle asks for no other`() {
    var schedule = schedule(unsettled: 3)
    let due = schedule.isDue(unsettled: 3, tableFull: false, at: at(5))
    #expect(!due)
    let later = schedule.isDue(unsettled: 4, tableFull: false, at: at(5))
    #expect(later)
  }

  @Test func `one that takes long is due later than unasked`() {
    var schedule = schedule(took: .milliseconds(500))
    let due = schedule.isDue(unsettled: 9, tableFull: true, at: at(49))
    #expect(!due)
    let later = schedule.isDue(unsettled: 0, tableFull: false, at: at(50))
    #expect(later)
  }

  /// Some that nobody could settle leave, and as many new ones come.
  @Test func `new ones are not taken for those that could not be settled`() {
    var schedule = schedule(unsettled: 3)
    _ = schedule.isDue(unsettled: 0, tableFull: false, at: at(1))
    let due = schedule.isDue(unsettled: 3, tableFull: false, at: at(2))
    #expect(due)
  }
}
