package import Connections

/// Timestamps as text. Callers give the offset from UTC, as there is no time zone database here.
package enum TimestampText {
  /// RFC 3339 in UTC with microseconds: `2026-03-01T12:34:56.789012Z`.
  package static func rfc3339(_ moment: Timestamp) -> String {
    let (seconds, nanoseconds) = divided(moment.nanoseconds, by: 1_000_000_000)
    let (day, second) = divided(seconds, by: 86_400)
    var text = Digits()
    text.add(date: day)
    text.add("T")
    text.add(clock: second)
    text.add(".")
    text.add(nanoseconds / 1000, digits: 6)
    text.add("Z")
    return text.text
  }

  /// The time of day, this many seconds east of UTC: `12:34:56`.
  package static func timeOfDay(_ moment: Timestamp, offset: Int) -> String {
    let seconds = divided(moment.nanoseconds, by: 1_000_000_000).quotient
    let (local, overflow) = seconds.addingReportingOverflow(Int64(offset))
    var text = Digits()
    text.add(clock: divided(overflow ? seconds : local, by: 86_400).remainder)
    return text.text
  }

  /// The date, this many seconds east of UTC: `2026-03-01`.
  package static func date(_ moment: Timestamp, offset: Int) -> String {
    let seconds = divided(moment.nanoseconds, by: 1_000_000_000).quotient
    let (local, overflow) = seconds.addingReportingOverflow(Int64(offset))
    var text = Digits()
    text.add(date: divided(overflow ? seconds : local, by: 86_400).quotient)
    return text.text
  }

  /// Division that rounds down, so that times before 1970 have a positive remainder too.
  fileprivate static func divided(
    _ dividend: Int64,
    by divisor: Int64
  ) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// Text of few bytes, made without a string for each part: logs have several times in each line.
private struct Digits {
  private var bytes: [UInt8] = []

  init() {
    bytes.reserveCapacity(32)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func add(_ character: Unicode.Scalar) {
    bytes.append(UInt8(ascii: character))
  }

  /// Adds a number of 0 or more, with zeros in front, at least so many digits.
  mutating func add(_ number: Int64, digits: Int) {
    let first = bytes.count
    var rest = number
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes.append(UInt8(ascii: "0") + UInt8(digit))
      rest = quotient
    } while rest > 0 || bytes.count - first < digits
    bytes[first...].reverse()
  }

  /// Adds a second of a day.
  mutating func add(clock second: Int64) {
    add(second / 3600, digits: 2)
    add(":")
    add(second / 60 % 60, digits: 2)
    add(":")
    add(second % 60, digits: 2)
  }

  /// Adds the date of a day since 1970-01-01, by the proleptic Gregorian calendar.
  mutating func add(date day: Int64) {
    // Years begin in March here, so that the day a leap year adds is the last.
    let (era, dayOfEra) = TimestampText.divided(day + 719_468, by: 146_097)
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    let calendarMonth = month < 10 ? month + 3 : month - 9
    add(year, digits: 4)
    add("-")
    add(calendarMonth, digits: 2)
    add("-")
    add(dayOfMonth, digits: 2)
  }
}
