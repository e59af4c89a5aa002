/// Words that join conditions.
enum FilterKeyword: String, CaseIterable, Sendable {
  case and, or, not
}

/// Splits the text of a filter into tokens, one at a time: values follow other rules.
///
/// It goes by Unicode scalars: of characters, a mark that joins a parenthesis would make another.
struct FilterLexer {
  enum Token: Hashable {
    case open, close
    case keyword(FilterKeyword)
    case comparator(FilterOperator)
    case word(String)
    /// A word in quotes, which is text whatever it says.
    case quoted(String)
    case end
  }

  let scalars: [Unicode.Scalar]
  private(set) var position = 0

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// A part of the text.
  func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  /// The next token, and where it stands.
  mutating func next() throws(FilterError) -> (token: Token, range: Range<Int>) {
    skipBlanks()
    let start = position
    let token = try token()
    return (token, start..<position)
  }

  /// What stands after an operator: in quotes, or up to a blank or a parenthesis that was not
  /// opened in it.
  mutating func value() throws(FilterError) -> (text: String, range: Range<Int>) {
    skipBlanks()
    let start = position
    if let quoted = try quoted() { return (quoted, start..<position) }
    var depth = 0
    while let character = character(), !character.properties.isWhitespace, !isJoint {
      if character == "(" { depth += 1 }
      if character == ")" {
        if depth == 0 { break }
        depth -= 1
      }
      position += 1
    }
    return (text(start..<position), start..<position)
  }

  /// The value of a field: with its unit, where a blank stands before that.
  mutating func value(of field: FilterField?) throws(FilterError) -> (
    text: String, range: Range<Int>
  ) {
    let value = try value()
    let isPlain = value.text.unicodeScalars.count == value.range.count
    guard isPlain, let field, field.unit?.number(of: value.text) != nil else { return value }
    var ahead = self
    guard case .word(let unit) = try? ahead.next().token,
      field.isNumber(value.text, with: unit)
    else { return value }
    let end = ahead.position
    // The word may be a field.
    if case .comparator = try? ahead.next().token { return value }
    position = end
    return (value.text + unit, value.range.lowerBound..<end)
  }

  private mutating func token() throws(FilterError) -> Token {
    guard let character = character() else { return .end }
    if let quoted = try quoted() { return .quoted(quoted) }
    switch character {
    case "(":
      position += 1
      return .open
    case ")":
      position += 1
      return .close
    default: break
    }
    if let comparator = try comparator() { return .comparator(comparator) }
    if isJoint {
      position += 2
      return .keyword(character == "&" ? .and : .or)
    }
    if character == "&" || character == "|" {
      throw FilterError(
        position..<position + 1,
        "A single \(character) has no meaning: write \(character)\(character), or put it in quotes."
      )
    }
    if character == "!" {
      position += 1
      return .keyword(.not)
    }
    let word = word()
    return FilterKeyword(rawValue: word.lowercased()).map { .keyword($0) } ?? .word(word)
  }

  private mutating func word() -> String {
    let start = position
    while let character = character(), !isEndOfWord(character) { position += 1 }
    return text(start..<position)
  }

  private func isEndOfWord(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "(", ")", "=", "<", ">", "~": true
    case "!": self.character(1) == "=" || self.character(1) == "~"
    default: character.properties.isWhitespace || isJoint
    }
  }

  private mutating func comparator() throws(FilterError) -> FilterOperator? {
    let pair = text(position..<min(position + 2, scalars.count))
    if pair == "=~" {
      throw FilterError(position..<position + 2, "Use ~ to search for a regular expression.")
    }
    // As in many other languages.
    let spelled = pair == "==" ? FilterOperator.equal : FilterOperator(rawValue: pair)
    if pair.unicodeScalars.count == 2, let spelled {
      position += 2
      return spelled
    }
    let single = character().flatMap { FilterOperator(rawValue: String($0)) }
    if single != nil { position += 1 }
    return single
  }

  /// A text in quotes, if one begins here. In it, a backslash takes the meaning from a quote and
  /// from another backslash.
  private mutating func quoted() throws(FilterError) -> String? {
    guard let quote = character(), quote == "\"" || quote == "'" else { return nil }
    let start = position
    var text = String.UnicodeScalarView()
    position += 1
    while let character = character() {
      position += 1
      if character == quote { return String(text) }
      if character == "\\", let next = self.character(), next == quote || next == "\\" {
        text.append(next)
        position += 1
      } else {
        text.append(character)
      }
    }
    throw FilterError(start..<position, "The quote is not closed: add \(quote) at its end.")
  }

  private func character(_ offset: Int = 0) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  /// Whether `&&` or `||` stands here.
  private var isJoint: Bool {
    guard let character = character(), character == "&" || character == "|" else { return false }
    return self.character(1) == character
  }

  private mutating func skipBlanks() {
    while let character = character(), character.properties.isWhitespace { position += 1 }
  }
}
