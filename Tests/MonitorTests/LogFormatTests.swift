import Connections
import Samples
import Testing

@testable import Monitor

/// The formats of logs that programs read.
struct LogFormatTests {
  /// A connection with a short life, one that goes on, a flow of UDP, and a loss.
  private let batches = [
    Sample.batch(
      0,
      [
        .upsert(
          Sample.connection(
            1,
            counters: Counters(
              bytesSent: 900,
              bytesReceived: 100,
              packetsSent: 8,
              packetsReceived: 9,
              retransmits: 1,
              rtt: 120,
              rttVariance: 60
            ),
            owner: Sample.owner(1234, "a b")
          )
        )
      ],
      namespaces: Sample.namespaces
    ),
    Sample.batch(
      1,
      [
        .ended(
          Sample.connection(
            2,
            local: Sample.endpoint("2001:db8::10", 443),
            remote: Sample.endpoint("2001:db8::20", 40000),
            direction: .incoming,
            state: .closed,
            counters: Counters(bytesSent: 5, packetsSent: 2, packetsReceived: 3),
            owner: Sample.owner(77, "web,\"x\""),
            openedAt: 0.25,
            closed: (0.75, .fin)
          )
        ),
        .upsert(
          Sample.connection(3, proto: .udp, counters: Counters(retransmits: nil), openedAt: 0.5)
        ),
      ],
      health: SourceHealth(losses: [Loss(.ends, 3)])
    ),
    Sample.batch(2),
  ]

  private func lines(_ format: LogFormat, existing: Bool = false) -> [LogLine] {
    var choice = EventLog.Choice()
    choice.statsInterval = 2
    choice.listsExisting = existing
    var log = EventLog(choice, format: format)
    var lines: [LogLine] = []
    for batch in batches { log.apply(batch) { lines.append($0) } }
    log.finish { lines.append($0) }
    return lines
  }

  /// The fields of a row of CSV, without quotes.
  private func fields(_ row: String) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in row {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  // MARK: CSV

  @Test func csvHasOneShape() throws {
    let lines = lines(.records(LogRecords(.csv)), existing: true)
    let header = try #require(lines.first?.heading)
    #expect(lines.allSatisfy { $0.heading == header })
    let names = fields(header)
    #expect(names.prefix(2) == ["event", "time"] && names.suffix(2) == ["count", "cause"])
    #expect(names.dropFirst(2).dropLast(2) == LogRecords.fields.map(\.name)[...])
    #expect(Set(names).count == names.count)
    let rows = lines.map { Dictionary(uniqueKeysWithValues: zip(names, fields($0.text))) }
    #expect(lines.allSatisfy { fields($0.text).count == names.count })
    #expect(
      rows.map { $0["event"] } == [
        "existing", "accept", "open", "close", "lost", "stats", "stats",
      ]
    )
    let lost = rows[4].filter { $0.value != "" }
    #expect(
      lost == [
        "event": "lost", "time": "2026-03-01T12:00:01.000000Z", "count": "3", "cause": "ends",
      ]
    )
    #expect(rows[1]["bytes_sent"] == "" && rows[3]["bytes_sent"] == "5")
    #expect(rows[3]["local_address"] == "2001:db8::10" && rows[3]["process"] == "web,x")
    #expect(rows.allSatisfy { $0["event"] == "lost" || $0["count"] == "" && $0["cause"] == "" })
  }

  // MARK: logfmt

  @Test func logfmtHasWhatIsKnown() {
    let fields = [Field.id, .process, .bytesSent, .retransmits, .closeReason]
    let lines = lines(.records(LogRecords(.logfmt, fields: fields)))
    #expect(lines.allSatisfy { $0.heading == nil })
    #expect(
      lines.map(\.text) == [
        #"event=accept time=2026-03-01T12:00:00.250000Z id=2.0 process="web,\"x\"""#,
        "event=open time=2026-03-01T12:00:00.500000Z id=3.0",
        #"event=close time=2026-03-01T12:00:00.750000Z id=2.0 process="web,\"x\"" bytes_sent=5"#
          + " retransmits=0 close_reason=fin",
        "event=lost time=2026-03-01T12:00:01.000000Z count=3 cause=ends",
        #"event=stats time=2026-03-01T12:00:02.000000Z id=1.0 process="a b" bytes_sent=900"#
          + " retransmits=1",
        "event=stats time=2026-03-01T12:00:02.000000Z id=3.0 bytes_sent=0",
      ]
    )
  }

  // MARK: Chosen fields

  @Test func jsonHasTheChosenFieldsInTheirOrder() {
    let lines = lines(.records(LogRecords(.json, fields: [.remotePort, .id])))
    #expect(
      lines.map(\.text).prefix(2) == [
        #"{"time":"2026-03-01T12:00:00.250000Z","event":"accept","remote_port":40000,"id":"2.0"}"#,
        #"{"time":"2026-03-01T12:00:00.500000Z","event":"open","remote_port":443,"id":"3.0"}"#,
      ]
    )
  }

  @Test func csvHasTheChosenFieldsInTheirOrder() {
    let lines = lines(.records(LogRecords(.csv, fields: [.remotePort, .id])))
    #expect(lines.first?.heading == "event,time,remote_port,id,count,cause")
    #expect(lines.first?.text == "accept,2026-03-01T12:00:00.250000Z,40000,2.0,,")
    #expect(lines.map(\.text).contains("lost,2026-03-01T12:00:01.000000Z,,,3,ends"))
  }

  // MARK: NetTracer

  @Test func netTracerHasItsOwnLines() {
    let lines = lines(.nettracer(LogNetTracer(utcOffset: 3600, thread: 42)), existing: true)
    #expect(lines.allSatisfy { $0.heading == nil })
    let mark = "[42] info [nettracer]"
    let ends = "2001:db8::10:443 -- 2001:db8::20:40000 NS:4026531840"
    let accepted = "2001:db8::10:443 <- 2001:db8::20:40000 NS:4026531840"
    let live = "10.0.0.5:40000 -> 192.0.2.1:443 NS:4026531840"
    #expect(
      lines.map(\.text) == [
        "2026-03-01 13:00:00.250 \(mark) event accept \(accepted) PID:77",
        "2026-03-01 13:00:00.750 \(mark) event close \(ends) PID:77",
        "2026-03-01 13:00:00.750 \(mark) \(accepted) - stats: Bytes sent=5 Bytes received=0",
        "2026-03-01 13:00:00.750 \(mark) \(accepted) - TCP stats: Retransmissions=0 Segs_in=3"
          + " Segs_out=2 RTT=0 RTT_var=0",
        "2026-03-01 13:00:01.000 [42] warning [nettracer] 3 ends lost: the kernel's buffer was"
          + " full; try nice -n -10 nettop",
        "2026-03-01 13:00:02.000 \(mark) \(live) - stats: Bytes sent=900 Bytes received=100",
        "2026-03-01 13:00:02.000 \(mark) \(live) - TCP stats: Retransmissions=1 Segs_in=9"
          + " Segs_out=8 RTT=120 RTT_var=60",
      ]
    )
  }

  /// NetTracer reports no end of these.
  @Test func netTracersConnectionsAllEnd() {
    let batches = [
      Sample.batch(0),
      Sample.batch(
        1,
        [Connection.CloseReason.refused, .reset].enumerated().map { index, reason in
          .ended(
            Sample.connection(
              UInt64(index + 1),
              state: .closed,
              openedAt: 0.1 + Double(index) / 10,
              closed: (0.5, reason)
            )
          )
        }
      ),
    ]
    var log = EventLog(.init(), format: .nettracer(LogNetTracer(utcOffset: 0, thread: 1)))
    let texts = log.texts(of: batches)
    for event in ["event connect", "event close", "- stats:", "- TCP stats:"] {
      #expect(texts.count { $0.contains(event) } == 2, "\(event)")
    }
  }

  // MARK: Headings

  @Test func aPageHasAHeadingOnceAboveTheLinesThatShareIt() {
    var page = LogPage()
    #expect(page.text(of: LogLine("a", heading: "one")) == "one\na\n")
    #expect(page.text(of: LogLine("b", heading: "one")) == "b\n")
    #expect(page.text(of: LogLine("c", heading: "two")) == "two\nc\n")
    #expect(page.text(of: LogLine("d")) == "d\n")
    #expect(page.text(of: LogLine("e", heading: "two")) == "e\n")
    var continued = LogPage(heading: "two")
    #expect(continued.text(of: LogLine("f", heading: "two")) == "f\n")
  }
}
