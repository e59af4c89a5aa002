import Monitor
import TOMLKit

extension SettingValue {
  /// A value as the library for TOML has it.
  init(_ value: TOMLValue) {
    switch value.type {
    case .table: self = .table(Self.values(of: value.table ?? TOMLTable()))
    case .array: self = .list((value.array ?? TOMLArray()).map { SettingValue($0.tomlValue) })
    case .string: self = .text(value.string ?? "")
    case .int: self = .number(Double(value.int ?? 0))
    case .double: self = .number(value.double ?? 0)
    case .bool: self = .boolean(value.bool ?? false)
    case .date, .time, .dateTime: self = .other("a \(value.type)")
    }
  }

  /// Why a text is no TOML.
  struct SyntaxError: Error, Hashable {
    /// From 1; may be beyond the end of the text.
    let line: Int
    let reason: String
  }

  /// The values of a document.
  static func values(of text: String) throws(SyntaxError) -> [String: SettingValue] {
    if let gap = TOMLGuard.gap(in: text) {
      throw SyntaxError(line: gap.line, reason: gap.reason)
    }
    do {
      return values(of: try TOMLTable(string: text))
    } catch let error as TOMLParseError {
      throw SyntaxError(line: error.source.begin.line, reason: error.description)
    } catch {
      throw SyntaxError(line: 1, reason: "\(error)")
    }
  }

  private static func values(of table: TOMLTable) -> [String: SettingValue] {
    var values: [String: SettingValue] = [:]
    for key in table.keys {
      if let value = table[key]?.tomlValue { values[key] = SettingValue(value) }
    }
    return values
  }

  /// The value in one line, as it stands after the `=`.
  var toml: String {
    switch self {
    case .boolean(let value): "\(value)"
    // Its description has an exponent where TOML has one too, and no more digits than it needs.
    case .number(let number):
      number.rounded() == number && abs(number) < 1e15
        ? "\(Int64(number))" : "\(number)"
    case .text(let text): Self.quoted(text)
    case .list(let items): "[\(items.map(\.toml).joined(separator: ", "))]"
    case .table(let table):
      "{ \(table.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)) = \($0.value.toml)" }.joined(separator: ", ")) }"
    case .other(let name): Self.quoted(name)
    }
  }

  /// A basic string of TOML.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
