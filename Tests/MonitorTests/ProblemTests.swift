import Connections
import Samples
import Testing

@testable import Monitor

/// What went wrong on a connection, in rows, groups, filters, JSON and details.
struct ProblemTests {
  private static let lossy = LossCauses(
    retransmits: LossCauses.Retransmits(timeout: 3, fast: 20, probe: 4, syn: 1),
    drops: [
      LossCauses.Drop(reason: "SOCKET_FILTER", packets: 7),
      LossCauses.Drop(reason: "TCP_OLD_DATA", packets: 2),
    ]
  )

  /// Two connections of a process, of which one had losses; one that failed, and one that was
  /// reset.
  private static let model: Model = {
    let owner = Sample.owner(7, "curl")
    var first = Sample.connection(1, owner: owner)
    first.counters = Counters(retransmits: 28, drops: 9, lossCauses: lossy)
    var second = Sample.connection(2, owner: owner)
    second.counters = Counters(
      retransmits: 1,
      drops: 1,
      lossCauses: LossCauses(
        retransmits: LossCauses.Retransmits(fast: 1),
        drops: [LossCauses.Drop(reason: "TCP_OLD_DATA", packets: 1)]
      )
    )
    var older = Sample.connection(3, owner: owner)
    older.counters = Counters(retransmits: 5)
    var failed = Sample.connection(4, owner: Sample.owner(8, "wget"))
    failed.end = Connection.End(at: Timestamp(nanoseconds: 1), reason: .failed, error: 99)
    var reset = Sample.connection(5, owner: Sample.owner(8, "wget"))
    reset.end = Connection.End(
      at: Timestamp(nanoseconds: 1),
      reason: .reset,
      reset: Reset(isSent: true, reason: "TCP_ABORT_ON_CLOSE")
    )
    var model = Model()
    model.apply(
      Sample.batch(
        0,
        [.upsert(first), .upsert(second), .upsert(older), .ended(failed), .ended(reset)]
      )
    )
    return model
  }()

  private func row(_ cookie: UInt64) throws -> Row {
    let table = Self.model.table
    return try #require(
      (0..<table.bound).lazy.compactMap { table[$0] }.first { $0.id.cookie == cookie }
    )
  }

  private func json(_ field: Field, of cookie: UInt64) throws -> String {
    var line = ""
    JSONText.append(field.value(try row(cookie), Self.model.table), to: &line)
    return line
  }

  private func cell(_ id: Column.ID, of cookie: UInt64) throws -> String {
    Column.with(id).cell(try row(cookie), CellContext(Self.model.table)).text()
  }

  @Test func areFieldsOfJSON() throws {
    #expect(try json(.retransmitsTimeout, of: 1) == "3")
    #expect(try json(.retransmitsFast, of: 1) == "20")
    #expect(try json(.retransmitsProbe, of: 1) == "4")
    #expect(try json(.retransmitsSYN, of: 1) == "1")
    #expect(try json(.retransmitsSYN, of: 2) == "0")
    #expect(try json(.drops, of: 1) == "9")
    #expect(try json(.dropReasons, of: 1) == #"{"SOCKET_FILTER":7,"TCP_OLD_DATA":2}"#)
    #expect(try json(.error, of: 4) == #""EADDRNOTAVAIL""#)
    #expect(try json(.reset, of: 5) == #""sent""#)
    #expect(try json(.resetReason, of: 5) == #""TCP_ABORT_ON_CLOSE""#)
    #expect(try json(.closeReason, of: 4) == #""failed""#)
  }

  @Test func areNullWhereNobodyKnowsThem() throws {
    #expect(try json(.retransmitsFast, of: 3) == "null")
    #expect(try json(.drops, of: 3) == "null")
    #expect(try json(.dropReasons, of: 3) == "null")
    #expect(try json(.error, of: 5) == "null")
    #expect(try json(.reset, of: 4) == "null")
    #expect(try cell(.retransmitsFast, of: 3) == "-")
  }

  @Test func areCells() throws {
    #expect(try cell(.retransmitsTimeout, of: 1) == "3")
    #expect(try cell(.retransmitsProbe, of: 2) == "0")
    #expect(try cell(.drops, of: 1) == "9")
    #expect(try cell(.dropReasons, of: 1) == "SOCKET_FILTER 7, TCP_OLD_DATA 2")
    #expect(try cell(.dropReasons, of: 2) == "TCP_OLD_DATA")
    #expect(try cell(.error, of: 4) == "EADDRNOTAVAIL")
    #expect(try cell(.reset, of: 5) == "sent")
    #expect(try cell(.resetReason, of: 5) == "TCP_ABORT_ON_CLOSE")
  }

  @Test(arguments: [
    ("retransmits_fast>1", [1]), ("retransmits_timeout>=3", [1]), ("drops>0", [1, 2]),
    ("drop_reasons~OLD_DATA", [1, 2]), ("error=EADDRNOTAVAIL", [4]), ("reset=sent", [5]),
    ("reset_reason~ABORT", [5]), ("close_reason=failed", [4]),
  ])
  func areFiltered(_ text: String, _ cookies: [UInt64]) throws {
    let filter = try Filter(parsing: text)
    let matcher = RowMatcher(filter, Self.model.table)
    let found = (1...5).filter { cookie in (try? row(cookie)).map { matcher.isShown($0) } ?? false }
    #expect(found == cookies)
  }

  @Test func areAddedUpInGroups() throws {
    var sum = Self.lossy
    sum += LossCauses(
      retransmits: LossCauses.Retransmits(timeout: .max, fast: 1),
      drops: [
        LossCauses.Drop(reason: "TCP_OLD_DATA", packets: 6),
        LossCauses.Drop(reason: "TCP_ZEROWINDOW", packets: 1),
      ]
    )
    #expect(
      sum.retransmits == LossCauses.Retransmits(timeout: .max, fast: 21, probe: 4, syn: 1)
    )
    #expect(sum.drops.map(\.reason) == ["TCP_OLD_DATA", "SOCKET_FILTER", "TCP_ZEROWINDOW"])
    #expect(sum.drops.map(\.packets) == [8, 7, 1])
  }

  @Test func haveAGroupOfTheDetailsWhereThereAreAny() throws {
    let table = Self.model.table
    func titles(_ cookie: UInt64) throws -> [String] {
      let facts = DetailsFacts(table.connection(of: try row(cookie)), time: table.time)
      return DetailsGroup.shown(facts).map(\.title)
    }
    #expect(try titles(1).contains("What went wrong"))
    #expect(try titles(4).contains("What went wrong"))
    #expect(try !titles(3).contains("What went wrong"))
    let facts = DetailsFacts(table.connection(of: try row(5)), time: table.time)
    let texts = DetailsGroup.problems.figures.compactMap { $0.value(facts) }
    #expect(texts == ["sent  TCP_ABORT_ON_CLOSE"])
  }

  /// A UDP socket and a flow are marked while they drop datagrams, and no longer.
  @Test(arguments: [SocketState.unconnected, .established])
  func marksDatagramsThatAreDropped(_ state: SocketState) throws {
    var model = Model()
    func mark(_ seconds: Double, _ drops: UInt32, received: UInt64) throws -> String {
      let counters = Counters(bytesReceived: received, drops: drops)
      let delta: Delta =
        seconds == 0
        ? .upsert(Sample.connection(1, proto: .udp, state: state, counters: counters))
        : .counters(Sample.id(1), state, counters)
      model.apply(Sample.batch(seconds, [delta]))
      let row = try #require(model.table[0])
      return Column.mark.cell(row, CellContext(model.table)).text()
    }
    // Dropped before it was first seen.
    #expect(try mark(0, 12_027, received: 100) == "")
    #expect(try mark(1, 12_127, received: 200) == "!")
    #expect(try mark(2, 12_127, received: 300) == "")
    #expect(try mark(3, 12_128, received: 400) == "!")
    // A sample in which nothing changed.
    model.apply(Sample.batch(4))
    let row = try #require(model.table[0])
    #expect(Column.mark.cell(row, CellContext(model.table)).text() == "")
  }
}
