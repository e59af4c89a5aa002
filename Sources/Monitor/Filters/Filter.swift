/// Which connections are shown: an expression, and its text as typed.
///
/// Two filters are equal if their expressions are, however they are written.
package struct Filter: Sendable {
  /// A part of a filter that has to hold whatever the others say, with its text. The text keeps its
  /// meaning between two `and`.
  struct Condition: Sendable {
    let text: String
    let expression: FilterExpression
  }

  /// How long the text of a filter may be, in bytes.
  package static let lengthLimit = 4096

  /// As it was typed.
  package let text: String
  let conditions: [Condition]
  let expression: FilterExpression

  /// The filter that matches everything.
  package init() {
    self.init(conditions: [], text: "")
  }

  /// Reads an expression; one of blanks alone matches everything.
  package init(parsing text: String) throws(FilterError) {
    var parser = try FilterParser(text)
    self.init(conditions: try parser.parse(), text: text)
  }

  private init(conditions: [Condition], text: String? = nil) {
    self.conditions = conditions
    self.text = text ?? conditions.map(\.text).joined(separator: " and ")
    expression = .all(of: conditions.map(\.expression))
  }

  /// Whether it matches everything.
  package var isEmpty: Bool { conditions.isEmpty }
}

extension Filter {
  /// The rows that both match.
  package func and(_ other: Filter) -> Filter {
    if isEmpty { return other }
    if other.isEmpty { return self }
    let known = Set(conditions.map(\.expression))
    let more = other.conditions.filter { !known.contains($0.expression) }
    return more.isEmpty ? self : Filter(conditions: conditions + more)
  }

  /// The same filter with `field=value` in place of the conditions that compare the field by `=`;
  /// without any for `nil`. Conditions within `or` and `not` stay as they are.
  ///
  /// - Parameter name: the name or alias that stands in its text.
  package func setting(
    _ field: FilterField,
    to value: String?,
    named name: String? = nil
  ) throws(FilterError) -> Filter {
    var conditions = conditions.filter { !$0.expression.isEquality(of: field) }
    if let value {
      let text = "\(name ?? field.name)=\(FilterText.quotedIfNeeded(value))"
      conditions += try Filter(parsing: text).conditions
    }
    return Filter(conditions: conditions)
  }

  /// The value, as text, that a condition `field=value` of the filter asks for.
  package func value(of field: FilterField) -> String? {
    for condition in conditions {
      if case .comparison(let comparison) = condition.expression,
        condition.expression.isEquality(of: field)
      {
        return comparison.value.text(for: field)
      }
    }
    return nil
  }

  /// Whether it asks for listeners, which are not connections and are left out otherwise: by
  /// `listen`, or by a comparison that the state `LISTEN` meets.
  package var asksForListeners: Bool { expression.asksForListeners }

  /// Whether the names of namespaces decide about rows.
  package var dependsOnNamespaces: Bool { expression.dependsOnNamespaces }

  /// Whether rows meet it, or no longer do, by the mere passing of time.
  package var dependsOnTime: Bool { expression.dependsOnTime }

  /// Whether tags decide about rows.
  var dependsOnTags: Bool { expression.dependsOnTags }

  /// Whether it asks for connections with a new destination.
  package var asksForNewDestinations: Bool { expression.asksForNewDestinations }
}

extension Filter: Hashable {
  package static func == (lhs: Filter, rhs: Filter) -> Bool { lhs.expression == rhs.expression }

  package func hash(into hasher: inout Hasher) { hasher.combine(expression) }
}

extension Filter: CustomStringConvertible {
  /// The canonical text of the expression: reads as an equal filter.
  package var description: String { isEmpty ? "" : FilterText.text(of: expression) }
}
