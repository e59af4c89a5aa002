import CTOML
import Monitor
import Screens
import StyledText

/// A TOML text: its values, and where they are.
struct TOMLDocument {
  /// A value of the text.
  struct Node {
    /// How a text writes a value.
    enum Form {
      /// In one piece, after `=` or in an array.
      case literal
      /// Under a header: a table, or an array of tables.
      case header
      /// As a part of dotted keys, or as the whole document: a table.
      case dotted
    }

    let value: SettingValue
    let form: Form
    /// The values in a table.
    var children: [String: Node] = [:]
    /// The values in an array.
    var items: [Node] = []
    /// Where it begins, from 1: the line of its key, or of the first header with its name.
    let line: Int
    /// Its bytes in the text; of what is under a header, those of the header.
    let region: Range<Int>

    /// A value in it, or where that is missing the one around its place.
    func part(at place: [ValueRefusal.Part]) -> Node {
      var node = self
      for part in place {
        switch part {
        case .item(let index) where node.items.indices.contains(index): node = node.items[index]
        case .key(let key): node = node.children[key] ?? node
        case .item: return node
        }
      }
      return node
    }

    /// Its bytes in the text.
    func text(in text: String) -> String {
      String(decoding: text.utf8.dropFirst(region.lowerBound).prefix(region.count), as: UTF8.self)
    }
  }

  /// Why a text is not TOML.
  struct SyntaxError: Error, Hashable {
    /// From 1.
    let line: Int
    /// Can quote the text.
    let reason: String
  }

  /// The table that is the whole document.
  let root: Node

  init(_ text: String) throws(SyntaxError) {
    var text = text
    let document = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { toml_parse($0.baseAddress, $0.count) }
    }
    guard let document else {
      throw SyntaxError(line: 1, reason: "cannot create a thread that reads it")
    }
    defer { toml_free(document) }
    if let error = toml_error(document) {
      let place = toml_error_place(document)
      let description = String(error.pointee)
      throw SyntaxError(
        line: place.line,
        reason: Self.missingQuotes(description, at: place.offset, in: text)
          ?? SafeText.cut(description, toColumns: 200)
      )
    }
    var count = 0
    var values = UnsafeBufferPointer(start: toml_values(document, &count), count: count)[...]
    guard let root = Node(firstOf: &values) else { throw SyntaxError(line: 1, reason: "no values") }
    self.root = root
  }

  /// The reason where a value is a word without quotes: the library sees a date, a boolean or `inf`
  /// in it, as its first letter says.
  private static func missingQuotes(
    _ description: String,
    at offset: Int,
    in text: String
  ) -> String? {
    let signs = [
      "could not determine value type", "parsing boolean: ", "floating-point: expected 'inf'",
      "floating-point: expected 'nan'", "floating-point: expected value-terminator",
    ]
    guard signs.contains(where: description.contains) else { return nil }
    let ends = Set(" \t\r\n=,[]{}#".utf8)
    let (before, after) = (text.utf8.prefix(offset), text.utf8.dropFirst(offset))
    let word =
      Array(before.reversed().prefix { !ends.contains($0) }.reversed())
      + after.prefix { !ends.contains($0) }
    if word.isEmpty { return nil }
    let quoted = String(decoding: word, as: UTF8.self)
    return "\(SafeText.quoted(quoted)) is neither a number, true, false nor a string in quotes"
  }
}

extension TOMLDocument.Node {
  /// Takes a value and all in it from the values of a document; `nil` if there are none.
  fileprivate init?(firstOf values: inout Slice<UnsafeBufferPointer<TOMLValue>>) {
    guard let first = values.popFirst() else { return nil }
    line = first.begin.line
    region = first.begin.offset..<first.end.offset
    form =
      switch first.form {
      case TOML_HEADER: .header
      case TOML_DOTTED: .dotted
      default: .literal
      }
    let end = values.startIndex + first.descendants
    while values.startIndex < end, let key = values.first.map({ String($0.key) }),
      let child = Self(firstOf: &values)
    {
      if first.kind == TOML_TABLE { children[key] = child } else { items.append(child) }
    }
    value =
      switch first.kind {
      case TOML_TABLE: .table(children.mapValues(\.value))
      case TOML_ARRAY: .list(items.map(\.value))
      case TOML_STRING: .text(String(first.string))
      case TOML_INTEGER: .number(Double(first.integer))
      case TOML_DOUBLE: .number(first.number)
      case TOML_BOOLEAN: .boolean(first.boolean)
      case TOML_DATE: .other("a date")
      case TOML_TIME: .other("a time")
      default: .other("a date and time")
      }
  }
}

extension String {
  fileprivate init(_ text: TOMLText) {
    let bytes = UnsafeBufferPointer(start: text.bytes, count: text.count)
    self.init(decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
  }
}
