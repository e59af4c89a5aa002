import StyledText

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
      let whole = FilterText.quoted(
        SafeText.excerpt(of: "\(name.value)\(comparator.value.rawValue)\(text.value)")
      )
      let hint = Spelling.hint(
        for: name.value,
        in: FilterField.names,
        otherwise: ". To search for this text, quote it: \(whole)."
      )
      throw FilterError(name.range, "Unknown field \(SafeText.quoted(name.value))\(hint)")
    }
    if field == .uid, text.value.unicodeScalars.first?.properties.isAlphabetic == true {
      let value = FilterText.quotedIfNeeded(text.value)
      throw FilterError(
        text.range,
        "uid is a number; for a name: user\(comparator.value.rawValue)\(value)"
      )
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

  /// Why an operator does not apply to a field.
  private static func problem(of comparator: FilterOperator, with field: FilterField) -> String? {
    switch field.values {
    case .number, .boundedNumber, .processNumber, .holders, .ports:
      comparator.isMatch ? "\(field.name) is a number: compare it with = != < <= > >=." : nil
    case .addresses:
      comparator == .equal || comparator == .unequal
        ? nil
        : "\(field.name) is an address: compare it with = or !=; a network such as 10.0.0.0/8 works too."
    case .text, .processText, .namespace, .choices:
      comparator.isOrder ? "\(field.name) is text: compare it with = != ~ or !~." : nil
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
    case .number(let unit, _), .boundedNumber(let unit, _), .processNumber(let unit, _):
      self = try Self.numbers(unit, of: field, comparator, text)
    case .ports, .holders: self = try Self.numbers(.count, of: field, comparator, text)
    case .addresses:
      var ranges: [AddressRange] = []
      for item in try Self.items(of: text) {
        guard let range = AddressRange(item.value) else {
          throw FilterError(
            item.range,
            "\(field.name) takes an address or a network, such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32."
          )
        }
        ranges.append(range)
      }
      self = .addresses(ranges)
    case .choices(let choices, _): self = try Self.choices(choices, of: field, comparator, text)
    case .text, .processText, .namespace:
      self =
        comparator.isMatch
        ? .expression(try Self.expression(text)) : .text(WildcardPattern(text.value))
    }
  }

  /// A number, or a list of numbers and ranges.
  private static func numbers(
    _ unit: FieldUnit,
    of field: FilterField,
    _ comparator: FilterOperator,
    _ text: FilterComparison.Part<String>
  ) throws(FilterError) -> Self {
    var ranges: [NumberRange] = []
    // The hyphens of a date do not form a range.
    for item in unit == .timestamp ? [text] : try items(of: text) {
      let range = try range(unit, of: field, item)
      if let largest = field.largestNumber, !range.isWhole || range.last > Double(largest) {
        throw FilterError(item.range, "\(field.name) takes whole numbers up to \(largest).")
      }
      ranges.append(range)
    }
    if ranges.count == 1, let range = ranges.first, range.first == range.last {
      return .number(range.first)
    }
    if comparator.isOrder {
      throw FilterError(
        text.range,
        "\(comparator.rawValue) takes one number: only = and != take lists and ranges."
      )
    }
    return .numbers(ranges)
  }

  /// A number, the port of a service, or two numbers with a hyphen between them.
  private static func range(
    _ unit: FieldUnit,
    of field: FilterField,
    _ text: FilterComparison.Part<String>
  ) throws(FilterError) -> NumberRange {
    if let number = unit.number(of: text.value) { return NumberRange(number) }
    let isService =
      field.isOfPorts && text.value.unicodeScalars.first?.properties.isAlphabetic == true
    if isService {
      if let port = ServicePorts.lookup(text.value.lowercased()) {
        return NumberRange(Double(port))
      }
      throw FilterError(
        text.range,
        "There is no service \(SafeText.quoted(text.value)) in /etc/services: use the port number."
      )
    }
    let ends = text.value.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2, unit != .timestamp, let first = unit.number(of: ends[0]),
      let last = unit.number(of: ends[1])
    else {
      let ports = ", a range or a service, such as 443, 8000-8999 or https"
      let expectation = field.isOfPorts ? "a number\(ports)" : unit.expectation
      throw FilterError(text.range, "\(field.name) takes \(expectation).")
    }
    // In 10-20ms, 10 would be microseconds.
    if unit.needsUnits, first > 0, Self.hasUnit(ends[0]) != Self.hasUnit(ends[1]) {
      throw FilterError(text.range, "Write the unit at both ends of the range, as in 10ms-20ms.")
    }
    if last < first {
      throw FilterError(
        text.range,
        "The range ends before it begins: write \(SafeText.excerpt(of: "\(ends[1])-\(ends[0])"))."
      )
    }
    return NumberRange(first, last)
  }

  private static func hasUnit(_ text: String) -> Bool {
    text.utf8.last.map { !(0x30...0x39).contains($0) } ?? false
  }

  /// The parts of a list, without the commas between them.
  private static func items(
    of text: FilterComparison.Part<String>
  ) throws(FilterError) -> [FilterComparison.Part<String>] {
    let scalars = Array(text.value.unicodeScalars)
    // In quotes, characters of the value do not stand where those of the text do.
    let isPlain = scalars.count == text.range.count
    let commas = scalars.indices.filter { scalars[$0] == "," }
    var items: [FilterComparison.Part<String>] = []
    var start = 0
    for end in commas + [scalars.count] {
      var value = String.UnicodeScalarView()
      value.append(contentsOf: scalars[start..<end])
      let offset = text.range.lowerBound
      let range = isPlain ? offset + start..<offset + end : text.range
      if value.isEmpty, !commas.isEmpty {
        let place = start == 0 ? "before" : "after"
        throw FilterError(range, "A value is missing \(place) the comma; a list has no spaces.")
      }
      items.append((String(value), range))
      start = end + 1
    }
    return items
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
    _ choices: [FieldChoice],
    of field: FilterField,
    _ comparator: FilterOperator,
    _ text: FilterComparison.Part<String>
  ) throws(FilterError) -> Self {
    var numbers: Set<Int> = []
    for item in comparator.isMatch ? [text] : try items(of: text) {
      let isMeant: (String) -> Bool
      if comparator.isMatch {
        let expression = try expression(item)
        isMeant = { expression.isFound(in: $0) }
      } else {
        let pattern = WildcardPattern(item.value.withoutHyphens)
        isMeant = { pattern.matches($0.withoutHyphens) }
      }
      let found = choices.filter { choice in
        isMeant(choice.name) || (choice.alias.map(isMeant) ?? false)
      }.map(\.number)
      if found.isEmpty {
        throw FilterError(item.range, problem(of: item.value, in: choices, of: field))
      }
      numbers.formUnion(found)
    }
    return .choices(numbers, text.value)
  }

  private static func problem(
    of text: String,
    in choices: [FieldChoice],
    of field: FilterField
  ) -> String {
    let names = choices.map(\.name)
    let others = FilterField.all.filter { other in
      guard case .choices(let choices, _) = other.values else { return false }
      return choices.contains { $0.name == text.lowercased() && $0.name != "unknown" }
    }
    if let other = others.first {
      return
        "There is no \(field.name) \(SafeText.quoted(text)), but \(other.name)=\(text.lowercased())."
    }
    return "There is no \(field.name) \(SafeText.quoted(text))"
      + Spelling.hint(
        for: text,
        in: names,
        otherwise: ": values are \(names.joined(separator: ", "))."
      )
  }
}

extension String {
  /// Without the hyphens of `SYN-SENT`, which everybody writes otherwise.
  fileprivate var withoutHyphens: String { filter { $0 != "-" && $0 != "_" } }
}
