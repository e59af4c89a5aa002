package import Connections

/// How the lines of a log are written.
package enum LogFormat: Sendable {
  /// Aligned, with times of day this many seconds east of UTC.
  case text(utcOffset: Int)
  /// Each with named fields, for programs.
  case records(LogRecords)
  /// As NetTracer logs them.
  case nettracer(LogNetTracer)

  /// An object a line, with all fields.
  package static let json = LogFormat.records(LogRecords(.json))

  /// The line that reports a loss.
  package func line(_ loss: Loss, at time: Timestamp) -> LogLine {
    let text =
      switch self {
      case .text(let offset): "\(Self.timeOfDay(time, offset)) ! \(loss.advice)"
      case .records(let records): records.line(loss, at: time)
      case .nettracer(let lines): lines.line(loss, at: time)
      }
    return LogLine(text, heading: heading(time))
  }

  /// What stands above the lines of this time; `nil` if nothing does.
  func heading(_ time: Timestamp) -> String? {
    switch self {
    case .text(let offset): "# \(TimestampText.date(time, offset: offset))"
    case .records(let records): records.header
    case .nettracer: nil
    }
  }

  /// The time of day with milliseconds.
  static func timeOfDay(_ time: Timestamp, _ offset: Int) -> String {
    let part = time.nanoseconds % 1_000_000_000
    let milliseconds = (part < 0 ? part + 1_000_000_000 : part) / 1_000_000
    return "\(TimestampText.timeOfDay(time, offset: offset)).\(Decimals.padded(milliseconds, 3))"
  }
}
