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

  /// How many scalars of a text are shown, and how many of these at most before the place.
  private static let (shown, shownBefore) = (120, 40)

  /// The text around the place, and the error with its place in there.
  package func excerpt(of text: String) -> (text: String, error: FilterError) {
    let scalars = text.unicodeScalars
    let count = scalars.count
    if count <= Self.shown { return (text, self) }
    let start = max(0, min(range.lowerBound - Self.shownBefore, count - Self.shown))
    let end = start + Self.shown
    let (before, after) = (start > 0 ? "…" : "", end < count ? "…" : "")
    let excerpt = String(scalars.dropFirst(start).prefix(Self.shown))
    let offset = before.unicodeScalars.count - start
    let place = range.clamped(to: start..<end)
    return (
      before + excerpt + after,
      FilterError(place.lowerBound + offset..<place.upperBound + offset, message)
    )
  }

  /// The text around the place, a line that marks it, and the sentence.
  package func lines(for text: String) -> [String] {
    let (text, error) = excerpt(of: text)
    let columns = error.columns(in: text)
    let mark = String(repeating: "^", count: columns.count)
    return [
      SafeText.sanitized(text),
      String(repeating: " ", count: columns.lowerBound) + mark,
      SafeText.sanitized(message),
    ]
  }
}
