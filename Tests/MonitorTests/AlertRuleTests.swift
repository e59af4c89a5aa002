import Connections
import Samples
import Testing

@testable import Monitor

struct AlertRuleTests {
  private static let cases: [(text: String, filter: String, duration: Double, holdOff: Double)] = [
    ("rtt>200ms", "rtt>200ms", 0, 0),
    ("  rtt > 200 ms  for 10s ", "  rtt > 200 ms", 10, 0),
    ("rtt>200ms for 10s holdoff 5m", "rtt>200ms", 10, 300),
    ("rtt>200ms HOLD-OFF 1m30s For 10", "rtt>200ms", 10, 90),
    ("rtt>200ms for 10 s holdoff 2 h", "rtt>200ms", 10, 7200),
    ("curl or nginx for 500ms", "curl or nginx", 0.5, 0),
    ("curl for 0", "curl", 0, 0),
    // In quotes and as a value, the words are text.
    ("\"for\" for 1s", "\"for\"", 1, 0), ("process=for for 1s", "process=for", 1, 0),
    ("process= for for 1s", "process= for", 1, 0),
    ("command='wait for 5s'", "command='wait for 5s'", 0, 0),
    ("command=\"a \\\" for 5s\" for 1s", "command=\"a \\\" for 5s\"", 1, 0),
    ("(\"a for 5s\" or b) for 2s", "(\"a for 5s\" or b)", 2, 0),
    // Connections that have not ended match these too.
    ("close_reason!=fin for 1s", "close_reason!=fin", 1, 0),
    ("not closed for 1s", "not closed", 1, 0),
    ("live rtt>1s or not reset=sent for 1s", "live rtt>1s or not reset=sent", 1, 0),
    ("close_reason=refused for 0", "close_reason=refused", 0, 0),
    ("closed holdoff 5m", "closed", 0, 300),
    ("a\"b for 2s", "a\"b", 2, 0), ("forty holdoffs", "forty holdoffs", 0, 0),
  ]

  @Test(arguments: cases.indices)
  func readsAnExpressionAndTimes(_ index: Int) throws {
    let (text, filter, duration, holdOff) = Self.cases[index]
    let rule = try AlertRule(parsing: text)
    #expect(rule.filter == (try Filter(parsing: filter)))
    #expect(rule.filter.text == filter)
    #expect(rule.duration == duration && rule.holdOff == holdOff)
    #expect(rule.name == nil)
    #expect(try AlertRule(parsing: rule.description) == rule)
  }

  @Test func isTitledByItsNameOrItsExpression() throws {
    let rule = try AlertRule(parsing: "  rtt>200ms for 10s")
    #expect(rule.title == "rtt>200ms")
    #expect(AlertRule(rule.filter, name: "slow").title == "slow")
    #expect(rule.description == "rtt_us>200ms for 10s")
  }

  @Test(arguments: [
    // (text, the place in it marked by ^, a part of the sentence)
    ("", "^", "An alert needs a condition, such as rtt>200ms."),
    ("for 10s", "^^^", "An alert needs a condition, such as rtt>200ms, before this."),
    ("rt>1 for 10s", "^^", "Unknown field 'rt'"),
    ("rtt> for 10s", "     ^^^", "rtt_us takes a time"),
    ("(rtt>1 for 10s)", "^", "This ( is not closed"),
    ("curl and for 10s", "        ^", "A condition is missing at the end."),
    ("curl for", "        ^", "A time is missing after for, as in for 10s"),
    ("curl for holdoff 1s", "        ^", "A time is missing after for"),
    ("curl holdoff", "            ^", "A time is missing after holdoff"),
    ("curl for ten", "         ^^^", "for takes a time up to 30d, such as 10s or 1m30s"),
    ("curl for 31d", "         ^^^", "for takes a time up to 30d"),
    ("curl for -1s", "         ^^^", "for takes a time"),
    ("wait for it now", "         ^^^^^^", "to find the word, quote it: \"for\"."),
    ("curl for 10s pid=1", "             ^^^^^", "put conditions before for."),
    ("curl for 1s for 2s", "            ^^^", "This alert has two times after for."),
    ("curl hold-off 1s holdoff 2s", "                 ^^^^^^^", "two times after holdoff."),
    ("\"curl for 10s", "^^^^^^^^^^^^^", "The quote is not closed"),
    (
      "reason=refused for 10s holdoff 5m", "               ^^^^^^^",
      "close_reason=refused only matches connections that have ended"
    ),
    ("closed curl for 10 s", "            ^^^^^^^^", "closed and curl only matches"),
    ("not live for 10s", "         ^^^^^^^", "not live only matches"),
    ("not (live or rtt>1s) for 10s", "                     ^^^^^^^", "(live or rtt_us>1s) only"),
    ("state=closed for 10s", "             ^^^^^^^", "state=closed only matches"),
    // With a time, an alternative of these never matches.
    ("curl (rtt>1s or error=*) for 10s", "                         ^^^^^^^", "error=* only"),
  ])
  func saysWhatIsWrongAndWhere(_ text: String, _ mark: String, _ message: String) {
    let error = #expect(throws: FilterError.self) { try AlertRule(parsing: text) }
    guard let error else { return }
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.lines(for: text)[1] == mark)
  }

  /// What a connection has only once it has ended, and no other field.
  @Test func knowsTheFieldsOfEnds() throws {
    var ended = Sample.connection(1, openedAt: 0)
    ended.end = Connection.End(
      at: Sample.time(1),
      reason: .reset,
      error: 104,
      reset: Reset(isSent: true, reason: "TCP_ABORT_ON_DATA")
    )
    func fields(_ delta: Delta) throws -> Set<Field> {
      var model = Model(retention: .sample)
      model.apply(Sample.batch(2, [delta]))
      let row = try #require(model.table.slot(of: ended.id).flatMap { model.table[$0] })
      return Set(Field.allCases.filter { $0.value(row, model.table) != .null })
    }
    var live = ended
    live.end = nil
    #expect(try fields(.ended(ended)).subtracting(try fields(.upsert(live))) == Field.ofEnds)
  }
}
