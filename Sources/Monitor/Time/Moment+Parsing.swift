import Connections
import StyledText

extension Moment {
  /// The forms that a moment has, for people.
  package static let forms = "14:05, 14:05:30, 2026-03-01 14:05, 3m ago, +30s or -5m"

  /// Reads a moment; blanks around it do not count.
  package init(parsing text: String) throws(MomentError) {
    guard let moment = try Self.read(text) else {
      throw MomentError("\(SafeText.quoted(text)) is not a time: write \(Self.forms)")
    }
    self = moment
  }

  /// Reads a text that may be a moment; `nil` if it does not look like one. An error says what is
  /// wrong in a text that does.
  package static func read(_ text: String) throws(MomentError) -> Moment? {
    guard text.utf8.count <= 80 else { return nil }
    let text = trimmed(text).lowercased()
    if text == "now" { return .ago(0) }
    if let moment = try timeOfDay(text) { return moment }
    if let moment = try date(text) { return moment }
    if let match = text.wholeMatch(of: #/(\d.*?) *\bago|(\d.*?[a-z])ago/#) {
      let length = match.1 ?? match.2 ?? ""
      guard let distance = try duration(length) else {
        throw MomentError("Write how long ago with a unit: 30s ago, 3m ago, 1h30m ago or 2d ago")
      }
      return .ago(distance)
    }
    if let match = text.wholeMatch(of: #/([+\-]) *(\d.*)/#) {
      guard let distance = try duration(match.2) else {
        throw MomentError("Write the distance with a unit: +30s, -5m, +1h30m or -2d")
      }
      return .shift(match.1 == "-" ? -distance : distance)
    }
    return try duration(text[...]).map { .distance($0) }
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }

  private static func timeOfDay(_ text: String) throws(MomentError) -> Moment? {
    let form = #/(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d{1,9})?)?/#
    guard let match = text.wholeMatch(of: form) else { return nil }
    let hour = Int64(match.1) ?? 0
    let minute = Int64(match.2) ?? 0
    let second = match.3.flatMap { Int64($0) } ?? 0
    guard hour < 24, minute < 60, second < 60 else {
      throw MomentError("A time of day goes from 00:00 to 23:59:59")
    }
    let fraction = match.4.flatMap { $0 }.flatMap { Double("0\($0)") } ?? 0
    let seconds = hour * 3600 + minute * 60 + second
    return .timeOfDay(seconds * 1_000_000_000 + Int64((fraction * 1e9).rounded()))
  }

  private static func date(_ text: String) throws(MomentError) -> Moment? {
    guard text.prefixMatch(of: #/\d{4}-\d/#) != nil else { return nil }
    let form =
      #/(\d{4}-\d\d-\d\d)(?:(?:t| +)(\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?))?( *(?:z|[+\-]\d\d:?\d\d))?/#
    guard let match = text.wholeMatch(of: form) else {
      throw MomentError(
        "Write a date as 2026-03-01, 2026-03-01 14:05:30 or 2026-03-01T14:05:30+01:00"
      )
    }
    guard FilterTimestamp.microseconds(of: "\(match.1)") != nil else {
      throw MomentError("\(match.1) is not a day from 1970-01-01 to 2199-12-31")
    }
    // A time of day has one digit of hours at least.
    var time: Int64 = 0
    if let text = match.2, case .timeOfDay(let read) = try timeOfDay(String(text)) { time = read }
    let zone = match.3.map { $0.filter { $0 != " " } }
    let midnight = try midnight(match.1, zone)
    return zone == nil
      ? .local(midnight + time) : .absolute(Timestamp(nanoseconds: midnight + time))
  }

  /// The beginning of a day in a zone, in nanoseconds since 1970-01-01 00:00 UTC.
  private static func midnight(_ day: Substring, _ zone: String?) throws(MomentError) -> Int64 {
    let days = FilterTimestamp.microseconds(of: "\(day)T00:00Z") ?? 0
    var seconds: Int64 = 0
    if let zone, zone != "z" {
      let hours = Int64(zone.dropFirst().prefix(2)) ?? 0
      let minutes = Int64(zone.suffix(2)) ?? 0
      guard hours < 24, minutes < 60 else {
        throw MomentError("A zone goes from -23:59 to +23:59, or is Z for UTC")
      }
      seconds = (zone.first == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
    return Int64(days) * 1000 - seconds * 1_000_000_000
  }

  /// The seconds of each unit, by the letters that its names begin with.
  private static let units: [(names: [Substring], seconds: Double)] = [
    (["ms"], 0.001), (["s", "sec", "secs", "second", "seconds"], 1),
    (["m", "min", "mins", "minute", "minutes"], 60), (["h", "hour", "hours"], 3600),
    (["d", "day", "days"], 86_400), (["w", "week", "weeks"], 604_800),
  ]

  /// In seconds: longer than anything is kept.
  private static let longest = 3.2e9

  /// The nanoseconds of `30s`, `1h30m` or `1.5 hours`; `nil` for anything else.
  private static func duration(_ text: Substring) throws(MomentError) -> Int64? {
    var (rest, seconds) = (text, 0.0)
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      guard let match = rest.prefixMatch(of: #/ *(\d{1,12}(?:\.\d{1,9})?) *([a-z]+) */#),
        let number = Double(match.1), let unit = units.first(where: { $0.names.contains(match.2) })
      else { return nil }
      seconds += number * unit.seconds
      rest = rest[match.range.upperBound...]
    }
    guard seconds <= longest else { throw MomentError("At most 100 years") }
    return Int64((seconds * 1e9).rounded())
  }
}
