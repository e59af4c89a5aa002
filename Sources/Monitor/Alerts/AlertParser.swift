/// Reads the text of an alert.
///
///     alert = expression [ "for" time ] [ "holdoff" time ]
///
/// The two words have this meaning wherever they stand alone, outside of quotes: a filter that looks
/// for one of them as text has to quote it.
struct AlertParser {
  private enum Clause: String, CaseIterable {
    case duration = "for"
    case holdOff = "holdoff"

    init?(_ word: String) {
      let word = word.lowercased()
      self.init(rawValue: word == "hold-off" ? Self.holdOff.rawValue : word)
    }
  }

  private let scalars: [Unicode.Scalar]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  func parse() throws(FilterError) -> AlertRule {
    let words = words
    let first = words.indices.first { isClause(words, $0) } ?? words.endIndex
    // The filter stands at the beginning, so that places in it are places in the whole text.
    let end = first == 0 ? 0 : words[first - 1].upperBound
    let filter = try Filter(parsing: text(0..<end))
    guard !filter.isEmpty else {
      let place = words.first ?? 0..<0
      throw FilterError(
        place,
        "An alert needs a condition, such as rtt>200ms\(words.isEmpty ? "" : ", before this")."
      )
    }
    var seconds: [Clause: Double] = [:]
    var index = first
    while index < words.endIndex, let clause = Clause(text(words[index])) {
      let next = words.indices.first { $0 > index && isClause(words, $0) } ?? words.endIndex
      if seconds[clause] != nil {
        throw FilterError(words[index], "This alert has two times after \(clause.rawValue).")
      }
      seconds[clause] = try time(of: clause, words[index], words[(index + 1)..<next])
      if clause == .duration, seconds[clause] ?? 0 > 0, let part = filter.partOfEnds {
        throw FilterError(
          words[index].lowerBound..<words[next - 1].upperBound,
          "\(part) only matches connections that have ended, and an end has no duration:"
            + " leave out for."
        )
      }
      index = next
    }
    return AlertRule(
      filter,
      duration: seconds[.duration] ?? 0,
      holdOff: seconds[.holdOff] ?? 0
    )
  }

  private func time(
    of clause: Clause,
    _ keyword: Range<Int>,
    _ words: ArraySlice<Range<Int>>
  ) throws(FilterError) -> Double {
    let quote = "to find the word, quote it: \"\(clause.rawValue)\"."
    guard let first = words.first, let last = words.last else {
      throw FilterError(
        keyword.upperBound..<keyword.upperBound,
        "A time is missing after \(clause.rawValue), as in \(clause.rawValue) 10s; \(quote)"
      )
    }
    // The unit may follow after a blank.
    if let seconds = AlertRule.seconds(words.map(text).joined()) { return seconds }
    if AlertRule.seconds(text(first)) != nil {
      throw FilterError(
        words.dropFirst().reduce(last) { $0.lowerBound < $1.lowerBound ? $0 : $1 },
        "Nothing follows the time after \(clause.rawValue): put conditions before \(clause.rawValue)."
      )
    }
    throw FilterError(
      first.lowerBound..<last.upperBound,
      "\(clause.rawValue) takes a time up to 30d, such as 10s or 1m30s; \(quote)"
    )
  }

  private func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[range])
    return String(text)
  }

  /// Whether a word begins a clause: not so as the value of a comparison.
  private func isClause(_ words: [Range<Int>], _ index: Int) -> Bool {
    guard Clause(text(words[index])) != nil else { return false }
    guard index > 0, let before = text(words[index - 1]).unicodeScalars.last else { return true }
    return !"=<>~".unicodeScalars.contains(before)
  }

  /// The parts between blanks, of which those in quotes are none.
  private var words: [Range<Int>] {
    var words: [Range<Int>] = []
    var position = 0
    while position < scalars.count {
      if scalars[position].properties.isWhitespace {
        position += 1
        continue
      }
      let start = position
      var mayBeQuote = true
      while position < scalars.count, !scalars[position].properties.isWhitespace {
        if mayBeQuote, "\"'".unicodeScalars.contains(scalars[position]) {
          position = endOfQuote(position)
        } else {
          // Within a word, a quote is a character like others.
          mayBeQuote = "()=<>~!&|".unicodeScalars.contains(scalars[position])
          position += 1
        }
      }
      words.append(start..<position)
    }
    return words
  }

  /// Where the text in quotes ends that begins here: behind its closing quote, or at the end.
  private func endOfQuote(_ start: Int) -> Int {
    var position = start + 1
    while position < scalars.count, scalars[position] != scalars[start] {
      position += scalars[position] == "\\" ? 2 : 1
    }
    return min(position + 1, scalars.count)
  }
}
