import Connections
import Foundation
import Samples
import Testing

@testable import Monitor

/// Alerts in the lines of a log.
struct AlertLogTests {
  private func lines(
    _ batches: [Batch],
    _ rules: [String],
    format: LogFormat = .json,
    _ change: (inout EventLog.Choice) -> Void = { _ in }
  ) throws -> [String] {
    var choice = EventLog.Choice()
    choice.alerts = try rules.map { try AlertRule(parsing: $0) }
    change(&choice)
    var log = EventLog(choice, format: format)
    var lines: [String] = []
    for batch in batches { log.apply(batch) { lines.append($0.text) } }
    log.finish { lines.append($0.text) }
    return lines
  }

  private func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  private let batches = [Sample.first, Sample.second]

  @Test func haveTheRuleAndTheFieldsOfTheConnection() throws {
    let objects = try lines(batches, ["rtt>200ms", "close_reason=refused"]) { $0.events = [.alert] }
      .map(object)
    try #require(objects.count == 2)
    #expect(objects.allSatisfy { $0["event"] as? String == "alert" })
    #expect(objects.map { $0["cause"] as? String } == ["rtt>200ms", "close_reason=refused"])
    #expect(objects.map { $0["process"] as? String } == ["nginx", "curl"])
    #expect(objects[0]["rtt_us"] as? Int == 350_000)
    #expect(objects[0]["time"] as? String == "2026-03-01T12:00:00.000000Z")
    #expect(objects[1]["time"] as? String == "2026-03-01T12:00:00.300000Z")
    #expect(objects[1]["close_reason"] as? String == "refused")
    #expect(objects[1]["new_destination"] as? Bool == true)
    #expect(objects[0]["new_destination"] is NSNull)
  }

  @Test func standAmongTheEventsInTheOrderOfTime() throws {
    let all = try lines(batches, ["close_reason=refused"]).map(object)
    let events = all.map { "\($0["event"] ?? "") \($0["id"] ?? "")" }
    #expect(events == ["connect 7.0", "close 7.0", "alert 7.0", "connect 6.0", "close 5.0"])
    // Other lines have no rule.
    #expect(all.compactMap { $0["cause"] }.count == 1)
  }

  @Test func areLeftOutWhereNotAskedFor() throws {
    #expect(try lines(batches, ["rtt>200ms"]) { $0.events = [.fail] }.isEmpty)
    let filter = try Filter(parsing: "process=curl")
    let some = try lines(batches, ["rtt>10ms"]) {
      $0.events = [.alert]
      $0.filter = filter
    }
    #expect(try some.map { try object($0)["process"] as? String } == ["curl"])
    #expect(try lines(batches, []) { $0.events = [.alert] }.isEmpty)
  }

  @Test func endInTheRuleInText() throws {
    let text = try lines(batches, ["rtt > 200ms for 0"], format: .text(utcOffset: 0)) {
      $0.events = [.alert]
    }
    #expect(
      text == [
        "12:00:00.000 alert    tcp  10.1.0.2:8080   <- 10.1.0.9:60000  "
          + "nginx/4321       CLOSE-WAIT TX 0B RX 77B RTT 350ms RETR 12 web [rtt > 200ms]"
      ]
    )
  }

  @Test func tooManyAreCounted() throws {
    let deltas = (1...1500).map { Delta.upsert(Sample.connection($0)) }
    let all = try lines([Sample.batch(0, deltas), Sample.batch(1)], ["rport=443"]).map(object)
    #expect(all.count { $0["event"] as? String == "alert" } == 1000)
    let lost = try #require(all.first { $0["event"] as? String == "lost" })
    #expect(lost["cause"] as? String == "surplus" && lost["count"] as? Int == 500)
  }
}
