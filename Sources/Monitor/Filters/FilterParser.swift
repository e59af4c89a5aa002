/// Reads the text of a filter.
///
///     or         = and { ( "or" | "||" ) and }
///     and        = not { [ "and" | "&&" ] not }
///     not        = ( "not" | "!" ) not | "(" or ")" | comparison | flag | word
///     comparison = field operator value | network
struct FilterParser {
  /// How deeply parentheses and `not` may be nested, so that no text exhausts the stack.
  private static let depthLimit = 64

  private var lexer: FilterLexer
  private var token = FilterLexer.Token.end
  private var range = 0..<0
  /// Where the token before ends.
  private var end = 0
  private var depth = 0

  init(_ text: String) throws(FilterError) {
    if text.utf8.count > Filter.lengthLimit {
      let start = text.utf8.index(text.startIndex, offsetBy: Filter.lengthLimit)
      throw FilterError(
        text.unicodeScalars[..<start].count..<text.unicodeScalars.count,
        "A filter has at most \(Filter.lengthLimit) bytes: shorten it."
      )
    }
    lexer = FilterLexer(text)
  }

  /// The conditions of the text, which all have to hold.
  mutating func parse() throws(FilterError) -> [Filter.Condition] {
    try advance()
    if token == .end { return [] }
    let conditions = try or()
    if token != .end {
      throw FilterError(range, "Unmatched ): remove it, or put it in quotes.")
    }
    return conditions
  }

  private mutating func advance() throws(FilterError) {
    end = range.upperBound
    (token, range) = try lexer.next()
  }

  private mutating func or() throws(FilterError) -> [Filter.Condition] {
    let start = range.lowerBound
    let first = try and()
    if token != .keyword(.or) { return first }
    var operands = [FilterExpression.all(of: first.map(\.expression))]
    while token == .keyword(.or) {
      try advance()
      operands.append(.all(of: try and().map(\.expression)))
    }
    return [Filter.Condition(text: "(\(text(from: start)))", expression: .any(of: operands))]
  }

  private mutating func and() throws(FilterError) -> [Filter.Condition] {
    var conditions = try not()
    while true {
      switch token {
      case .keyword(.and):
        try advance()
        conditions += try not()
      case .open, .keyword(.not), .word, .quoted, .comparator: conditions += try not()
      case .close, .keyword(.or), .end: return conditions
      }
    }
  }

  private mutating func not() throws(FilterError) -> [Filter.Condition] {
    let start = range.lowerBound
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit {
      throw FilterError(
        range,
        "This is nested too deeply: at most \(Self.depthLimit) parentheses and nots."
      )
    }
    switch token {
    case .keyword(.not):
      try advance()
      let inner = FilterExpression.all(of: try not().map(\.expression))
      return [Filter.Condition(text: text(from: start), expression: .not(inner))]
    case .open: return try group()
    case .word(let word): return try condition(word)
    case .quoted(let text):
      try advance()
      return [Filter.Condition(text: self.text(from: start), expression: .word(text))]
    case .comparator(let comparator):
      throw FilterError(
        range,
        "A field is missing before \(comparator.rawValue): write one, or put this in quotes."
      )
    case .close, .keyword, .end: throw missing("A condition")
    }
  }

  private mutating func group() throws(FilterError) -> [Filter.Condition] {
    let opening = range
    try advance()
    let conditions = try or()
    if token != .close {
      throw FilterError(opening, "This ( is not closed: add ), or put it in quotes.")
    }
    try advance()
    return conditions
  }

  /// A comparison, a flag or a word.
  private mutating func condition(_ word: String) throws(FilterError) -> [Filter.Condition] {
    let name = range
    try advance()
    guard case .comparator(let comparator) = token else {
      return [Filter.Condition(text: word, expression: .alone(word))]
    }
    let place = range
    // The token after the operator is a value, which has rules of its own.
    let (text, valueRange) = try lexer.value(of: FilterField.named(word))
    if valueRange.isEmpty {
      throw FilterError(valueRange, "A value is missing after \(comparator.rawValue).")
    }
    let comparison = try FilterComparison(
      (word, name),
      (comparator, place),
      (text, valueRange)
    )
    range = valueRange
    try advance()
    return [
      Filter.Condition(
        text: self.text(from: name.lowerBound),
        expression: .comparison(comparison)
      )
    ]
  }

  private func missing(_ what: String) -> FilterError {
    switch token {
    case .end: FilterError(range, "\(what) is missing at the end.")
    case .close: FilterError(range, "\(what) is missing before ).")
    default:
      FilterError(
        range,
        "\(what) is missing before \(lexer.text(range)): to find the word, quote it."
      )
    }
  }

  /// The text from there up to the end of the last token taken.
  private func text(from start: Int) -> String {
    lexer.text(start..<end)
  }
}
