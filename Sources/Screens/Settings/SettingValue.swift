import Monitor

/// A value in a settings file, whatever the format of the file.
package enum SettingValue: Hashable, Sendable {
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([SettingValue])
  case table([String: SettingValue])
  /// What no setting takes, as a date, by what it is called.
  case other(String)

  /// What it is, for people.
  package var kind: String {
    switch self {
    case .boolean: "a boolean"
    case .number: "a number"
    case .text: "a string"
    case .list: "an array"
    case .table: "a table"
    case .other(let name): name
    }
  }
}

extension ValueRefusal {
  /// For a value of another kind than the one that is taken.
  init(_ value: SettingValue, wants: String) {
    self.init("takes \(wants), not \(value.kind)")
  }
}
