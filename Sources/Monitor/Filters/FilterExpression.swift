import Connections

/// The meaning of a filter, as a tree.
indirect enum FilterExpression: Hashable, Sendable {
  /// All of them; all rows where there are none.
  case all([FilterExpression])
  case any([FilterExpression])
  case not(FilterExpression)
  case comparison(FilterComparison)
  case flag(FilterFlag)
  /// A text to be found in whatever is visible of a row.
  case word(String)
}

/// A word that stands for a condition by itself.
enum FilterFlag: String, CaseIterable, Sendable {
  /// Tagged by the user.
  case tagged
  /// Ended.
  case closed
  /// Not ended.
  case live
  /// Listening.
  case listen
}

enum FilterOperator: String, CaseIterable, Sendable {
  case equal = "="
  case unequal = "!="
  case less = "<"
  case atMost = "<="
  case greater = ">"
  case atLeast = ">="
  case matches = "~"
  case matchesNot = "!~"

  /// Whether it is the negation of another operator.
  var isNegative: Bool { self == .unequal || self == .matchesNot }

  /// Whether it is of a regular expression.
  var isMatch: Bool { self == .matches || self == .matchesNot }

  /// Whether it asks for an order of values.
  var isOrder: Bool { !isMatch && self != .equal && self != .unequal }

  /// Whether it holds between numbers, not being negative.
  func holds(_ number: Double, _ limit: Double) -> Bool {
    switch self {
    case .less: number < limit
    case .atMost: number <= limit
    case .greater: number > limit
    case .atLeast: number >= limit
    default: number == limit
    }
  }
}

/// A field of a row against a value.
struct FilterComparison: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    /// In the base unit of the field.
    case number(Double)
    /// Any of several numbers or ranges.
    case numbers([NumberRange])
    /// A text with `*` as a wildcard.
    case text(WildcardPattern)
    case expression(RegularExpression)
    /// Any of these networks.
    case addresses([AddressRange])
    /// Which of the field's choices, by number, and how that was written.
    case choices(Set<Int>, String)
  }

  let field: FilterField
  let comparator: FilterOperator
  let value: Value
}

extension FilterExpression {
  /// All of several expressions, without levels that say nothing.
  static func all(of expressions: [FilterExpression]) -> FilterExpression {
    let flat = expressions.flatMap { expression in
      if case .all(let list) = expression { list } else { [expression] }
    }
    return flat.count == 1 ? flat[0] : .all(flat)
  }

  /// Any of several expressions, without levels that say nothing.
  static func any(of expressions: [FilterExpression]) -> FilterExpression {
    let flat = expressions.flatMap { expression in
      if case .any(let list) = expression { list } else { [expression] }
    }
    return flat.count == 1 ? flat[0] : .any(flat)
  }

  /// What a word without an operator means: a flag, the addresses of a network, or itself.
  static func alone(_ word: String) -> FilterExpression {
    if let flag = FilterFlag(rawValue: word.lowercased()) { return .flag(flag) }
    guard word.contains("/"), let network = AddressRange(word) else { return .word(word) }
    return .comparison(
      FilterComparison(field: .address, comparator: .equal, value: .addresses([network]))
    )
  }

  func isEquality(of field: FilterField) -> Bool {
    guard case .comparison(let comparison) = self else { return false }
    return comparison.field == field && comparison.comparator == .equal
  }

  var asksForListeners: Bool { asksForListeners(isPositive: true) }

  private func asksForListeners(isPositive: Bool) -> Bool {
    switch self {
    case .all(let list), .any(let list):
      list.contains { $0.asksForListeners(isPositive: isPositive) }
    case .not(let expression): expression.asksForListeners(isPositive: !isPositive)
    case .comparison(let comparison):
      comparison.isMetByListeners && comparison.comparator.isNegative != isPositive
    case .flag(let flag): flag == .listen && isPositive
    case .word: false
    }
  }

  var dependsOnNamespaces: Bool {
    contains { expression in
      switch expression {
      case .word: true
      case .comparison(let comparison): comparison.field.isOfNamespace
      default: false
      }
    }
  }

  var dependsOnTime: Bool {
    contains { expression in
      if case .comparison(let comparison) = expression {
        comparison.field.dependsOnTime
      } else {
        false
      }
    }
  }

  var dependsOnTags: Bool { contains { $0 == .flag(.tagged) } }

  var asksForNewDestinations: Bool {
    contains { expression in
      guard case .comparison(let comparison) = expression else { return false }
      return comparison.field == .newDestination
    }
  }

  private func contains(_ isWanted: (FilterExpression) -> Bool) -> Bool {
    switch self {
    case .all(let list), .any(let list): list.contains { $0.contains(isWanted) }
    case .not(let expression): expression.contains(isWanted)
    default: isWanted(self)
    }
  }
}

extension FilterComparison {
  /// Whether the state `LISTEN` is among those that it names.
  fileprivate var isMetByListeners: Bool {
    guard case .choices(let numbers, _) = value else { return false }
    return field == .state && numbers.contains(Int(SocketState.listen.rawValue))
  }
}
