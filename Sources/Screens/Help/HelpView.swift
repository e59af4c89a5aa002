import Monitor
import StyledText
import Terminal

/// The help: all keys and all columns, from the lists of them; the keys of the place where it was
/// opened come first.
struct HelpView {
  private let pane: HelpPane
  private let lines: [String]
  private let keys: KeyMap

  /// - Parameter width: of the screen, in columns.
  init(_ pane: HelpPane, _ keys: KeyMap, width: Int) {
    self.pane = pane
    self.keys = keys
    lines = Self.lines(pane, keys, width: width)
  }

  /// A key or a column with its meaning, or a paragraph that has no label.
  private struct Entry {
    var label: String?
    let text: String

    /// What a search looks at.
    var searched: String { label.map { "\($0) \(text)" } ?? text }

    /// Its lines on a screen of this many columns: the meaning in a column of its own.
    func lines(width: Int) -> [String] {
      guard let label else { return Self.wrapped(text, indent: 2, width) }
      // Narrow screens leave more to the meaning.
      let start = min(18, max(4, width / 3))
      let lines = Self.wrapped(text, indent: start, width)
      let space = start - 2 - SafeText.columns(of: label)
      guard space > 0, let first = lines.first else { return ["  \(label)"] + lines }
      let padding = String(repeating: " ", count: space)
      return ["  \(label)\(padding)\(first.dropFirst(start))"] + lines.dropFirst()
    }

    private static func wrapped(_ text: String, indent: Int, _ width: Int) -> [String] {
      WrappedText.lines(text, columns: width - indent).map {
        String(repeating: " ", count: indent) + $0
      }
    }
  }

  /// The lines that the search leaves, headings of empty parts left out.
  static func lines(_ pane: HelpPane, _ keys: KeyMap, width: Int) -> [String] {
    var parts = Context.allCases.map { (title: $0.title, entries: entries(of: $0, keys)) }
    if let index = Context.allCases.firstIndex(of: pane.context) {
      parts.insert(parts.remove(at: index), at: 0)
    }
    parts.append(("Columns (as many as fit are shown)", columnEntries))
    parts.append(("Notes", notes))
    let found = parts.map { part in
      let isWhole = pane.search.isFound(in: part.title)
      let entries = part.entries.filter { isWhole || pane.search.isFound(in: $0.searched) }
      return entries.isEmpty ? [] : [part.title] + entries.flatMap { $0.lines(width: width) }
    }
    return Array(found.filter { !$0.isEmpty }.joined(separator: [""]))
  }

  private static func entries(of context: Context, _ keys: KeyMap) -> [Entry] {
    Binding.all.filter { $0.contexts.contains(context) }.map { binding in
      Entry(label: keys.label(of: binding.command), text: binding.meaning)
    }
  }

  private static let columnEntries = Column.all.map { Entry(label: $0.title, text: $0.meaning) }

  private static let notes = [
    """
    Rates are those of the last interval. The order by a rate uses its moving average; the column \
    then shows that average, as avg RX.
    """,
    """
    - means unknown. ! marks rows that are slow or losing segments, + new ones, × closed ones, \
    * tagged ones.
    """,
    """
    The totals of a group cover all its connections, closed ones included, since nettop started or \
    the totals were reset. A connection has its own totals, since it was opened. The RTT of a group \
    is the longest.
    """,
  ].map { Entry(text: $0) }

  /// Draws as much as fits.
  ///
  /// - Returns: where the keys of the last line are.
  func draw(into canvas: inout Canvas) -> [KeyLine.Place] {
    guard canvas.height > 0 else { return [] }
    let rows = max(1, canvas.height - 2)
    let first = max(0, min(pane.top, lines.count - rows))
    let y = canvas.height > 1 ? 1 : 0
    if y > 0 {
      let title = StyledLine(left: [.init(" nettop  Help", .barStrong)], style: .bar)
      title.draw(into: &canvas, y: 0)
    }
    for (line, text) in lines.dropFirst(first).prefix(rows).enumerated() {
      let isHeading = !text.isEmpty && !text.hasPrefix(" ")
      let style = isHeading ? Style.strong : .plain
      canvas.write(text, x: 0, y: y + line, width: canvas.width, style: style)
    }
    if lines.isEmpty {
      canvas.write("Nothing here matches \"\(pane.search.text)\".", x: 0, y: y, width: canvas.width)
    }
    guard canvas.height > 2 else { return [] }
    let last = canvas.height - 1
    if pane.search.isTyping || !pane.search.isEmpty {
      SearchLine(search: pane.search).draw(into: &canvas, y: last)
      return []
    }
    let visible = first..<max(first, min(lines.count, first + rows))
    return KeyLine(keys, visible, of: lines.count, width: canvas.width)
      .draw(into: &canvas, y: last)
  }
}
