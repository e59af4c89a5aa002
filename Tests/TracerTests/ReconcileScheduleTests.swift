import Connections
import Testing

@testable import Tracer

@Suite struct ReconcileScheduleTests {
  private func at(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: Int64(seconds * 1e9))
  }

  @Test func `after a loss at once, else now and then`() {
    var schedule = ReconcileSchedule()
    var due: [Bool] = []
    for seconds in [0, 5, 9.9, 10] {
      due.append(schedule.isDue(losses: 0, at: at(seconds)))
    }
    due.append(schedule.isDue(losses: 1, at: at(1)))
    #expect(due == [false, false, false, true, true])
    _ = schedule.done(losses: 1, found: 1, at: at(10), took: .milliseconds(1))
    due = [11, 19.9, 20].map { schedule.isDue(losses: 1, at: at($0)) }
    #expect(due == [false, false, true])
  }

  @Test func `never for more than its share of a CPU`() {
    var schedule = ReconcileSchedule()
    _ = schedule.done(losses: 0, found: 0, at: at(0), took: .milliseconds(200))
    let due = [10.0, 39, 40].map { schedule.isDue(losses: 0, at: at($0)) }
    #expect(due == [false, false, true])
  }

  @Test func `what no loss explains is told once`() {
    var schedule = ReconcileSchedule()
    #expect(schedule.done(losses: 3, found: 2, at: at(0), took: .zero) == 0)
    #expect(schedule.done(losses: 3, found: 2, at: at(10), took: .zero) == 2)
    #expect(schedule.done(losses: 4, found: 3, at: at(20), took: .zero) == 2)
    #expect(schedule.done(losses: 4, found: 0, at: at(30), took: .zero) == 0)
  }
}
