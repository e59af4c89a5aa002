/// When an alert is raised: a filter, and for how long a connection has to match it.
package struct AlertRule: Hashable, Sendable {
  /// What the user calls it; `nil` if it has no name of its own.
  package let name: String?
  package let filter: Filter
  /// For how many seconds a connection has to match without a break; 0 for a single sample.
  package let duration: Double
  /// For how many seconds after an alert the rule raises no other for the same program and remote
  /// address.
  package let holdOff: Double

  /// The most seconds that `duration` and `holdOff` may be: 30 days.
  package static let longest = 30.0 * 86_400

  package init(
    _ filter: Filter,
    name: String? = nil,
    duration: Double = 0,
    holdOff: Double = 0
  ) {
    self.name = name
    self.filter = filter
    // Whole microseconds, so that their text reads as the same.
    self.duration = (duration * 1e6).rounded() / 1e6
    self.holdOff = (holdOff * 1e6).rounded() / 1e6
  }

  /// Reads `EXPR [for TIME] [holdoff TIME]`.
  package init(parsing text: String) throws(FilterError) {
    self = try AlertParser(text).parse()
  }

  /// What alerts show: its name, or else its expression.
  package var title: String { name ?? filter.text.trimmed }

  /// Seconds from a text such as `10s` or `1m30s`; `nil` if it is none, or longer than 30 days.
  package static func seconds(_ text: String) -> Double? {
    guard let microseconds = FieldUnit.seconds.number(of: text) else { return nil }
    let seconds = microseconds / 1e6
    return seconds <= longest ? seconds : nil
  }

  /// The shortest text that reads as so many seconds.
  package static func text(ofSeconds seconds: Double) -> String {
    FieldUnit.seconds.text(of: (seconds * 1e6).rounded())
  }
}

extension AlertRule: CustomStringConvertible {
  /// Reads as an equal rule, apart from the name.
  package var description: String {
    var text = filter.description
    if duration > 0 { text += " for \(Self.text(ofSeconds: duration))" }
    if holdOff > 0 { text += " holdoff \(Self.text(ofSeconds: holdOff))" }
    return text
  }
}

extension String {
  /// Without blanks at its ends.
  fileprivate var trimmed: String {
    let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
    let rest = scalars.reversed().drop { $0.properties.isWhitespace }
    var trimmed = UnicodeScalarView()
    trimmed.append(contentsOf: rest.reversed())
    return String(trimmed)
  }
}
