/// Values of logfmt, `name=value`.
///
/// A value of printable ASCII without blanks, `=`, quotes and backslashes is written as it is; any
/// other, and an empty text, as a JSON string: in quotes, with `\"`, `\\`, `\n`, `\r`, `\t` and
/// `\u001b`. Lists and objects are their JSON, written by the same rule.
enum LogfmtText {
  /// - Parameter value: not `null`, which logfmt has no word for.
  static func append(_ value: FieldValue, to line: inout String) {
    switch value {
    case .null: break
    case .boolean, .integer, .real: JSONText.append(value, to: &line)
    case .word(let text), .text(let text): append(text, to: &line)
    case .list, .object:
      var json = ""
      JSONText.append(value, to: &json)
      append(json, to: &line)
    }
  }

  private static func append(_ text: String, to line: inout String) {
    if !text.isEmpty, text.utf8.allSatisfy(isBare) {
      line += text
      return
    }
    line += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": line += "\\\""
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      case _ where EscapedText.isPlain(scalar): line.unicodeScalars.append(scalar)
      default: EscapedText.append(escaped: scalar, to: &line)
      }
    }
    line += "\""
  }

  /// Whether a byte may be outside quotes.
  private static func isBare(_ byte: UInt8) -> Bool {
    (0x21..<0x7f).contains(byte) && byte != 0x22 && byte != 0x3d && byte != 0x5c
  }
}
