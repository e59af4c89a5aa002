/// JSON values, RFC 8259.
enum JSONText {
  static func append(_ value: FieldValue, to line: inout String) {
    switch value {
    case .null: line += "null"
    case .boolean(let isTrue): line += isTrue ? "true" : "false"
    case .integer(let number): line += String(number)
    case .real(let number): line += Decimals.shortest(number)
    case .word(let word):
      line += "\""
      line += word
      line += "\""
    case .text(let text): append(quoted: text, to: &line)
    case .list(let values):
      line += "["
      for (index, value) in values.enumerated() {
        if index > 0 { line += "," }
        append(value, to: &line)
      }
      line += "]"
    case .object(let members):
      line += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { line += "," }
        append(name: member.name, to: &line)
        append(member.value, to: &line)
      }
      line += "}"
    }
  }

  /// The name of a member, which needs no escaping. Literals are appended one by one, as
  /// interpolation takes several times as long.
  static func append(name: String, to line: inout String) {
    line += "\""
    line += name
    line += "\":"
  }

  /// Text in quotes. What could mislead a reader or a terminal is escaped, beyond what JSON asks
  /// for.
  private static func append(quoted text: String, to line: inout String) {
    line += "\""
    if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) && $0 != 0x22 && $0 != 0x5c }) {
      line += text
    } else {
      for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" {
          line += "\\\(scalar)"
        } else if EscapedText.isPlain(scalar) {
          line.unicodeScalars.append(scalar)
        } else {
          EscapedText.append(escaped: scalar, to: &line)
        }
      }
    }
    line += "\""
  }
}
