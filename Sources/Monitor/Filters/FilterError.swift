import StyledText

/// Why a text is not a valid filter, and where.
package struct FilterError: Error, Hashable, Sendable {
  /// The place in the text, in Unicode scalars. Begins at the end of the text where something is missing.
  package let range: Range<Int>
  /// A sentence for people, with what to do.
  package let message: String

  package init(_ range: Range<Int>, _ message: String) {
    self.range = range
    self.message = message
  }

  /// The columns of the screen that the place takes once the text is made safe, at least one.
  package func columns(in text: String) -> Range<Int> {
    let start = SafeText.columns(of: String(text.unicodeScalars.prefix(range.lowerBound)))
    let end = SafeText.columns(of: String(text.unicodeScalars.prefix(range.upperBound)))
    return start..<max(end, start + 1)
  }

  /// The text, a line that marks the place under it, and the sentence.
  package func lines(for text: String) -> [String] {
    let columns = columns(in: text)
    let mark = String(repeating: "^", count: columns.count)
    return [
      SafeText.sanitized(text),
      String(repeating: " ", count: columns.lowerBound) + mark,
      SafeText.sanitized(message),
    ]
  }
}
