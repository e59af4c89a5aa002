package import Connections

/// Timestamps as text. Callers give the offset from UTC, as there is no time zone database here.
package enum TimestampText {
  /// RFC 3339 in UTC with microseconds: `2026-03-01T12:34:56.789012Z`.
  package static func rfc3339(_ moment: Timestamp) -> String {
    let (seconds, nanoseconds) = divided(moment.nanoseconds, by: 1_000_000_000)
    let (day, second) = divided(seconds, by: 86_400)
    let fraction = Decimals.padded(nanoseconds / 1000, 6)
    return "\(date(day))T\(clock(second)).\(fraction)Z"
  }

  /// The time of day, this many seconds east of UTC: `12:34:56`.
  package static func timeOfDay(_ moment: Timestamp, offset: Int) -> String {
    let seconds = divided(moment.nanoseconds, by: 1_000_000_000).quotient
    let (local, overflow) = seconds.addingReportingOverflow(Int64(offset))
    return clock(divided(overflow ? seconds : local, by: 86_400).remainder)
  }

  /// The date, this many seconds east of UTC: `2026-03-01`.
  package static func date(_ moment: Timestamp, offset: Int) -> String {
    let seconds = divided(moment.nanoseconds, by: 1_000_000_000).quotient
    let (local, overflow) = seconds.addingReportingOverflow(Int64(offset))
    return date(divided(overflow ? seconds : local, by: 86_400).quotient)
  }

  private static func clock(_ second: Int64) -> String {
    let parts = [second / 3600, second / 60 % 60, second % 60]
    return parts.map { Decimals.padded($0, 2) }.joined(separator: ":")
  }

  /// The date of a day since 1970-01-01, by the proleptic Gregorian calendar.
  private static func date(_ day: Int64) -> String {
    // Years begin in March here, so that the day a leap year adds is the last.
    let (era, dayOfEra) = divided(day + 719_468, by: 146_097)
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    let calendarMonth = month < 10 ? month + 3 : month - 9
    return [
      Decimals.padded(year, 4), Decimals.padded(calendarMonth, 2), Decimals.padded(dayOfMonth, 2),
    ].joined(separator: "-")
  }

  /// Division that rounds down, so that times before 1970 have a positive remainder too.
  private static func divided(
    _ dividend: Int64,
    by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
