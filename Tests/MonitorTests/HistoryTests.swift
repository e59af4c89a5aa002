import Samples
import Testing

@testable import Monitor

struct HistoryTests {
  private func point(_ received: Double, rtt: UInt32? = nil, retransmits: UInt64 = 0)
    -> HistoryPoint
  {
    HistoryPoint(received: received, sent: received / 2, rtt: rtt, retransmits: retransmits)
  }

  @Test func fillsGapsWithNothingAndTheSameDelay() {
    var history = History()
    history.record(slot: 3, sample: 10, point(100, rtt: 50))
    history.record(slot: 3, sample: 13, point(200, rtt: 70, retransmits: 2))
    let series = history.series(slot: 3, since: 9, last: 7, upTo: 15)
    #expect(series.received == [0, 100, 0, 0, 200, 0, 0])
    #expect(series.sent == [0, 50, 0, 0, 100, 0, 0])
    #expect(series.rtt == [nil, 50, 50, 50, 70, 70, 70])
    #expect(series.retransmits == [0, 0, 0, 0, 2, 0, 0])
    // The delay goes on from before the first sample shown.
    #expect(history.series(slot: 3, since: 9, last: 2, upTo: 12).rtt == [50, 50])
  }

  @Test func knowsNothingBeforeAConnectionCame() {
    var history = History()
    history.record(slot: 0, sample: 3, point(900, rtt: 1))
    // Another one has the slot from sample 5 on.
    history.record(slot: 0, sample: 6, point(100, rtt: 2))
    let series = history.series(slot: 0, since: 5, last: 4, upTo: 6)
    #expect(series.received == [nil, nil, 0, 100])
    #expect(series.rtt == [nil, nil, nil, 2])
    #expect(history.series(slot: 0, since: 1, last: 5, upTo: 2).received == [nil, nil, nil, 0, 0])
  }

  @Test func showsTheDelayOfAnIdleConnection() {
    let history = History()
    let series = history.series(slot: 7, since: 2, last: 3, upTo: 3, idleRTT: 40)
    #expect(series.received == [nil, 0, 0])
    #expect(series.rtt == [nil, 40, 40])
  }

  @Test func keepsWhatIsUnknownUnknown() {
    var history = History()
    let growth = Growth()
    history.record(slot: 0, sample: 1, HistoryPoint(growth, over: 0, rtt: 9))
    history.record(slot: 0, sample: 2, HistoryPoint(growth, over: 1, rtt: 9))
    #expect(history.series(slot: 0, since: 1, last: 2, upTo: 2).received == [nil, 0])
  }

  @Test func replacesWhatTheSameSampleTold() {
    var history = History(capacity: 4)
    for sample in 1...3 { history.record(slot: 0, sample: UInt64(sample), point(Double(sample))) }
    history.record(slot: 0, sample: 3, point(33))
    #expect(history.series(slot: 0, since: 1, last: 3, upTo: 3).received == [1, 2, 33])
    #expect(history.reach == 0)
  }

  @Test func endsWhereRecordsGaveWay() {
    var history = History(capacity: 4)
    history.record(slot: 1, sample: 1, point(1))
    for sample in 2...6 { history.record(slot: 0, sample: UInt64(sample), point(Double(sample))) }
    #expect(history.reach == 4)
    #expect(history.series(slot: 0, since: 1, last: 6, upTo: 6).received.suffix(4) == [3, 4, 5, 6])
    #expect(history.series(slot: 0, since: 1, last: 6, upTo: 6).received.prefix(2) == [nil, nil])
    // The only record of this one is gone, and it has not changed since.
    let idle = history.series(slot: 1, since: 1, last: 4, upTo: 6, idleRTT: 5)
    #expect(idle.received == [nil, 0, 0, 0])
    #expect(idle.rtt == [nil, 5, 5, 5])
  }

  @Test func addsUpSeveralConnections() {
    var history = History()
    history.record(slot: 0, sample: 1, point(100, rtt: 5))
    history.record(slot: 1, sample: 2, point(10, retransmits: 1))
    history.record(slot: 0, sample: 2, point(200, retransmits: 3))
    let sum = history.sum(of: [(0, 1), (1, 2)], last: 3, upTo: 3)
    #expect(sum.received == [100, 210, 0])
    #expect(sum.retransmits == [0, 4, 0])
    #expect(sum.rtt == [nil, nil, nil])
  }

  /// Random changes, against a plain list of all of them.
  @Test(arguments: [16, 100, 5000])
  func agreesWithAPlainList(_ capacity: Int) {
    var random = SeededGenerator(UInt64(capacity))
    func next(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    var history = History(capacity: capacity)
    var told: [(slot: Int32, sample: UInt64, point: HistoryPoint)] = []
    for sample in 1...UInt64(60) {
      for slot in Int32(0)..<8 where next(3) == 0 {
        let point = point(Double(next(1000)), rtt: UInt32(next(99)))
        history.record(slot: slot, sample: sample, point)
        told.append((slot, sample, point))
      }
    }
    let kept = told.suffix(capacity)
    let isWhole = kept.count == told.count
    let reach = isWhole ? 0 : (kept.first?.sample ?? 0) + 1
    #expect(history.reach == reach)
    for slot in Int32(0)..<8 {
      let series = history.series(slot: slot, since: 1, last: 60, upTo: 60)
      for sample in 1...UInt64(60) {
        let point = series.points[Int(sample) - 1]
        let record = kept.last { $0.slot == slot && $0.sample == sample }
        if let record {
          #expect(point == record.point)
        } else {
          #expect((point == nil) == (sample < reach))
          #expect(point?.received ?? 0 == 0)
        }
      }
    }
  }

  @Test func staysWithinItsBound() {
    var history = History()
    for number in 0..<(History.defaultCapacity + 1000) {
      let slot = Int32(number % 1000)
      history.record(slot: slot, sample: UInt64(number / 1000 + 1), point(1))
    }
    #expect(history.bytes <= 8_100_000)
    let last = UInt64(History.defaultCapacity / 1000 + 1)
    // Five minutes of 1,000 changes a second.
    let series = history.series(slot: 0, since: 1, upTo: last)
    #expect(series.points.count == 300 && series.received.allSatisfy { $0 == 1 })
  }

  @Test func bearsAnything() {
    var history = History(capacity: 0)
    history.record(slot: -1, sample: 1, point(1))
    history.record(slot: 0, sample: .max, point(.infinity, rtt: .max))
    let none = history.series(slot: -5, since: 0, last: -1, upTo: 0)
    #expect(none.points.isEmpty)
    #expect(history.series(slot: 0, since: 0, last: 2, upTo: 1).points.count == 2)
    #expect(history.series(slot: 0, since: .max, last: 2, upTo: .max).points.count == 2)
  }
}
