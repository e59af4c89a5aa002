import Tracer

/// What may stand at a place in the text of a filter, beginning with what stands there already.
struct FilterCompletion: Hashable, Sendable {
  /// What a candidate replaces, in Unicode scalars.
  let range: Range<Int>
  /// As they are put into the text.
  let candidates: [String]

  private static let limit = 200

  /// The names of fields, or the values of the field that is compared at the cursor.
  init(_ text: String, cursor: Int, _ table: ConnectionTable) {
    let context = Context(String(text.unicodeScalars.prefix(cursor)))
    range = context.start..<cursor
    let all =
      switch context.place {
      case .name: FilterField.all.map(\.name) + FilterText.reserved.sorted()
      case .value(let field): field.known(in: table)
      case nil: [String]()
      }
    let typed = context.typed.lowercased()
    let matching = all.filter { $0.lowercased().hasPrefix(typed) }.prefix(Self.limit)
    if case .value = context.place {
      candidates = matching.map { FilterText.quotedIfNeeded($0) }
    } else {
      candidates = Array(matching)
    }
  }

  /// What all candidates begin with.
  var commonPrefix: String {
    guard let first = candidates.first else { return "" }
    return candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
  }

  /// Where the cursor stands.
  private struct Context {
    enum Place {
      case name
      case value(FilterField)
    }

    /// `nil` where nothing can be proposed.
    var place: Place?
    var start = 0
    var typed = ""

    init(_ text: String) {
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
        place = word.flatMap { FilterField.named($0.text) }.map { .value($0) }
        word = nil
        let valueStart = lexer.position
        guard let (value, range) = try? lexer.value() else {
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
}

extension FilterField {
  /// The values that it can have or has in a table, in order.
  fileprivate func known(in table: ConnectionTable) -> [String] {
    switch values {
    case .choices(let choices, _): return choices.map(\.name)
    case .namespace:
      return table.namespaces.values.compactMap(\.name).map(WildcardPattern.escaped).sorted()
    case .ownerText(let read):
      let owners = Set((0..<table.bound).compactMap { table[$0]?.owner })
      let texts = Set(owners.compactMap { table.owners[$0].flatMap(read) })
      return texts.map(WildcardPattern.escaped).sorted()
    default: return []
    }
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
