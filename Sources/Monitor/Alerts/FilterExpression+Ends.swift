import Connections
import StyledText

extension Filter {
  /// The text of the part that only connections that have ended match, shortened; `nil` if there is
  /// none.
  package var partOfEnds: String? {
    expression.partOfEnds.map { SafeText.excerpt(of: FilterText.text(of: $0)) }
  }
}

extension FilterExpression {
  /// The part that no live connection matches, so that it matches an end or nothing; `nil` if there is
  /// none. It is the whole expression, or an alternative of `or`.
  var partOfEnds: FilterExpression? {
    if meaningForLive == .unmet { return self }
    switch self {
    case .all(let list), .any(let list): return list.lazy.compactMap(\.partOfEnds).first
    case .not, .comparison, .flag, .word: return nil
    }
  }

  /// What is known of an expression and all live connections.
  private enum Meaning {
    case met, unmet, open

    var negation: Meaning {
      switch self {
      case .met: .unmet
      case .unmet: .met
      case .open: .open
      }
    }
  }

  private var meaningForLive: Meaning {
    switch self {
    case .all(let list):
      let meanings = list.map(\.meaningForLive)
      if meanings.contains(.unmet) { return .unmet }
      return meanings.contains(.open) ? .open : .met
    case .any(let list):
      let meanings = list.map(\.meaningForLive)
      if meanings.contains(.met) { return .met }
      return meanings.contains(.open) ? .open : .unmet
    case .not(let expression): return expression.meaningForLive.negation
    case .comparison(let comparison):
      guard comparison.asksForEnds else { return .open }
      return comparison.comparator.isNegative ? .met : .unmet
    case .flag(.closed): return .unmet
    case .flag(.live): return .met
    case .flag(.tagged), .flag(.listen), .word: return .open
    }
  }
}

extension FilterComparison {
  /// Whether no live connection can meet it, or without its negation could.
  fileprivate var asksForEnds: Bool {
    if case .choices(let states, _) = value, field == .state {
      return states == [Int(SocketState.closed.rawValue)]
    }
    return Field.named(field.name).map(Field.ofEnds.contains) ?? false
  }
}

extension Field {
  /// The fields that only a connection that has ended can have.
  static let ofEnds: Set<Field> = [closedAt, closeReason, error, reset, resetReason, lifetime]
}
