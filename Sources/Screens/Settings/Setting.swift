package import Monitor
import StyledText

/// A setting of a settings file, as data: reading, writing and the manual use one list of them.
package struct Setting: Sendable {
  /// Its key: one word, or the name of a table and a word.
  package let path: [String]
  /// What it does, for the comments of the file.
  package let meaning: String
  /// Its value; `nil` if nothing was chosen.
  package let value: @Sendable (Settings) -> SettingValue?
  /// An example of a value, for when nothing was chosen; `nil` if the value itself is one.
  package let example: SettingValue?
  private let change: @Sendable (SettingValue, inout Settings) throws(ValueRefusal) -> Void

  init(
    _ path: [String],
    _ meaning: String,
    example: SettingValue? = nil,
    value: @escaping @Sendable (Settings) -> SettingValue?,
    change: @escaping @Sendable (SettingValue, inout Settings) throws(ValueRefusal) -> Void
  ) {
    self.path = path
    self.meaning = meaning
    self.example = example
    self.value = value
    self.change = change
  }

  /// The key as people write it.
  package var name: String { path.joined(separator: ".") }

  /// Puts a value into the settings.
  ///
  /// - Throws: why it cannot be; the settings are as before then.
  package func set(_ value: SettingValue, in settings: inout Settings) throws(ValueRefusal) {
    try change(value, &settings)
  }
}

extension Setting {
  typealias Place<Value> = WritableKeyPath<Settings, Value> & Sendable

  static func boolean(_ name: String, _ meaning: String, _ place: any Place<Bool>) -> Setting {
    Setting([name], meaning) {
      .boolean($0[keyPath: place])
    } change: { (value, settings) throws(ValueRefusal) in
      guard case .boolean(let value) = value else {
        throw ValueRefusal(value, wants: "true or false")
      }
      settings[keyPath: place] = value
    }
  }

  static func number(
    _ name: String,
    _ meaning: String,
    _ place: any Place<Double>,
    in range: ClosedRange<Double>
  ) -> Setting {
    let wants =
      "a number from \(Decimals.shortest(range.lowerBound)) to "
      + Decimals.shortest(range.upperBound)
    return Setting([name], meaning) {
      .number($0[keyPath: place])
    } change: { (value, settings) throws(ValueRefusal) in
      guard case .number(let number) = value else { throw ValueRefusal(value, wants: wants) }
      guard range.contains(number) else {
        throw ValueRefusal("takes \(wants)", found: ", not \(Decimals.shortest(number))")
      }
      settings[keyPath: place] = number
    }
  }

  /// One of a few words.
  static func word<Value>(
    _ name: String,
    _ meaning: String,
    _ place: any Place<Value>
  ) -> Setting where Value: RawRepresentable<String> & CaseIterable & Sendable {
    let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
    return Setting([name], "\(meaning): \(words)") {
      .text($0[keyPath: place].rawValue)
    } change: { (value, settings) throws(ValueRefusal) in
      guard case .text(let text) = value else { throw ValueRefusal(value, wants: "a string") }
      guard let word = Value(rawValue: text) else {
        throw ValueRefusal("takes one of \(words)", found: ", not \(SafeText.quoted(text))")
      }
      settings[keyPath: place] = word
    }
  }
}
