import Connections
import Foundation
import GRDB
import Samples
import Testing

@testable import Monitor
@testable import Recording

/// A recording can come from anyone: whatever text is in it, no output is more than text and lines.
struct HostileTextTests {
  /// A text of each kind of harm, in SQL; the last one is no UTF-8.
  private static let texts: [String] = {
    let controls = "\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{7f}\u{8}"
    let lines = "a\nb\r\nc\td\u{85}\u{2028}\u{2029}"
    let hidden = "nul\u{0}byte\u{202e}gpj\u{2066}\u{200b}\u{feff}\u{e000}"
    let quotes = "\"},{\"=a,'\\u001b[31m'"
    let long = String(repeating: "x\u{1b}\n", count: 1400)
    let escaped = "\\u001b[31m\\n\\u202e"
    let texts = [
      controls + lines + hidden + quotes, long, "[\"\(escaped)\"]", "{\"\(escaped)\":3}",
    ]
    let literals = texts.map { text in
      "CAST(x'\(text.utf8.map { String(format: "%02x", $0) }.joined())' AS TEXT)"
    }
    return literals + ["CAST(x'61fffe9b33316dc30a' AS TEXT)"]
  }()

  /// A recording with something in every column.
  private func recording() throws -> TemporaryRecording {
    var counters = Sample.counters(5000, 700, rtt: 100, retransmits: 2)
    for metric in Metric.all {
      if case .text(let store) = metric.store { store(&counters, "cubic") }
    }
    var causes = LossCauses()
    causes.drops = [LossCauses.Drop(reason: "SOCKET_RCVBUFF", packets: 9)]
    counters.lossCauses = causes
    var owner = Sample.owner(7, "curl", user: "ann")
    owner.others = [Sample.process(8)]
    let open = Sample.connection(1, counters: counters, owner: owner, openedAt: 0)
    var ended = Sample.connection(2, counters: counters, owner: owner, openedAt: 0)
    ended.end = Connection.End(
      at: Sample.time(1),
      reason: .reset,
      error: 104,
      reset: Reset(isSent: true, reason: "TCP_ABORT_ON_DATA")
    )
    let file = try TemporaryRecording()
    let writer = try file.writer()
    for number in 0..<3 {
      try writer.append(
        Batch(
          sequence: UInt64(number),
          isKeyframe: number == 0,
          boot: "boot",
          time: Sample.time(Double(number)),
          deltas: number == 1
            ? [.ended(ended), .annotated(open.id, owner)]
            : [number == 0 ? .upsert(open) : .counters(open.id, .established, counters)],
          namespaces: Sample.namespaces,
          health: SourceHealth(
            notice: SourceHealth.Notice(reason: "reason", remedy: "remedy"),
            losses: [Loss(.ends, UInt64(number))],
            limitations: [
              Limitation(what: "what", remedy: "remedy", extent: .connections("cause"))
            ]
          )
        )
      )
    }
    try writer.append([
      RecordedAlert(rule: "rule", text: "text", id: open.id, time: Sample.time(1))
    ])
    try writer.close()
    return file
  }

  private struct Output: TextOutputStream {
    var text = ""
    mutating func write(_ string: String) { text += string }
  }

  /// All that a listing and a log of a recording print.
  private func lines(of file: TemporaryRecording) throws -> [Substring] {
    var model = Model(retention: .sample)
    var report = LossReport()
    var output = Output()
    let formats: [LogFormat] = [
      .text(utcOffset: 0), .json, .records(LogRecords(.csv)), .records(LogRecords(.logfmt)),
      .nettracer(LogNetTracer(utcOffset: 0, thread: 1)),
    ]
    var logs = formats.map { EventLog(EventLog.Choice(), format: $0) }
    var expected = 0
    func take(_ line: LogLine) {
      output.write(line.text + "\n")
      expected += 1
    }
    for batch in try file.batches() {
      model.apply(batch)
      for index in logs.indices { logs[index].apply(batch, take) }
      TableFormatter().write(model, to: &output)
      JSONFormatter().write(model, to: &output)
      CSVFormatter().write(model, to: &output)
      LogfmtFormatter().write(model, to: &output)
      NetTracerFormatter().write(model, to: &output)
      NetTracerTable(width: nil).write(model, to: &output)
      let losses = report.update(batch.health)
      for loss in losses {
        output.write(loss.json(at: batch.wallTime) + "\n" + loss.logfmt(at: batch.wallTime) + "\n")
      }
    }
    return output.text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  private func expectHarmless(_ text: some StringProtocol, _ place: String) {
    let harmful = text.unicodeScalars.filter {
      [.control, .format, .lineSeparator, .paragraphSeparator, .privateUse]
        .contains($0.properties.generalCategory)
    }
    #expect(harmful.isEmpty, "\(place): \(harmful.map { String($0.value, radix: 16) })")
  }

  @Test func `text in any column is text in every output`() throws {
    let file = try recording()
    let count = try lines(of: file).count
    let image = try Data(contentsOf: URL(filePath: file.path))
    let columns = try file.database().read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT m.name AS t, c.name AS c, c.type AS type FROM sqlite_schema m,
            pragma_table_info(m.name) c
          WHERE m.type = 'table' ORDER BY m.name, c.cid
          """
      ).map { ($0["t"] as String, $0["c"] as String, $0["type"] as String) }
    }
    #expect(columns.count > 90)
    for (table, column, type) in columns {
      // In a column of numbers, one text is as wrong as another.
      for (number, text) in Self.texts.prefix(type == "TEXT" ? Self.texts.count : 1).enumerated() {
        let place = "\(table).\(column) \(number)"
        try image.write(to: URL(filePath: file.path))
        let queue = try file.database()
        // A key takes no text.
        try? queue.write { try $0.execute(sql: "UPDATE \(table) SET \(column) = \(text)") }
        try queue.close()
        do {
          let lines = try lines(of: file)
          for line in lines { expectHarmless(line, place) }
          // What was text before is text now.
          let isName = type == "TEXT" && !column.hasSuffix("address") && table != "health"
          if isName { #expect(lines.count == count, "\(place)") }
        } catch let error as RecordingError {
          expectHarmless("\(error)", place)
        }
      }
    }
  }

  @Test func `what a source says of itself is text too`() throws {
    let file = try recording()
    for (number, text) in Self.texts.dropLast().enumerated() {
      try file.database().write { db in
        try db.execute(
          sql: """
            UPDATE health SET json = json_set(json, '$.source', \(text), '$.udp', \(text),
              '$.gaps', json_array(\(text)),
              '$.notice', json_object('reason', \(text), 'remedy', \(text), 'firstRemedy', \(text)),
              '$.limitations', json_array(json_object('what', \(text), 'remedy', \(text),
                'extent', 'connections:' || \(text))))
            """
        )
      }
      let lines = try lines(of: file)
      #expect(lines.contains { $0.contains("\"event\":\"lost\"") })
      for line in lines { expectHarmless(line, "health \(number)") }
    }
  }

  @Test func `a text longer than any is refused`() throws {
    let file = try recording()
    try file.database().write { db in
      try db.execute(sql: "UPDATE processes SET command = CAST(zeroblob(5000000) AS TEXT)")
    }
    let error = #expect(throws: RecordingError.self) { try file.batches() }
    #expect(error?.code == .damaged)
  }
}
