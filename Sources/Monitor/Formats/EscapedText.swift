/// How text from anywhere is made safe in formats for programs: process names come from anyone on
/// the host, and these formats are looked at in terminals too.
enum EscapedText {
  /// Whether a scalar can mislead neither a reader nor a terminal; quotes and backslashes are
  /// left to the format.
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20..<0x7f).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .surrogate, .privateUse, .lineSeparator,
      .paragraphSeparator:
      return false
    default:
      return !scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// Appends a scalar as JSON escapes it, `\u001b`: its units of UTF-16, four digits each.
  static func append(escaped scalar: Unicode.Scalar, to line: inout String) {
    for unit in String(scalar).utf16 {
      let digits = String(unit, radix: 16)
      line += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    }
  }
}
