/// Reads CSV as RFC 4180 has it, with lines that end with LF or CRLF.
struct CSVReader {
  struct Value: Equatable {
    let text: String
    let isQuoted: Bool
  }

  struct Malformed: Error {}

  /// The records of a text, in which every line has its end.
  static func records(of text: String) throws(Malformed) -> [[Value]] {
    var records: [[Value]] = []
    var record: [Value] = []
    var value = String.UnicodeScalarView()
    var isQuoted = false
    // By scalars: a quote and what follows it can be one character.
    var rest = Array(text.unicodeScalars)[...]
    func take(_ scalar: Unicode.Scalar) -> Bool {
      guard rest.first == scalar else { return false }
      rest.removeFirst()
      return true
    }
    func end() {
      record.append(Value(text: String(value), isQuoted: isQuoted))
      (value, isQuoted) = (String.UnicodeScalarView(), false)
    }
    while let first = rest.first {
      if value.isEmpty, !isQuoted, take("\"") {
        isQuoted = true
        while true {
          guard let scalar = rest.popFirst() else { throw Malformed() }
          if scalar == "\"", !take("\"") { break }
          value.append(scalar)
        }
        guard [",", "\r", "\n"].contains(rest.first) else { throw Malformed() }
      } else if take(",") {
        end()
      } else if first == "\r" || first == "\n" {
        _ = take("\r")
        guard take("\n") else { throw Malformed() }
        end()
        records.append(record)
        record = []
      } else if first == "\"" {
        throw Malformed()
      } else {
        rest.removeFirst()
        value.append(first)
      }
    }
    guard record.isEmpty, value.isEmpty else { throw Malformed() }
    return records
  }

  /// A text without the escapes of `CSVText`.
  static func unescaped(_ text: String) throws(Malformed) -> String {
    var units: [UInt16] = []
    var rest = Array(text.utf16)[...]
    let backslash = UInt16(UInt8(ascii: "\\"))
    while let unit = rest.popFirst() {
      guard unit == backslash else {
        units.append(unit)
        continue
      }
      switch rest.popFirst() {
      case backslash: units.append(backslash)
      case UInt16(UInt8(ascii: "u")):
        let digits = String(decoding: rest.prefix(4), as: UTF16.self)
        guard digits.utf16.count == 4, let escaped = UInt16(digits, radix: 16) else {
          throw Malformed()
        }
        units.append(escaped)
        rest.removeFirst(4)
      default: throw Malformed()
      }
    }
    return String(decoding: units, as: UTF16.self)
  }
}
