import Connections
import Samples
import Testing

@testable import Monitor

struct MomentTests {
  private static let second: Int64 = 1_000_000_000

  private func text(_ moment: Timestamp) -> String {
    String(TimestampText.rfc3339(moment).prefix(19))
  }

  static let read: [(String, Moment)] = [
    ("14:05", .timeOfDay(50_700 * second)),
    (" 14:05 ", .timeOfDay(50_700 * second)),
    ("00:00", .timeOfDay(0)),
    ("9:05", .timeOfDay(32_700 * second)),
    ("23:59:59", .timeOfDay(86_399 * second)),
    ("14:05:30.25", .timeOfDay(50_730 * second + second / 4)),
    ("1970-01-01", .local(0)),
    ("1970-01-02 00:01", .local(86_460 * second)),
    ("1970-01-02  9:00:01", .local(118_801 * second)),
    ("1970-01-01T00:00:01.5", .local(second * 3 / 2)),
    ("1970-01-01T00:00:01Z", .absolute(Timestamp(nanoseconds: second))),
    ("1970-01-01t00:00:01z", .absolute(Timestamp(nanoseconds: second))),
    ("1970-01-01T01:00:00+01:00", .absolute(Timestamp(nanoseconds: 0))),
    ("1970-01-01 01:00 +0100", .absolute(Timestamp(nanoseconds: 0))),
    ("1970-01-01 00:00-00:30", .absolute(Timestamp(nanoseconds: 1800 * second))),
    ("now", .ago(0)), ("3m ago", .ago(180 * second)), ("3mago", .ago(180 * second)),
    ("1h 30m ago", .ago(5400 * second)), ("90 seconds ago", .ago(90 * second)),
    ("2 Days Ago", .ago(172_800 * second)), ("1w ago", .ago(604_800 * second)),
    ("+30s", .shift(30 * second)), ("-5m", .shift(-300 * second)),
    ("- 1.5h", .shift(-5400 * second)), ("+250ms", .shift(second / 4)),
    ("30s", .distance(30 * second)), ("1h30m", .distance(5400 * second)),
    ("2 minutes", .distance(120 * second)),
  ]

  @Test(arguments: read)
  func readsEveryForm(_ text: String, _ moment: Moment) throws {
    #expect(try Moment(parsing: text) == moment)
    #expect(try Moment.read(text) == moment)
  }

  /// These are filters.
  @Test(arguments: [
    "", " ", "nginx", "443", "10.0.0.1", "2001:db8::1", "::1", "12:34::1", "rtt>50ms",
    "reason=refused", "ago", "long ago", "5x", "5 apples", "3m later", "s", "m", "1.2.3.4:80",
    "not 5m", "20260301", "14.05", "1234-abc",
  ])
  func leavesOtherTextAlone(_ text: String) throws {
    #expect(try Moment.read(text) == nil)
    #expect(throws: MomentError.self) { try Moment(parsing: text) }
  }

  static let wrong: [(String, String)] = [
    ("24:00", "00:00 to 23:59:59"), ("14:60", "00:00 to 23:59:59"),
    ("14:05:60", "00:00 to 23:59:59"), ("99:99", "00:00 to 23:59:59"),
    ("2026-02-29", "not a day"), ("2026-13-01", "not a day"), ("1969-12-31", "not a day"),
    ("2200-01-01", "not a day"), ("2026-03-01 24:00", "00:00 to 23:59:59"),
    ("2026-3-1", "Write a date as"), ("2026-03-01 noon", "Write a date as"),
    ("2026-03-01 14:05 CET", "Write a date as"), ("2026-03-01 14:05+25:00", "-23:59 to +23:59"),
    ("5 ago", "with a unit"), ("5x ago", "with a unit"), ("3m5 ago", "with a unit"),
    ("+30", "with a unit"), ("-5", "with a unit"), ("+1 fortnight", "with a unit"),
    ("101000d ago", "At most 100 years"), ("+999999999999w", "At most 100 years"),
  ]

  @Test(arguments: wrong)
  func saysWhatIsWrong(_ text: String, _ part: String) {
    let error = #expect(throws: MomentError.self) { try Moment(parsing: text) }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(throws: MomentError.self) { try Moment.read(text) }
  }

  @Test func aLongTextIsNone() throws {
    #expect(try Moment.read(String(repeating: "1", count: 1_000_000) + "s ago") == nil)
    let error = #expect(throws: MomentError.self) {
      try Moment(parsing: String(repeating: "x", count: 1_000_000))
    }
    #expect((error?.message.count ?? .max) < 300)
  }

  /// The sample begins at 2026-03-01 12:00:00 UTC.
  static let resolved: [(String, TimeDirection, Int, String)] = [
    ("14:05", .forward, 0, "2026-03-01T14:05:00"),
    ("14:05", .backward, 0, "2026-02-28T14:05:00"),
    ("11:00", .forward, 0, "2026-03-02T11:00:00"),
    ("11:00", .backward, 0, "2026-03-01T11:00:00"),
    // The position itself is on neither side.
    ("12:00", .forward, 0, "2026-03-02T12:00:00"),
    ("12:00", .backward, 0, "2026-02-28T12:00:00"),
    // 14:00 there.
    ("14:05", .forward, 7200, "2026-03-01T12:05:00"),
    ("14:05", .backward, 7200, "2026-02-28T12:05:00"),
    // 02:00 of the day after.
    ("01:00", .backward, 50_400, "2026-03-01T11:00:00"),
    ("23:00", .backward, 50_400, "2026-03-01T09:00:00"),
    // 22:00 of the day before.
    ("23:00", .forward, -50_400, "2026-03-01T13:00:00"),
    ("2026-03-01 14:05", .forward, 3600, "2026-03-01T13:05:00"),
    ("2026-03-01 14:05", .backward, -3600, "2026-03-01T15:05:00"),
    ("2026-03-01", .backward, 3600, "2026-02-28T23:00:00"),
    ("2026-03-01T14:05:00Z", .backward, 3600, "2026-03-01T14:05:00"),
    ("+30s", .backward, 3600, "2026-03-01T12:00:30"),
    ("-5m", .forward, 0, "2026-03-01T11:55:00"),
    ("5m", .forward, 0, "2026-03-01T12:05:00"),
    ("5m", .backward, 0, "2026-03-01T11:55:00"),
    // An hour after the position it is now.
    ("3m ago", .forward, 0, "2026-03-01T12:57:00"),
    ("now", .backward, 0, "2026-03-01T13:00:00"),
  ]

  @Test(arguments: resolved)
  func findsTheMoment(
    _ input: String,
    _ direction: TimeDirection,
    _ offset: Int,
    _ expected: String
  ) throws {
    let moment = try Moment(parsing: input).resolved(
      now: Sample.time(3600),
      from: Sample.time(0),
      offset: offset,
      direction
    )
    #expect(text(moment) == expected)
  }

  @Test func withoutAPositionItGoesByNow() throws {
    let now = Sample.time(0)
    #expect(
      try text(Moment(parsing: "11:00").resolved(now: now, offset: 0)) == "2026-03-01T11:00:00"
    )
    #expect(try text(Moment(parsing: "5m").resolved(now: now, offset: 0)) == "2026-03-01T11:55:00")
    #expect(try text(Moment(parsing: "-5m").resolved(now: now, offset: 0)) == "2026-03-01T11:55:00")
  }

  @Test func momentsBefore1970HaveATimeOfDayToo() throws {
    let moment = try Moment(parsing: "00:00:01").resolved(
      now: Timestamp(nanoseconds: -Self.second),
      offset: 0,
      .backward
    )
    #expect(text(moment) == "1969-12-31T00:00:01")
  }

  @Test(arguments: [Int64.min, .max])
  func nothingOverflows(_ nanoseconds: Int64) throws {
    let position = Timestamp(nanoseconds: nanoseconds)
    for input in ["14:05", "3m ago", "+36000d", "-36000d", "36000d"] {
      for direction in TimeDirection.allCases {
        _ = try Moment(parsing: input).resolved(now: position, offset: -86_400, direction)
      }
    }
  }
}
