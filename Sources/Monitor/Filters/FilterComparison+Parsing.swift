extension FilterComparison {
  /// A part of the text of a filter, and where it stands.
  typealias Part<Value> = (value: Value, range: Range<Int>)

  /// Reads a value as the field asks for.
  init(
    _ name: Part<String>,
    _ comparator: Part<FilterOperator>,
    _ text: Part<String>
  ) throws(FilterError) {
    guard var field = FilterField.named(name.value) else {
      let hint = Spelling.hint(
        for: name.value,
        in: FilterField.names,
        otherwise: ". Put text with \(comparator.value.rawValue) in quotes."
      )
      throw FilterError(name.range, "There is no field '\(name.value)'\(hint)")
    }
    // A share of the segments is another figure than their count.
    if field == .retransmits, text.value.hasSuffix("%") { field = .retransmitShare }
    if let problem = Self.problem(of: comparator.value, with: field) {
      throw FilterError(comparator.range, problem)
    }
    self.field = field
    self.comparator = comparator.value
    value = try Value(of: field, comparator.value, text)
  }

  /// Why an operator is none for a field.
  private static func problem(of comparator: FilterOperator, with field: FilterField) -> String? {
    switch field.values {
    case .number, .ownerNumbers, .ports:
      comparator.isMatch ? "\(field.name) is a number: compare it by = != < <= > >=." : nil
    case .addresses:
      comparator == .equal || comparator == .unequal
        ? nil
        : "\(field.name) is an address: compare it by = or !=, also with a network as 10.0.0.0/8."
    case .text, .ownerText, .namespace, .choices:
      comparator.isOrder ? "\(field.name) is text: compare it by = != ~ or !~." : nil
    }
  }
}

extension FilterComparison.Value {
  fileprivate init(
    of field: FilterField,
    _ comparator: FilterOperator,
    _ text: FilterComparison.Part<String>
  ) throws(FilterError) {
    switch field.values {
    case .number(let unit, _), .ownerNumbers(let unit, _):
      self = try Self.number(unit, of: field, text)
    case .ports: self = try Self.number(.count, of: field, text)
    case .addresses:
      guard let range = AddressRange(text.value) else {
        throw FilterError(
          text.range,
          "\(field.name) takes an address or a network, such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32."
        )
      }
      self = .addresses(range)
    case .choices(let choices, _): self = try Self.choices(choices, of: field, comparator, text)
    case .text, .ownerText, .namespace:
      self =
        comparator.isMatch
        ? .expression(try Self.expression(text)) : .text(WildcardPattern(text.value))
    }
  }

  private static func number(
    _ unit: FilterUnit,
    of field: FilterField,
    _ text: FilterComparison.Part<String>
  ) throws(FilterError) -> Self {
    guard let number = unit.number(of: text.value) else {
      throw FilterError(text.range, "\(field.name) takes \(unit.expectation).")
    }
    return .number(number)
  }

  private static func expression(
    _ text: FilterComparison.Part<String>
  ) throws(FilterError) -> RegularExpression {
    do throws(RegularExpressionError) {
      return try RegularExpression(text.value)
    } catch {
      throw FilterError(text.range, error.message)
    }
  }

  private static func choices(
    _ choices: [FilterChoice],
    of field: FilterField,
    _ comparator: FilterOperator,
    _ text: FilterComparison.Part<String>
  ) throws(FilterError) -> Self {
    let isMeant: (String) -> Bool
    if comparator.isMatch {
      let expression = try expression(text)
      isMeant = { expression.isFound(in: $0) }
    } else {
      let pattern = WildcardPattern(text.value.withoutHyphens)
      isMeant = { pattern.matches($0.withoutHyphens) }
    }
    let numbers = choices.filter { choice in
      isMeant(choice.name) || (choice.alias.map(isMeant) ?? false)
    }.map(\.number)
    if numbers.isEmpty {
      throw FilterError(text.range, problem(of: text.value, in: choices, of: field))
    }
    return .choices(Set(numbers), text.value)
  }

  private static func problem(
    of text: String,
    in choices: [FilterChoice],
    of field: FilterField
  ) -> String {
    let names = choices.map(\.name)
    let others = FilterField.all.filter { other in
      guard case .choices(let choices, _) = other.values else { return false }
      return choices.contains { $0.name == text.lowercased() && $0.name != "unknown" }
    }
    if let other = others.first {
      return "There is no \(field.name) '\(text)', but \(other.name)=\(text.lowercased())."
    }
    return "There is no \(field.name) '\(text)'"
      + Spelling.hint(for: text, in: names, otherwise: ": it is \(names.joined(separator: ", ")).")
  }
}

extension String {
  /// Without the hyphens of `SYN-SENT`, which everybody writes otherwise.
  fileprivate var withoutHyphens: String { filter { $0 != "-" && $0 != "_" } }
}
