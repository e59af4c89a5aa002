import Connections
import Foundation
import Samples
import Testing

@testable import Monitor

struct CSVTests {
  private func row(_ values: FieldValue...) -> String {
    var row = CSVRow()
    for value in values { row.add(value: value) }
    return row.text
  }

  @Test func valuesAreWrittenAsDocumented() {
    #expect(
      row(.null, .text(""), .boolean(true), .integer(.max)) == #","",true,18446744073709551615"#
    )
    #expect(row(.text("a,b"), .text("say \"hi\""), .text("a b")) == #""a,b","say ""hi""","a b""#)
    #expect(row(.text("a\nb"), .text("\u{1b}[m"), .text(#"c:\d"#)) == #"a\u000ab,\u001b[m,c:\\d"#)
    #expect(row(.text("😀\u{e000}"), .text("\u{1f3f4}\u{e0067}")) == #"😀\ue000,🏴\udb40\udc67"#)
    #expect(row(.list([.integer(1), .integer(22)]), .list([])) == #""[1,22]",[]"#)
    #expect(
      row(.object([FieldValue.Member(name: "NO_SOCKET", value: .integer(3))]))
        == #""{""NO_SOCKET"":3}""#
    )
    #expect(row(.list([.text("\\\"")])) == #""[""\\\""""]""#)
  }

  /// A line without a byte would be no record.
  @Test func aSingleUnknownValueIsARow() {
    #expect(row(.null) == "\"\"")
    #expect(row(.null, .null) == ",")
  }

  @Test func numbersHaveNoExponent() throws {
    for number in [0, 0.001, 0.0001, 1e-300, 0.5, 1e15, 12.3456, 1e300, .infinity] {
      let text = row(.real(number))
      #expect(text.allSatisfy { $0.isNumber || $0 == "." }, "\(number)")
      if number < 1e15 { #expect(abs(try #require(Double(text)) - number) <= 0.0005) }
    }
  }

  @Test(arguments: 0..<200) func everyValueIsReadBack(_ seed: UInt64) throws {
    var chance = HostileValues(seed)
    let rows = (0..<20).map { _ in (0..<7).map { _ in chance.value() } }
    var text = ""
    for values in rows {
      var row = CSVRow()
      for value in values { row.add(value: value) }
      #expect(row.text.isHarmless)
      text += row.text + "\n"
    }
    let records = try CSVReader.records(of: text)
    try #require(records.count == rows.count)
    for (record, values) in zip(records, rows) {
      try #require(record.count == values.count)
      for (read, value) in zip(record, values) {
        switch value {
        case .null: #expect(read == CSVReader.Value(text: "", isQuoted: false))
        case .text(let text):
          #expect(try CSVReader.unescaped(read.text) == text)
          if text.isEmpty { #expect(read.isQuoted) }
        case .list, .object, .boolean, .integer, .real, .word:
          var json = ""
          JSONText.append(value, to: &json)
          #expect(read.text == json)
        }
      }
    }
  }

  @Test func aSampleIsATableWithOneHeader() throws {
    let formatter = CSVFormatter()
    var text = formatter.header
    formatter.write(Sample.model(), to: &text)
    let records = try CSVReader.records(of: text)
    #expect(records.count == 7)
    #expect(records.first?.map(\.text) == Field.allCases.map(\.name))
    #expect(!text.contains("\r"))

    var json = ""
    JSONFormatter().write(Sample.model(), to: &json)
    for (record, line) in zip(records.dropFirst(), json.split(separator: "\n")) {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      try #require(record.count == Field.allCases.count)
      for (value, field) in zip(record, Field.allCases) {
        switch object?[field.name] {
        case is NSNull: #expect(value == CSVReader.Value(text: "", isQuoted: false))
        case let text as String: #expect(try CSVReader.unescaped(value.text) == text)
        case let number as NSNumber:
          let isBoolean = value.text == "true" || value.text == "false"
          let expected = isBoolean ? (value.text == "true" ? 1 : 0) : Double(value.text)
          #expect(expected == number.doubleValue, "\(field.name)")
        default: #expect(value.text.first == "[" || value.text.first == "{")
        }
      }
    }
  }

  @Test func theChosenFieldsHaveTheirOrder() {
    let formatter = CSVFormatter(fields: [.pid, .sample])
    var text = formatter.header
    formatter.write(Sample.model(), to: &text)
    #expect(text.hasPrefix("pid,sample\n1234,2\n"))
    // Without an owner.
    #expect(text.split(separator: "\n").contains(",2"))
  }
}
