package import Connections

/// How the lines of a log are written.
package enum LogFormat: Sendable {
  /// Aligned, with times of day this many seconds east of UTC.
  case text(utcOffset: Int)
  /// An object a line, with the names of `Field` and the name of the event.
  case json

  /// The line that reports a loss.
  package func line(_ loss: Loss, at time: Timestamp) -> String {
    switch self {
    case .text(let offset):
      return "\(Self.timeOfDay(time, offset)) ! \(loss.advice)"
    case .json:
      var object = JSONObject()
      object.add("time", TimestampText.rfc3339(time))
      object.add("event", LogEvent.lost.rawValue)
      object.add("count", loss.count)
      object.add("cause", loss.kind.rawValue)
      return object.text
    }
  }

  /// The line that begins a day; `nil` if there is none.
  func dayLine(_ time: Timestamp) -> String? {
    guard case .text(let offset) = self else { return nil }
    return "# \(TimestampText.date(time, offset: offset))"
  }

  /// The time of day with milliseconds.
  static func timeOfDay(_ time: Timestamp, _ offset: Int) -> String {
    let part = time.nanoseconds % 1_000_000_000
    let milliseconds = (part < 0 ? part + 1_000_000_000 : part) / 1_000_000
    return "\(TimestampText.timeOfDay(time, offset: offset)).\(Decimals.padded(milliseconds, 3))"
  }
}
