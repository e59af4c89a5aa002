import Monitor

/// The text of a settings file, with the lines on which its keys stand.
///
/// The TOML library reports values only, neither lines nor comments. So it is asked about
/// one statement after the other.
struct SettingsDocument {
  /// A header of a table, or a key with its value.
  struct Statement: Hashable {
    let lines: Range<Int>
    /// The table that it stands in; of a header, the table that it begins.
    let table: [String]
    let isHeader: Bool
    /// The keys that it gives a value, from the top of the document.
    let keys: [[String]]
  }

  private(set) var lines: [String]
  private(set) var statements: [Statement] = []

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    statements = Self.statements(of: lines)
  }

  var text: String { lines.joined(separator: "\n") }

  /// The first lines of the statements that give keys their values, from 1; of a table, its header,
  /// or else the first statement in it.
  var linesOfKeys: [[String]: Int] {
    var values: [[String]: Int] = [:]
    var headers: [[String]: Int] = [:]
    var tables: [[String]: Int] = [:]
    for statement in statements {
      let line = statement.lines.lowerBound + 1
      if statement.isHeader, headers[statement.table] == nil { headers[statement.table] = line }
      for key in statement.keys {
        if values[key] == nil { values[key] = line }
        for length in 0..<key.count where tables[Array(key.prefix(length))] == nil {
          tables[Array(key.prefix(length))] = line
        }
      }
    }
    return values.merging(headers) { value, _ in value }.merging(tables) { line, _ in line }
  }

  /// Gives a key another value, or none, and leaves the rest of the text as it is.
  mutating func set(_ value: SettingValue?, at key: [String]) {
    if let statement = statements.first(where: { $0.keys == [key] }) {
      let old = lines[statement.lines].joined(separator: "\n")
      lines.replaceSubrange(statement.lines, with: value.map { [Self.changed(old, to: $0)] } ?? [])
    } else if let value {
      insert("\(key.last ?? "") = \(value.toml)", in: Array(key.dropLast()))
    }
    statements = Self.statements(of: lines)
  }

  private mutating func insert(_ line: String, in table: [String]) {
    if let last = statements.last(where: { $0.table == table }) {
      lines.insert(line, at: last.lines.upperBound)
    } else if table.isEmpty {
      lines.insert(line, at: 0)
    } else {
      while lines.last?.isEmpty == true { lines.removeLast() }
      lines += ["", "[\(table.joined(separator: "."))]", line, ""]
    }
  }

  /// A statement with another value: the key as it is written there, and the comment at its end.
  private static func changed(_ statement: String, to value: SettingValue) -> String {
    let name = statement.prefix { $0 != "=" }
    return "\(name)= \(value.toml)\(comment(of: statement))"
  }

  /// The comment at the end of a statement, with the blanks before it.
  private static func comment(of statement: String) -> String {
    let bytes = Array(statement.utf8)
    // Before the last end of a line, a comment is within the value.
    guard let start = TOMLGuard.comments(in: bytes).last,
      !bytes[start...].contains(UInt8(ascii: "\n"))
    else { return "" }
    let blanks = bytes[..<start].reversed().prefix { $0 == 0x20 || $0 == 0x09 }.count
    return String(decoding: bytes[(start - blanks)...], as: UTF8.self)
  }

  private static func statements(of lines: [String]) -> [Statement] {
    var statements: [Statement] = []
    var table: [String] = []
    var start = 0
    var strangeLines = 0
    let text = Bytes(lines)
    while start < lines.count, strangeLines < SettingsReader.limit {
      let first = lines[start].drop { $0 == " " || $0 == "\t" }
      if first.isEmpty || first.hasPrefix("#") {
        start += 1
        continue
      }
      let isHeader = first.hasPrefix("[")
      let values: [String: SettingValue]
      let end: Int
      let count = TOMLGuard.lines(ofFirstStatementIn: text.bytes[text.starts[start]...])
      // A text without its end goes on behind the last line.
      if let last = count.map({ min(start + $0, lines.count) }),
        let found = try? SettingValue.values(of: lines[start..<last].joined(separator: "\n"))
      {
        (values, end) = (found, last)
      } else {
        strangeLines += 1
        (values, end) = ([:], start + 1)
      }
      let keys = keys(of: .table(values))
      if isHeader { table = keys.first ?? [] }
      statements.append(
        Statement(
          lines: start..<end,
          table: table,
          isHeader: isHeader,
          keys: isHeader ? [] : keys.map { table + $0 }
        )
      )
      start = end
    }
    return statements
  }

  /// A text and where each of its lines begins.
  private struct Bytes {
    var bytes: [UInt8] = []
    var starts: [Int] = []

    init(_ lines: [String]) {
      for line in lines {
        starts.append(bytes.count)
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
      }
    }
  }

  /// The paths of all values within tables; of an empty table, or one in an array, its own.
  private static func keys(of value: SettingValue) -> [[String]] {
    guard case .table(let table) = value, !table.isEmpty else { return [[]] }
    return table.flatMap { key, value in keys(of: value).map { [key] + $0 } }
  }
}
