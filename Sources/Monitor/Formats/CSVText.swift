/// Values of CSV, RFC 4180.
///
/// - An unknown value is an empty field, an empty text is `""`.
/// - In texts, a backslash is doubled, and what could mislead a reader or a terminal is escaped as in
///   JSON: `\u001b`. So every row is one line, and each text has one reading.
/// - Lists and objects are their JSON, without further escapes.
enum CSVText {
  static func append(_ value: FieldValue, to line: inout String) {
    switch value {
    case .null: break
    case .boolean, .integer, .real: JSONText.append(value, to: &line)
    case .word(let word): append(quotedIfNeeded: word, to: &line)
    case .text(let text):
      if isOrdinary(text) {
        line += text
      } else {
        append(quotedIfNeeded: escaped(text), to: &line)
      }
    case .list, .object:
      var json = ""
      JSONText.append(value, to: &json)
      append(quotedIfNeeded: json, to: &line)
    }
  }

  /// Whether a text needs neither quotes nor escapes.
  private static func isOrdinary(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x21..<0x7f).contains($0) && $0 != 0x22 && $0 != 0x2c && $0 != 0x5c
      }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar == "\\" {
        escaped += "\\\\"
      } else if EscapedText.isPlain(scalar) {
        escaped.unicodeScalars.append(scalar)
      } else {
        EscapedText.append(escaped: scalar, to: &escaped)
      }
    }
    return escaped
  }

  /// Appends what has no line end. Blanks are quoted because some readers trim fields.
  private static func append(quotedIfNeeded text: String, to line: inout String) {
    // Unicode can combine a quote and what follows it into one character: only scalars count.
    let needsQuotes = text.unicodeScalars.contains { $0 == "\"" || $0 == "," || $0 == " " }
    guard needsQuotes || text.isEmpty else {
      line += text
      return
    }
    line += "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { line.unicodeScalars.append(scalar) }
      line.unicodeScalars.append(scalar)
    }
    line += "\""
  }
}
