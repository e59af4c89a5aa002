/// A line of logfmt, value after value. What is unknown is left out, as readers of logfmt expect.
package struct LogfmtLine: Sendable {
  /// The whole line, without its end.
  package private(set) var text = ""

  package init() {
    text.reserveCapacity(1024)
  }

  /// Adds text from anywhere, nothing for `nil`.
  package mutating func add(_ name: String, _ text: String?) {
    add(name, value: FieldValue(text: text))
  }

  /// Adds a number, nothing for `nil`.
  package mutating func add(_ name: String, _ number: UInt64?) {
    add(name, value: FieldValue(number))
  }

  mutating func add(_ name: String, value: FieldValue) {
    if value == .null { return }
    if !text.isEmpty { text += " " }
    text += name
    text += "="
    LogfmtText.append(value, to: &text)
  }
}
