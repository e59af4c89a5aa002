/// An object of JSON in one line, member after member.
package struct JSONObject: Sendable {
  private var line = "{"
  private var isEmpty = true

  package init() {
    line.reserveCapacity(2048)
  }

  /// The whole object, without an end of line.
  package var text: String { line + "}" }

  /// Adds text from anywhere, `null` for `nil`.
  package mutating func add(_ name: String, _ text: String?) {
    add(name, value: FieldValue(text: text))
  }

  /// Adds a number, `null` for `nil`.
  package mutating func add(_ name: String, _ number: UInt64?) {
    add(name, value: FieldValue(number))
  }

  /// Adds a value after another one.
  ///
  /// - Parameter member: the comma, the name in quotes, and the colon.
  mutating func add(member: String, value: FieldValue) {
    line += member
    JSONText.append(value, to: &line)
  }

  mutating func add(_ name: String, value: FieldValue) {
    if !isEmpty { line += "," }
    isEmpty = false
    JSONText.append(name: name, to: &line)
    JSONText.append(value, to: &line)
  }
}
