import Connections
import Samples
import Testing

@testable import Monitor

/// NetTracer's tables, whose expected bytes C++'s streams printed.
struct NetTracerTests {
  private static let counters = Counters(
    bytesSent: 900,
    bytesReceived: 100,
    packetsSent: 8,
    packetsReceived: 9,
    retransmits: 1,
    rtt: 120,
    rttVariance: 60
  )

  private static let outgoing = Sample.connection(
    1,
    counters: counters,
    owner: Sample.owner(1234, "curl"),
    openedAt: -10.5
  )

  private static var refused: Connection {
    var connection = Sample.connection(
      2,
      local: Sample.endpoint("127.0.0.1", 40002),
      remote: Sample.endpoint("127.0.0.1", 80),
      netns: 4_026_532_100,
      state: .closed,
      counters: Counters(packetsSent: 1, packetsReceived: 1, retransmits: nil),
      owner: Sample.owner(77, "curl"),
      openedAt: -0.1
    )
    connection.end = Connection.End(at: Sample.time(-0.1), reason: .refused, neverEstablished: true)
    return connection
  }

  /// Older than nettop, and nobody is known to hold it.
  private static let older = Sample.connection(
    3,
    local: Sample.endpoint("2001:db8::10", 22),
    remote: Sample.endpoint("2001:db8::20", 51234),
    direction: .incoming,
    counters: Counters(bytesSent: 123_456_789_012, bytesReceived: 7, rtt: 850)
  )

  private static let others = [
    Sample.connection(4, proto: .udp),
    Sample.connection(5, proto: .mptcp),
    Sample.connection(6, remote: Sample.endpoint("0.0.0.0", 0), state: .listen),
  ]

  private func model(_ batches: [Batch]) -> Model {
    var model = Model(View(.connections, sort: SortOrder(.pid)), retention: .sample)
    for batch in batches { model.apply(batch) }
    return model
  }

  private static let first = Sample.batch(
    0,
    [.upsert(older), .upsert(outgoing), .ended(refused)] + others.map { .upsert($0) }
  )

  private func text(_ formatter: NetTracerFormatter, _ batches: Batch...) -> String {
    var text = ""
    formatter.write(model(batches), to: &text)
    return text
  }

  @Test func theMachineTableIsNetTracersByteForByte() {
    let blanks = { (count: Int) in String(repeating: " ", count: count) }
    let expected = [
      "  1772366400 0 0100007F 9C42 0 0100007F 0050           77  4026532100 001 "
        + [0, 0, 1, 1, 0].map { blanks(21) + "\($0)" }.joined() + blanks(11) + "0" + blanks(11)
        + "0",
      "  1772366400 0 0500000A 9C40 0 010200C0 01BB         1234  4026531840 100 "
        + blanks(19) + "900" + blanks(19) + "100" + [8, 9, 1].map { blanks(21) + "\($0)" }.joined()
        + "         120          60      1772366389       10",
      "  1772366400 1 00000000B80D01201000000000000000 0016 1 00000000B80D01202000000000000000 C822"
        + "            0  4026531840 010 " + blanks(10) + "123456789012"
        + [7, 0, 0, 0].map { blanks(21) + "\($0)" }.joined() + "         850           0",
      " ",
    ]
    #expect(text(NetTracerFormatter(), Self.first) == expected.map { $0 + "\n" }.joined())
  }

  @Test func aSampleWithoutConnectionsIsALineOfABlank() {
    #expect(text(NetTracerFormatter(), Sample.batch(0)) == " \n")
  }

  private func columns(_ text: String) -> [[Substring]] {
    text.split(separator: "\n").map { $0.split(separator: " ") }.filter { !$0.isEmpty }
  }

  /// Fields are never glued together, however long.
  @Test func longNumbersKeepABlankBetweenThem() {
    let counters = Counters(
      bytesSent: .max,
      bytesReceived: .max,
      packetsSent: .max,
      packetsReceived: .max,
      retransmits: .max - 1,
      rtt: .max - 1,
      rttVariance: .max - 1
    )
    let connection = Sample.connection(1, netns: .max, counters: counters, openedAt: -1e7)
    let rows = columns(text(NetTracerFormatter(), Sample.batch(0, [.upsert(connection)])))
    #expect(rows.map(\.count) == [19])
  }

  @Test func deltasAreChangesSinceTheSampleBefore() {
    var grown = Self.counters
    grown.bytesSent = 1000
    grown.packetsSent = 10
    let formatter = NetTracerFormatter(hasDeltas: true)
    let change = Sample.batch(1, [.counters(Self.outgoing.id, .established, grown)])
    let first = Sample.batch(0, [.upsert(Self.outgoing)])
    func figures(_ batches: Batch...) -> [String] {
      var text = ""
      formatter.write(model(batches), to: &text)
      return columns(text).first.map { $0[10...14].map(String.init) } ?? []
    }
    #expect(figures(first) == ["900", "100", "8", "9", "1"])
    #expect(figures(first, change) == ["100", "0", "2", "0", "0"])
    #expect(figures(first, change, Sample.batch(2)) == ["0", "0", "0", "0", "0"])
    // Of one that another sample has first, all that it has carried, though it is older.
    let late = Sample.batch(1, [.upsert(Self.older)])
    #expect(figures(Sample.batch(0), late) == ["123456789012", "7", "0", "0", "0"])
    // The last changes come with the end, which is there once.
    var end = Self.outgoing
    end.counters = grown
    end.end = Connection.End(at: Sample.time(0.5), reason: .reset)
    let ended = Sample.batch(1, [.ended(end)])
    #expect(figures(first, ended) == ["100", "0", "2", "0", "0"])
    #expect(figures(first, ended, Sample.batch(2)) == [])
  }

  @Test func headersAreAddedForEachPacketThatIsShown() {
    let formatter = NetTracerFormatter(addsHeaders: true)
    let rows = columns(text(formatter, Self.first))
    #expect(rows[1][10...11] == ["\(900 + 66 * 8)", "\(100 + 66 * 9)"])
    var counters = Self.counters
    counters.packetsSent = 3
    let older = Sample.connection(
      3,
      local: Sample.endpoint("2001:db8::10", 22),
      remote: Sample.endpoint("2001:db8::20", 51234),
      counters: counters
    )
    let row = columns(text(formatter, Sample.batch(0, [.upsert(older)])))
    #expect(row[0][10...11] == ["\(900 + 77 * 3)", "\(100 + 77 * 9)"])
    let deltas = NetTracerFormatter(hasDeltas: true, addsHeaders: true)
    let quiet = columns(text(deltas, Self.first, Sample.batch(1)))
    #expect(quiet.allSatisfy { $0[10...11] == ["0", "0"] })
  }

  /// The three digits, and the fields that depend on the first of them.
  @Test func digitsTellEstablishedIncomingAndClosed() {
    func digits(_ delta: Delta) -> (String, Int) {
      let row = columns(text(NetTracerFormatter(), Sample.batch(0, [delta]))).first ?? []
      return (row.count > 9 ? String(row[9]) : "", row.count)
    }
    #expect(digits(.upsert(Sample.connection(1, state: .synSent, openedAt: -1))) == ("000", 17))
    #expect(digits(.upsert(Sample.connection(1, openedAt: -1))) == ("100", 19))
    #expect(
      digits(.upsert(Sample.connection(1, direction: .incoming, openedAt: -1))) == ("110", 19)
    )
    let reset = Sample.connection(1, state: .closed, openedAt: -1, closed: (-0.5, .reset))
    #expect(digits(.ended(reset)) == ("101", 19))
    // An end that no program saw keeps what is known of the connection.
    let unseen = Connection(unseenEndOf: Self.outgoing.id, netns: 1, at: Sample.time(1))
    let batches = [
      Sample.batch(0, [.upsert(Self.outgoing)]), Sample.batch(1, [.ended(unseen)]),
    ]
    let row = columns(text(NetTracerFormatter(), batches[0], batches[1])).first ?? []
    #expect(row.count == 19)
    #expect(
      row.prefix(12).dropFirst(2).joined(separator: " ")
        == "0500000A 9C40 0 010200C0 01BB 1234 4026531840 101 900 100"
    )
  }

  @Test func theTableForPeopleIsNetTracersByteForByte() {
    let table = NetTracerTable(width: 100)
    var text = table.header
    table.write(model([Self.first]), to: &text)
    let lines = [
      ["local address", "remote address", "pid", "bytes sent", "bytes received ", "rtt"],
      ["127.0.0.1:40002", "127.0.0.1:80", "77", "0", "0", "0"],
      ["10.0.0.5:40000", "192.0.2.1:443", "1234", "900", "100", "120"],
      ["2001:db8::10:22", "2001:db8::20:51234", "0", "123456789012", "7", "850"],
    ]
    let expected = lines.map { words in
      words.map { $0 + String(repeating: " ", count: 22 - $0.count) }.joined() + "\n"
    }
    #expect(text == expected.joined() + "Number of passive tcp sessions: 1, active: 2 \n")
    #expect(NetTracerTable(width: 240).header.hasPrefix("local address" + blanks(27) + "remote"))
  }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}
