extension Filter {
  /// How words were read that look like a comparison, as ss and tcpdump write it, for people:
  /// `port 443`. `nil` if there are none.
  package var hint: String? { expression.hint }
}

extension FilterExpression {
  fileprivate var hint: String? {
    switch self {
    case .all(let list):
      zip(list, list.dropFirst()).lazy.compactMap { Self.hint($0, $1) }.first
        ?? list.lazy.compactMap(\.hint).first
    case .any(let list): list.lazy.compactMap(\.hint).first
    case .not(let expression): expression.hint
    case .comparison, .flag, .word: nil
    }
  }

  /// What a word and what follows it may have meant.
  private static func hint(_ first: FilterExpression, _ second: FilterExpression) -> String? {
    guard case .word(let name) = first, FilterField.named(name) != nil,
      let value = second.textAlone
    else { return nil }
    let meant = "\(name)=\(FilterText.quotedIfNeeded(value))"
    guard (try? Filter(parsing: meant)) != nil else { return nil }
    let isText = if case .word = second { true } else { false }
    let words = isText ? "'\(name)' and '\(value)' are" : "'\(name)' is"
    return "\(words) searched as text; did you mean \(meant)?"
  }

  /// The text that it was read from, if it was no comparison.
  private var textAlone: String? {
    switch self {
    case .word(let word): word
    case .flag(let flag): flag.rawValue
    case .comparison(let comparison):
      comparison.field == .address && comparison.comparator == .equal
        ? comparison.value.text(for: .address) : nil
    case .all, .any, .not: nil
    }
  }
}
