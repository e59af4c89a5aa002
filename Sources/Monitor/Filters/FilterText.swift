/// Writes expressions as text that reads as the same expression.
package enum FilterText {
  /// Words with a special meaning.
  static let reserved: Set<String> =
    Set(FilterKeyword.allCases.map(\.rawValue) + FilterFlag.allCases.map(\.rawValue))

  /// Words with a special meaning in the text of an alert.
  private static let reservedByAlerts: Set = ["for", "holdoff", "hold-off"]

  static func text(of expression: FilterExpression) -> String {
    switch expression {
    case .all(let list): list.map { operand($0, within: .all([])) }.joined(separator: " and ")
    case .any(let list): list.map { operand($0, within: .any([])) }.joined(separator: " or ")
    case .not(let inner): "not \(operand(inner, within: .not(.any([]))))"
    case .comparison(let comparison): text(of: comparison)
    case .flag(let flag): flag.rawValue
    case .word(let word): isText(word) ? quotedIfNeeded(word) : quoted(word)
    }
  }

  /// Whether a word without quotes is text, rather than anything else.
  private static func isText(_ word: String) -> Bool {
    !reserved.contains(word.lowercased()) && !reservedByAlerts.contains(word.lowercased())
      && FilterExpression.alone(word) == .word(word)
  }

  /// An operand, in parentheses where it binds less than what it is an operand of.
  private static func operand(
    _ inner: FilterExpression,
    within outer: FilterExpression
  ) -> String {
    let needsParentheses =
      switch (outer, inner) {
      case (.all, .any), (.not, .any), (.not, .all): true
      default: false
      }
    return needsParentheses ? "(\(text(of: inner)))" : text(of: inner)
  }

  private static func text(of comparison: FilterComparison) -> String {
    let value = quotedIfNeeded(comparison.value.text(for: comparison.field))
    return "\(comparison.field.name)\(comparison.comparator.rawValue)\(value)"
  }

  /// The text as a word or value of an expression, in quotes where something in it has a meaning.
  package static func quotedIfNeeded(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      !scalar.properties.isWhitespace && !"()\"'\\&|=!<>~".unicodeScalars.contains(scalar)
    }
    return isPlain && !text.isEmpty ? text : quoted(text)
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\"".unicodeScalars
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
      quoted.append(scalar)
    }
    return String(quoted) + "\""
  }
}

extension FilterComparison.Value {
  /// The value as it may be written, without quotes.
  func text(for field: FilterField) -> String {
    switch self {
    case .number(let number): (field.unit ?? .count).text(of: number)
    case .numbers(let ranges):
      ranges.map { $0.text(field.unit ?? .count) }.joined(separator: ",")
    case .text(let pattern): pattern.text
    case .expression(let expression): expression.text
    case .addresses(let ranges): ranges.map(\.description).joined(separator: ",")
    case .choices(_, let text): text
    }
  }
}
