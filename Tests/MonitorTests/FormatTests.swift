import Foundation
import Terminal
import Testing
import Tracer

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
    let objects = try lines(Sample.interface().model)
    #expect(objects.count == 6)
    for object in objects {
      #expect(Set(object.keys) == Set(Field.allCases.map(\.rawValue)))
    }
  }

  @Test func namesAreThoseOfTheContract() {
    let names = """
      time sample id parent proto family state direction local_address local_port remote_address \
      remote_port netns netns_name pid process command uid user gid executable cgroup container \
      container_id container_runtime owner_source orphaned holders bytes_sent bytes_received \
      packets_sent packets_received retransmits retransmits_timeout retransmits_fast \
      retransmits_probe retransmits_syn drops drop_reasons rtt_us rttvar_us min_rtt_us cwnd \
      unread_bytes unacked_bytes unsent_bytes accept_queue accept_queue_limit accepted \
      accepted_per_s bytes_sent_per_s bytes_received_per_s opened_at closed_at close_reason \
      error reset reset_reason lifetime_us
      """
    #expect(Field.allCases.map(\.rawValue) == names.split(separator: " ").map(String.init))
  }

  @Test func jsonHasTheValues() throws {
    let object = try #require(try lines(Sample.interface().model).first)
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
        Sample.batch(0, [.opened(Sample.connection(1, owner: Sample.owner(1, "n", command: name)))])
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
    TableFormatter(columns: [.pid, .process, .remote, .state, .receiveRate]).write(model, to: &text)
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

  @Test func tableHasAllColumnsAndHarmlessText() {
    var model = Model()
    let owner = Sample.owner(1, "a\u{1b}[2J\nb", command: "\u{202e}日本\u{9b}31m")
    model.apply(Sample.batch(0, [.opened(Sample.connection(1, owner: owner))]))
    var text = ""
    TableFormatter().write(model, to: &text)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    for column in Column.sortable { #expect(lines[1].contains(column.title)) }
    #expect(lines[2].contains(" a?[2J?b "))
    #expect(lines[2].hasSuffix("?日本?31m"))
  }
}
