import Monitor
import StyledText
import Terminal

/// The help: all keys and all columns, from the lists of them; the keys of the place where it was
/// opened come first.
struct HelpView {
  private let pane: HelpPane
  private let lines: [String]
  private let keys: KeyMap

  init(_ pane: HelpPane, _ keys: KeyMap) {
    self.pane = pane
    self.keys = keys
    lines = Self.lines(pane, keys)
  }

  /// The lines that the search leaves, headings of empty parts left out.
  static func lines(_ pane: HelpPane, _ keys: KeyMap) -> [String] {
    var parts = Context.allCases.map { (title: $0.title, lines: lines(of: $0, keys)) }
    if let index = Context.allCases.firstIndex(of: pane.context) {
      parts.insert(parts.remove(at: index), at: 0)
    }
    parts.append(("Columns (as many as fit are shown)", columnLines))
    parts.append(("Notes", notes))
    let found = parts.map { part in
      let isWhole = pane.search.isFound(in: part.title)
      let lines = isWhole ? part.lines : part.lines.filter(pane.search.isFound)
      return lines.isEmpty ? [] : [part.title] + lines
    }
    return Array(found.filter { !$0.isEmpty }.joined(separator: [""]))
  }

  private static func lines(of context: Context, _ keys: KeyMap) -> [String] {
    Binding.all.filter { $0.contexts.contains(context) }.map { binding in
      "  \(padded(keys.label(of: binding.command), 16))\(binding.meaning)"
    }
  }

  private static let columnLines = Column.all.map { column in
    "  \(padded(column.title, 16))\(column.meaning)"
  }

  private static let notes = [
    "  Rates are those of the last interval. The order by a rate uses its moving average; the column",
    "  then shows that average, as avg RX.",
    "  - means unknown. ! marks rows that are slow or losing segments, + new ones, × closed ones,",
    "  * tagged ones. The totals of a group cover all its connections, closed ones included, since",
    "  nettop started or the totals were reset. A connection has its own totals, since it was opened.",
    "  The RTT of a group is the longest.",
  ]

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

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - SafeText.columns(of: text)))
  }
}
