/// An object of JSON in one line, member after member.
package struct JSONObject: Sendable {
  private var members = ""

  package init() {
    members.reserveCapacity(1024)
  }

  /// The whole object, without an end of line.
  package var text: String { "{\(members)}" }

  /// Adds text from anywhere, `null` for `nil`.
  package mutating func add(_ name: String, _ text: String?) {
    add(name, value: FieldValue(text: text))
  }

  /// Adds a number, `null` for `nil`.
  package mutating func add(_ name: String, _ number: UInt64?) {
    add(name, value: FieldValue(number))
  }

  mutating func add(_ name: String, value: FieldValue) {
    if !members.isEmpty { members += "," }
    members += "\"\(name)\":"
    JSONText.append(value, to: &members)
  }
}
