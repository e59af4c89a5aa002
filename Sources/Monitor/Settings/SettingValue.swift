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

/// Why a value is rejected, for people.
package struct SettingRefusal: Error, Hashable {
  package let reason: String
  /// The same without a word of the file, for a file whose contents may be nobody's business.
  package let reasonWithoutValue: String

  /// - Parameter found: what of the value is wrong, as the rest of the sentence.
  init(_ wants: String, found: String = "") {
    reason = wants + found
    reasonWithoutValue = wants
  }

  /// For a value of another kind than the one that is taken.
  init(_ value: SettingValue, wants: String) {
    self.init("takes \(wants), not \(value.kind)")
  }
}
