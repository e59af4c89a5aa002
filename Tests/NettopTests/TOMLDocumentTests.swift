import Monitor
import Screens
import Testing

@testable import nettop

/// What toml++ makes of a text, through the C functions of `CTOML`.
struct TOMLDocumentTests {
  private func node(_ path: String, in text: String) throws -> TOMLDocument.Node {
    let names = path.split(separator: ".").map(String.init)
    let root = try TOMLDocument(text).root
    return try #require(names.reduce(root as TOMLDocument.Node?) { $0?.children[$1] })
  }

  @Test(arguments: [
    ("true", SettingValue.boolean(true)), ("-7", .number(-7)), ("0xff", .number(255)),
    ("1_000.5e-1", .number(100.05)), ("-inf", .number(-.infinity)),
    ("'a\\b'", .text("a\\b")), ("\"\\u00e9\\U0001F680\\t\"", .text("\u{e9}\u{1F680}\t")),
    ("\"a\\u0000b\"", .text("a\0b")), ("\"\"\"\na\\\n  b\"\"\"", .text("ab")),
    ("'''\n\"\n'''", .text("\"\n")), ("[]", .list([])),
    ("[1, ['x'], # c\n]", .list([.number(1), .list([.text("x")])])), ("{}", .table([:])),
    ("{ b = 1, c.d = [2] }", .table(["b": .number(1), "c": .table(["d": .list([.number(2)])])])),
    ("1979-05-27", .other("a date")), ("07:32:00", .other("a time")),
    ("1979-05-27 07:32:00.5+01:00", .other("a date and time")),
  ])
  func valuesAndTheirPlaces(_ written: String, _ value: SettingValue) throws {
    let text = "\u{feff}# é\n'é' = 1\na\t=  \(written) # c\nb = 1"
    let node = try node("a", in: text)
    #expect(node.value == value && node.form == .literal && node.line == 3)
    #expect(node.text(in: text) == written)
    #expect(try self.node("b", in: text).text(in: text) == "1")
    // The same on one line, behind letters of several bytes.
    let inner = "k = {'é🚀' = 'ß', a = [\(written)]}"
    if !written.contains("\n") {
      let list = try self.node("k.a", in: inner)
      #expect(list.value == .list([value]) && list.text(in: inner) == "[\(written)]")
    }
  }

  @Test func endsOfLinesMayBeThoseOfOtherSystems() throws {
    let text = "a = 1\r\nb = '''\r\nx\r\n'''\r\nc = [\r\n2\r\n]\r\n"
    #expect(try node("b", in: text).value == .text("x\n"))
    let last = try node("c", in: text)
    #expect(last.line == 5 && last.text(in: text) == "[\r\n2\r\n]")
  }

  @Test func tablesHaveTheLinesOfTheirHeaders() throws {
    let text = """
      a.b = 1

      [c.d] # c
      e = 1
      [c]
      f = 1
      [[g.h]]
      [[g.h]]
      i = 1
      """
    let expected: [(path: String, form: TOMLDocument.Node.Form, line: Int)] = [
      ("", .dotted, 1), ("a", .dotted, 1), ("a.b", .literal, 1), ("c.d", .header, 3),
      ("c.d.e", .literal, 4), ("c", .header, 5), ("c.f", .literal, 6), ("g", .dotted, 7),
      ("g.h", .header, 7),
    ]
    for (path, form, line) in expected {
      let node = try node(path, in: text)
      #expect(node.form == form && node.line == line, "\(path)")
    }
    #expect(try node("c.d", in: text).text(in: text) == "[c.d]")
  }

  @Test(arguments: [
    ("a = 1\nb = 'x", 2, "end-of-file"), ("a = 1\nb = \"\\q\"", 2, "unknown escape"),
    ("a = 1\nb = \"\\ud800\"", 2, "surrogates"), ("a = 1\nb = 1\nb = 2\n", 3, "redefine"),
    ("a = 99999999999999999999", 1, "not representable"), ("a = 1e999", 1, "1e999"),
    ("a = 01", 1, "leading zeroes"), ("a = 1__0", 1, "underscores"),
    ("a = 1979-02-30", 1, "day between 1 and 28"), ("a = 25:00:00", 1, "hour"),
    ("a = '\0'", 1, "control characters"), ("# \0\n", 1, "control characters"),
    ("a = 1\rb = 2", 1, "after '\\r'"), ("\n\nx", 3, "end-of-file"), ("= 1", 1, "saw '='"),
    ("a = {b = 1\n}", 1, "closing '}'"), ("a = [1 2]", 1, "comma or closing ']'"),
    ("a = 1 b = 2", 1, "expected a comment"), ("[a]]", 1, "expected a comment"),
    ("[[a]", 1, "end-of-file"), ("[]", 1, "blank bare keys"), ("é = 1", 1, "saw 'é'"),
    ("a = 1\u{a0}# c", 1, "space or tab"), ("a.b = 1\na = 2\n", 2, "redefine"),
    // Those that toml++ reports on the next line.
    ("a = {}\n[a.b] # c\nc = 1\n", 2, "existing inline table"),
    ("a = 1\n\n[a]\n[b]\n", 3, "existing integer 'a'"), ("[a]\n[a]\n[b]\n", 2, "existing table"),
    ("a = 1\n[a.b]\n\n= 2\n", 2, "existing integer"), ("a = 1\n[a]", 2, "existing integer"),
  ])
  func whatIsNotTOMLIsSaidWithItsLine(_ text: String, _ line: Int, _ reason: String) {
    let error = #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(text) }
    #expect(error?.line == line && error?.reason.contains(reason) == true, "\(error as Any)")
  }

  @Test func aTextOfTheGreatestLengthIsRead() throws {
    let text = "a = 1 #" + String(repeating: "x", count: UserFile.limit - 7)
    #expect(try node("a", in: text).value == .number(1))
    let error = #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(text + "x") }
    #expect(error?.reason == "the text is longer than 64 kB")
    for text in ["", "\u{feff}", "\n", "# c"] {
      #expect(try TOMLDocument(text).root.value == .table([:]))
    }
  }

  /// Each level takes two bytes at least, so no text makes deeper tables.
  @Test func depthUsesUpNoStack() {
    for (text, line) in [
      (String(repeating: "a.", count: 32_766) + "a=1", 1),
      ("\n[" + String(repeating: "a.", count: 32_765) + "a]\n", 2),
      ("\na = " + String(repeating: "[", count: 65_000), 2),
      ("\na = " + String(repeating: "{a=", count: 21_000), 2),
    ] {
      let error = #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(text) }
      #expect(error?.reason == "a value is nested more than 16 levels deep")
      #expect(error?.line == line)
    }
  }
}
