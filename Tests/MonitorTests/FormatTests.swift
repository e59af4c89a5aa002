import Connections
import Foundation
import Samples
import StyledText
import Testing

@testable import Monitor

struct FormatTests {
  private func lines(_ model: Model) throws -> [[String: Any]] {
    var text = ""
    JSONFormatter().write(model, to: &text)
    #expect(text.isEmpty || text.hasSuffix("\n"))
    return try text.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(object as? [String: Any])
    }
  }

  @Test func jsonHasEveryFieldInEveryLine() throws {
    let objects = try lines(Sample.model())
    #expect(objects.count == 6)
    for object in objects {
      #expect(Set(object.keys) == Set(Field.allCases.map(\.name)))
    }
  }

  @Test func namesAreThoseOfTheContract() {
    let names = """
      time sample id parent proto family state direction local_address local_port remote_address \
      remote_port new_destination netns netns_name pid process command uid user gid executable cgroup container \
      container_id container_runtime owner_source orphaned holders bytes_sent bytes_received \
      packets_sent packets_received retransmits retransmits_timeout retransmits_fast \
      retransmits_probe retransmits_syn drops drop_reasons rtt_us rttvar_us min_rtt_us cwnd \
      unread_bytes unacked_bytes unsent_bytes delivery_rate pacing_rate rcv_rtt_us rcv_space \
      ssthresh lost reordering delivered_ce mss busy_time_us rwnd_limited_us sndbuf_limited_us \
      congestion_control limit busy_share rwnd_limited_share sndbuf_limited_share \
      accept_queue accept_queue_limit accepted accepted_per_s bytes_sent_per_s \
      bytes_received_per_s opened_at closed_at close_reason error reset reset_reason lifetime_us
      """
    #expect(Field.allCases.map(\.name) == names.split(separator: " ").map(String.init))
  }

  @Test func jsonHasTheValues() throws {
    let object = try #require(try lines(Sample.model()).first)
    #expect(object["time"] as? String == "2026-03-01T12:00:01.000000Z")
    #expect(object["sample"] as? Int == 2)
    #expect(object["id"] as? String == "2.0")
    #expect(object["pid"] as? Int == 1234)
    #expect(object["bytes_received"] as? Int == 6_290_000)
    #expect(object["bytes_received_per_s"] as? Double == 1_290_000)
    #expect(object["rtt_us"] as? Int == 14_100)
    #expect(object["netns_name"] as? String == "host")
    #expect(object["opened_at"] is NSNull)
    #expect(object["close_reason"] is NSNull)
  }

  @Test func jsonRatesOfTheFirstSampleAreNull() throws {
    var model = Model(retention: .sample)
    model.apply(Sample.first)
    for object in try lines(model) { #expect(object["bytes_sent_per_s"] is NSNull) }
  }

  @Test func jsonTakesAnyNameAndStaysFreeOfControls() throws {
    let scalars = (0...0x10ffff).lazy.compactMap(Unicode.Scalar.init)
    var chunk = String.UnicodeScalarView()
    func check() throws {
      let name = String(chunk)
      var model = Model()
      model.apply(
        Sample.batch(0, [.upsert(Sample.connection(1, owner: Sample.owner(1, "n", command: name)))])
      )
      var text = ""
      JSONFormatter().write(model, to: &text)
      #expect(try lines(model).first?["command"] as? String == name)
      let isSafe = text.unicodeScalars.dropLast().allSatisfy {
        ![.control, .format, .lineSeparator, .paragraphSeparator]
          .contains($0.properties.generalCategory)
      }
      #expect(isSafe)
    }
    for scalar in scalars where scalar.value < 0x3000 || scalar.value.isMultiple(of: 31) {
      chunk.append(scalar)
      if chunk.count == 500 {
        try check()
        chunk = String.UnicodeScalarView()
      }
    }
    try check()
  }

  @Test func numbersHaveNoExponent() throws {
    for number in [0, 0.001, 0.5, 1e15, 12.3456, 1e300] {
      var text = ""
      JSONText.append(.real(number), to: &text)
      #expect(text.allSatisfy { $0.isNumber || $0 == "." })
      if number < 1e15 { #expect(abs(try #require(Double(text)) - number) < 0.001) }
    }
  }

  @Test func tableIsAligned() {
    var model = Model(View(.connections, sort: SortOrder(.pid)))
    model.apply(Sample.first)
    model.apply(Sample.second)
    var text = ""
    let columns = [Column.ID.pid, .process, .remote, .state, .receiveRate].map { ColumnChoice($0) }
    TableFormatter(columns: columns).write(model, to: &text)
    #expect(
      text == """
        # 2026-03-01T12:00:01.000000Z sample 2, connections: 6
         PID PROCESS        REMOTE                                         STATE       RX/s
          77 sshd           [2001:db8:1234:5678:9abc:def0:1234:5678]:51234 ESTAB         0B
         900 postgres-proxy 198.51.100.7:5432                              SYN-SENT      0B
        1234 curl           192.0.2.1:443                                  ESTAB      1.23M
        1234 curl           127.0.0.1:80                                   refused     512B
        4321 nginx          10.1.0.9:60000                                 CLOSE-WAIT    0B
           - -              192.0.2.1:443                                  fin           0B

        """
    )
  }

  private func table(_ columns: String?, width: Int?) throws -> [String] {
    var model = Model(View(.connections, sort: SortOrder(.pid)))
    model.apply(Sample.first)
    model.apply(Sample.second)
    var text = ""
    TableFormatter(columns: try columns.map(ColumnChoice.list), width: width)
      .write(model, to: &text)
    return text.split(separator: "\n").dropFirst().map(String.init)
  }

  @Test func tableFitsTheTerminalAsTheScreenDoes() throws {
    for width in [20, 40, 80, 120, 200, 400] {
      let lines = try table(nil, width: width)
      #expect(lines.allSatisfy { SafeText.columns(of: $0) <= width })
      let layout = ColumnLayout(width: width, sort: .pid)
      let titles = layout.items.map { Column.with($0.id).title }.filter { !$0.isEmpty }
      #expect(lines[0].matches(of: /\S+(?: \S*TREND)?/).map { String($0.0) } == titles, "\(width)")
    }
  }

  @Test func tableHasTheChosenColumnsInTheirWidths() throws {
    #expect(
      try table("rate,process:8,pid", width: nil).prefix(3) == [
        " RATE PROCESS   PID", "   0B sshd       77", "   0B postgre…  900",
      ]
    )
    // What the terminal has no room for is not cut: that much was asked for.
    let all = try table("all", width: 80)
    #expect(all == (try table("all", width: nil)))
    #expect(all[0].split(separator: " ").count >= Column.sortable.count)
    // Within it, columns take the room there is.
    let fitted = try table("remote,pid", width: 40)
    #expect(fitted.allSatisfy { SafeText.columns(of: $0) <= 40 })
  }

  @Test(arguments: [
    ("nope", "takes columns, and there is no 'nope'. Columns are: mark, pid, "),
    ("", "takes columns, and there is no ''. Columns are: "),
    ("pid,,rate", "takes columns, and there is no ''. Columns are: "),
    ("pid, rate ,pid:9", "has the column 'pid:9' twice"),
    ("pid:2", "takes a width from 3 to 400 after the colon of 'pid:2'"),
    ("local_port", "takes columns, and there is no 'local_port'."),
  ])
  func columnsAreRefusedWithTheReason(_ text: String, reason: String) {
    let error = #expect(throws: ValueRefusal.self) { try ColumnChoice.list(text) }
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func jsonHasTheChosenFieldsInTheirOrder() throws {
    #expect(try Field.list("all") == Field.allCases)
    let fields = try Field.list("local_port, rate,REMOTE:30,pid,pid")
    #expect(
      fields == [
        .localPort, .bytesReceivedPerSecond, .bytesSentPerSecond, .remoteAddress, .remotePort, .pid,
      ]
    )
    var text = ""
    JSONFormatter(fields: [.pid, .sample]).write(Sample.model(), to: &text)
    #expect(text.hasPrefix("{\"pid\":1234,\"sample\":2}\n"))
    for text in ["mark", "nope", "", "rate_trend"] {
      #expect(throws: ValueRefusal.self) { try Field.list(text) }
    }
  }

  @Test func theFirstSampleHasTheRatesOfTheLookBefore() throws {
    var model = Model(retention: .sample)
    model.applyBase(Sample.first)
    model.apply(Sample.second)
    let objects = try lines(model)
    #expect(objects.allSatisfy { $0["sample"] as? Int == 1 })
    let rates = objects.map { $0["bytes_received_per_s"] as? Double }
    #expect(rates.contains(1_290_000))
    var text = ""
    TableFormatter().write(model, to: &text)
    #expect(text.hasPrefix("# 2026-03-01T12:00:01.000000Z sample 1, connections: "))
  }

  @Test func lossesAreThoseSinceTheSampleBefore() throws {
    var report = LossReport()
    let health = SourceHealth(
      losses: [Loss(.openings, 5), Loss(.ends, 1234)],
      limitations: [
        Limitation(what: "UDP", remedy: "no cgroup v2 is mounted", extent: .connections("udp")),
        Limitation(what: "resets", remedy: "none"),
        Limitation(what: "all", remedy: "none", extent: .chosen),
      ]
    )
    let first = report.update(health)
    #expect(
      first.map(\.text) == [
        Loss(.ends, 1234).advice, Loss(.openings, 5).advice,
        "not shown: UDP; no cgroup v2 is mounted",
      ]
    )
    #expect(
      first.map { $0.json(at: Sample.first.time) }.last
        == #"{"time":"2026-03-01T12:00:00.000000Z","event":"lost","count":null,"cause":"udp"}"#
    )
    #expect(report.update(health).isEmpty)
    let later = report.update(
      SourceHealth(losses: [Loss(.openings, 5), Loss(.ends, 1236), Loss(.datagrams, 1)])
    )
    #expect(
      later.map { $0.json(at: Sample.first.time) } == [
        #"{"time":"2026-03-01T12:00:00.000000Z","event":"lost","count":2,"cause":"ends"}"#,
        #"{"time":"2026-03-01T12:00:00.000000Z","event":"lost","count":1,"cause":"datagrams"}"#,
      ]
    )
    var quiet = LossReport()
    quiet.begin(SourceHealth(losses: [Loss(.ends, 7), Loss(.datagrams, 8)]))
    #expect(
      quiet.update(SourceHealth(losses: [Loss(.ends, 7), Loss(.datagrams, 8)], udp: .off)).isEmpty
    )
    var full = LossReport()
    full.begin(SourceHealth(losses: [Loss(.openings, 7)]))
    #expect(
      full.update(SourceHealth(losses: [Loss(.openings, 8)])).map(\.text) == [
        Loss(.openings, 8).advice
      ]
    )
  }

  /// What cannot be shown for a while: when it begins, and not again.
  @Test func limitationsAreReportedWhenTheyBegin() {
    func health(_ inodes: [Int]) -> SourceHealth {
      SourceHealth(
        limitations: inodes.map { inode in
          Limitation(
            what: "sockets of \(inode)",
            remedy: "none",
            extent: .connections("namespaces")
          )
        }
      )
    }
    var report = LossReport()
    report.begin(health([1]))
    func texts(_ inodes: [Int]) -> [String] { report.update(health(inodes)).map(\.text) }
    // One of the first look is missing in the first sample too.
    #expect(texts([1]) == ["not shown: sockets of 1; none"])
    #expect(texts([1, 2]) == ["not shown: sockets of 2; none"])
    #expect(texts([1, 2]) == [])
    #expect(texts([]) == [])
    #expect(texts([2, 1]) == [])
    #expect(texts([3]) == ["not shown: sockets of 3; none"])
  }

  /// Where the source has said why it stands in for another, that says what it does not show.
  @Test func limitationsThatANoticeExplains() {
    let limitation = Limitation(
      what: "other network namespaces",
      remedy: "none",
      extent: .connections("namespaces")
    )
    var health = SourceHealth(
      notice: SourceHealth.Notice(reason: "own namespace", remedy: "sudo nettop"),
      losses: [Loss(.ends, 2)],
      limitations: [limitation]
    )
    var noticed = LossReport()
    let entries = noticed.update(health)
    #expect(entries.map(\.isNoticed) == [false, true])
    #expect(
      entries.map(\.text) == [
        Loss(.ends, 2).advice, "not shown: other network namespaces; none",
      ]
    )
    // A log has it all the same.
    #expect(
      entries.last?.json(at: Sample.first.time)
        == #"{"time":"2026-03-01T12:00:00.000000Z","event":"lost","count":null,"cause":"namespaces"}"#
    )
    health.notice = nil
    var plain = LossReport()
    #expect(plain.update(health).map(\.isNoticed) == [false, false])
  }

  @Test func tableWithoutAWidthHasTheColumnsOfTheWidestScreen() throws {
    let titles = ColumnChoice.automatic(of: .connections, sort: .pid).map {
      Column.with($0.id).title
    }
    let line = try #require(try table(nil, width: nil).first)
    #expect(line.split(separator: " ").map(String.init) == titles)
    let widest = Set(ColumnLayout(width: 10_000, sort: .pid).items.map(\.id))
    let shown = Set(ColumnChoice.automatic(of: .connections, sort: .pid).map(\.id))
    // A mark and a graph need a screen.
    #expect(widest.subtracting(shown).allSatisfy { !Column.with($0).isSortable })
    #expect(shown.subtracting(widest).isEmpty)
    #expect(shown.count < Column.sortable.count)
    // As on the screen, an order has its column.
    #expect(!shown.contains(.gid))
    #expect(ColumnChoice.automatic(of: .connections, sort: .gid).contains { $0.id == .gid })
  }

  @Test func tableHasAllColumnsAndHarmlessText() {
    var model = Model()
    let owner = Sample.owner(1, "a\u{1b}[2J\nb", command: "\u{202e}日本\u{9b}31m")
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1, owner: owner))]))
    var text = ""
    TableFormatter(columns: ColumnChoice.everyColumn).write(model, to: &text)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    for column in Column.sortable { #expect(lines[1].contains(column.title)) }
    #expect(lines[2].contains(" a?[2J?b "))
    #expect(lines[2].hasSuffix("?日本?31m"))
  }
}
