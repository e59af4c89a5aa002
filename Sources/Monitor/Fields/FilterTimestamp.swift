import Connections

/// Timestamps in filters: as in JSON, or a part of that.
enum FilterTimestamp {
  /// The time in microseconds since 1970-01-01 00:00 UTC, from a date, or a date and a time with
  /// or without a zone; UTC where it has none. `nil` for anything else and outside of 1970 to 2199.
  static func microseconds(of text: String) -> Double? {
    let form =
      #/(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?([Zz]|[+\-]\d\d:\d\d)?)?/#
    guard text.utf8.count <= 40, let match = text.wholeMatch(of: form) else { return nil }
    guard let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3),
      (1970..<2200).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    let hour = match.4.flatMap { Int64($0) } ?? 0
    let minute = match.5.flatMap { Int64($0) } ?? 0
    let second = match.6.flatMap { Int64($0) } ?? 0
    guard hour < 24, minute < 60, second < 60, let offset = offset(match.8.flatMap { $0 } ?? "Z")
    else { return nil }

    let days = days(year, month, day)
    let date = TimestampText.rfc3339(Timestamp(nanoseconds: days * 86_400_000_000_000)).prefix(10)
    // A day that the month does not have would be one of the next.
    guard date == text.prefix(10) else { return nil }
    let fraction = match.7.flatMap { $0 }.flatMap { Double("0\($0)") } ?? 0
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    return seconds >= 0 ? Double(seconds) * 1e6 + (fraction * 1e6).rounded() : nil
  }

  static func text(of microseconds: Double) -> String {
    TimestampText.rfc3339(Timestamp(nanoseconds: Int64(microseconds) * 1000))
  }

  /// How many seconds a zone is ahead of UTC.
  private static func offset(_ zone: Substring) -> Int64? {
    if zone == "Z" || zone == "z" { return 0 }
    guard let hours = Int64(zone.dropFirst().prefix(2)), let minutes = Int64(zone.suffix(2)),
      hours < 24, minutes < 60
    else { return nil }
    return (zone.first == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// Days since 1970-01-01 by the Gregorian calendar.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    // Years begin in March here, so that the day a leap year adds is the last.
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }
}
