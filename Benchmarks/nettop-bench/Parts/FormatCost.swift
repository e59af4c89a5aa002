import Connections
import Monitor

/// How many events a second each format of `nettop log` can write: no kernel, connections of which each
/// opens and ends in a batch.
struct FormatCost {
  /// Openings and ends of a batch.
  private static let events: UInt64 = 20_000
  /// Both ends of 30,000 connections a second, opened and closed: none may be lost.
  private static let budget = Budget.atLeast(120_000)

  private let rounds: UInt64

  init(quick: Bool) { rounds = quick ? 3 : 15 }

  func measure(_ report: inout Report) {
    let formats: [(name: String, LogFormat)] = [
      ("text", .text(utcOffset: 0)),
      ("json", .records(LogRecords(.json))),
      ("csv", .records(LogRecords(.csv))),
      ("logfmt", .records(LogRecords(.logfmt))),
      ("nettracer", .nettracer(LogNetTracer(utcOffset: 0, thread: 1))),
    ]
    for (name, format) in formats {
      var log = EventLog(EventLog.Choice(), format: format)
      var lines = 0
      var times: [Double] = []
      for round in 1...rounds {
        let batch = Synthetic.lives(Self.events / 2, round: round)
        let start = Clocks.cpu
        log.apply(batch) { _ in lines += 1 }
        times.append(Clocks.cpu - start)
      }
      log.finish { _ in lines += 1 }
      report.add(
        "log as \(name), events a second of CPU (\(lines) lines)",
        Double(Self.events) / times.median,
        .perSecond,
        budget: Self.budget
      )
    }
  }
}
