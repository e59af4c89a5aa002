/// A row of CSV, field after field.
///
/// Its line is to end with LF: every reader of CSV takes it, while the CRLF of RFC 4180 would leave
/// a CR in the last field for `cut`, `awk` and other tools that know no CSV.
package struct CSVRow: Sendable {
  private var fields = ""
  private var isFirst = true

  package init() {
    fields.reserveCapacity(512)
  }

  /// A row of names, the header.
  package init(names: some Sequence<String>) {
    self.init()
    for name in names { add(value: .word(name)) }
  }

  /// The whole row, without an end of line.
  ///
  /// A line without any byte is no row to many readers, so a field that is alone and empty has
  /// quotes.
  package var text: String { fields.isEmpty ? "\"\"" : fields }

  /// Adds text from anywhere, an empty field for `nil`.
  package mutating func add(_ text: String?) { add(value: FieldValue(text: text)) }

  /// Adds a number, an empty field for `nil`.
  package mutating func add(_ number: UInt64?) { add(value: FieldValue(number)) }

  mutating func add(value: FieldValue) {
    if !isFirst { fields += "," }
    isFirst = false
    CSVText.append(value, to: &fields)
  }
}
