/// What stands at the end of the text of a filter, or before the cursor in it.
package struct FilterPlace {
  enum Place {
    case name
    case value(FilterField)
  }

  /// `nil` if nothing can be proposed.
  var place: Place?
  package var start = 0
  var typed = ""

  package init(_ text: String) {
    var lexer = FilterLexer(text)
    let end = lexer.scalars.count
    start = end
    place = .name
    var word: (text: String, range: Range<Int>)?
    while let (token, range) = try? lexer.next(), token != .end {
      guard case .comparator = token else {
        word = nil
        if case .word(let text) = token { word = (text, range) }
        if case .keyword = token { word = (lexer.text(range), range) }
        continue
      }
      let field = word.flatMap { FilterField.named($0.text) }
      place = field.map { .value($0) }
      word = nil
      let valueStart = lexer.position
      guard let (value, range) = try? lexer.value(of: field) else {
        // A quote that is still open.
        let quote = lexer.scalars[valueStart...].drop { $0.properties.isWhitespace }
        (start, typed) = (quote.startIndex, lexer.text(min(quote.startIndex + 1, end)..<end))
        return
      }
      if range.upperBound == end {
        (start, typed) = (range.lowerBound, value)
        return
      }
      place = .name
    }
    if let word, word.range.upperBound == end {
      (start, typed) = (word.range.lowerBound, word.text)
    }
  }
}

extension FilterPlace {
  /// Whether the word there may become the field of a comparison, or a word that joins conditions:
  /// until it is whole, it is no text to be found.
  package var isUnfinished: Bool {
    guard case .name = place, !typed.isEmpty else { return false }
    let word = typed.lowercased()
    if FilterFlag(rawValue: word) != nil { return false }
    return FilterField.names.contains { $0.hasPrefix(word) }
      || FilterText.reserved.contains { $0.hasPrefix(word) }
  }
}
