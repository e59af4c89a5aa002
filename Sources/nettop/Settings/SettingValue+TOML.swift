import Monitor
import Screens

extension SettingValue {
  /// The value in one line, as it follows the `=`.
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
