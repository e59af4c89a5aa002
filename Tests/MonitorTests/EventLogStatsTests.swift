import Connections
import Foundation
import Samples
import Testing

@testable import Monitor

/// The figures of live connections that a log reports at intervals.
struct EventLogStatsTests {
  private typealias Object = [String: Any]

  private func objects(_ batches: [Batch], _ choice: EventLog.Choice) throws -> [Object] {
    var log = EventLog(choice, format: .json)
    return try log.texts(of: batches).map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? Object)
    }
  }

  private func every(_ seconds: Int64) -> EventLog.Choice {
    var choice = EventLog.Choice()
    choice.statsInterval = seconds
    return choice
  }

  private func words(_ objects: [Object]) -> [String] {
    objects.map { "\($0["event"] ?? "") \($0["id"] ?? "") \($0["time"] ?? "")" }
  }

  private let live = [
    Sample.connection(1, counters: Counters(bytesSent: 7, bytesReceived: 9, rtt: 250)),
    Sample.connection(2, remote: Sample.endpoint("192.0.2.9", 80)),
    Sample.connection(3, remote: Sample.endpoint("0.0.0.0", 0), state: .listen),
  ].map(Delta.upsert)

  @Test func comeWhenEachIntervalIsOver() throws {
    let batches = [0, 0.5, 1, 1.25, 2.5, 3, 3.5].map { second in
      Sample.batch(second, second == 0 ? live : [])
    }
    // Of the second one, the batch is late; the next is in time again.
    #expect(
      try words(objects(batches, every(1))) == [
        "stats 1.0 2026-03-01T12:00:01.000000Z", "stats 2.0 2026-03-01T12:00:01.000000Z",
        "stats 1.0 2026-03-01T12:00:02.500000Z", "stats 2.0 2026-03-01T12:00:02.500000Z",
        "stats 1.0 2026-03-01T12:00:03.000000Z", "stats 2.0 2026-03-01T12:00:03.000000Z",
      ]
    )
    #expect(try objects(batches, EventLog.Choice()).isEmpty)
  }

  @Test func haveTheFiguresAndTheFieldsOfAnEnd() throws {
    let end = Sample.connection(
      1,
      state: .closed,
      counters: Counters(bytesSent: 70, bytesReceived: 9),
      closed: (1.5, .fin)
    )
    let objects = try objects(
      [Sample.batch(0, live), Sample.batch(1), Sample.batch(2, [.ended(end)]), Sample.batch(3)],
      every(1)
    )
    try #require(objects.count >= 3)
    let (stats, close) = (objects[0], objects[2])
    #expect(stats["event"] as? String == "stats" && close["event"] as? String == "close")
    #expect(Set(stats.keys) == Set(close.keys))
    #expect(stats["bytes_sent"] as? Int == 7 && stats["bytes_received"] as? Int == 9)
    #expect(stats["rtt_us"] as? Int == 250)
    #expect(stats["state"] as? String == "ESTAB")
    #expect(stats["close_reason"] is NSNull)
    // It is in no report after its end.
    #expect(objects.dropFirst(3).allSatisfy { $0["id"] as? String == "2.0" })
  }

  @Test func areThoseThatFiltersMatch() throws {
    let batches = [Sample.batch(0, live), Sample.batch(1), Sample.batch(2)]
    var choice = every(1)
    choice.filter = try Filter(parsing: "rport=80")
    #expect(try objects(batches, choice).allSatisfy { $0["id"] as? String == "2.0" })
    #expect(try objects(batches, choice).count == 2)
    choice.events = [.close]
    #expect(try objects(batches, choice).isEmpty)
  }

  /// What opened and ended before a report, but is told of by a later batch, stands before it.
  @Test func areInTheOrderOfTime() throws {
    let opened = Sample.connection(9, openedAt: 0.9)
    let batches = [Sample.batch(0, live), Sample.batch(1), Sample.batch(2, [.upsert(opened)])]
    let words = try words(objects(batches, every(1)))
    #expect(words.first == "connect 9.0 2026-03-01T12:00:00.900000Z")
    #expect(words.count == 1 + 2 + 3)
  }

  @Test func areTextAsOfAnEnd() {
    var log = EventLog(every(1), format: .text(utcOffset: 0))
    let lines = log.texts(
      of: [
        Sample.batch(0, live, namespaces: Sample.namespaces), Sample.batch(1), Sample.batch(1.5),
      ]
    )
    #expect(
      lines.first
        == "12:00:01.000 stats    tcp  10.0.0.5:40000  -> 192.0.2.1:443   -                "
        + "ESTAB TX 7B RX 9B RTT 250µs host"
    )
  }
}

extension EventLog {
  /// The texts of the lines that batches make, to the last one.
  mutating func texts(of batches: [Batch]) -> [String] {
    var texts: [String] = []
    for batch in batches { apply(batch) { texts.append($0.text) } }
    finish { texts.append($0.text) }
    return texts
  }
}
