import Monitor
import StyledText
import Terminal

/// A text that is looked for in a pane: only lines with it are shown.
struct TextSearch: Hashable, Sendable {
  private static let limit = 40

  private(set) var text = ""
  /// Whether it is being typed.
  private(set) var isTyping = false

  /// Whether nothing is looked for.
  var isEmpty: Bool { text.isEmpty }

  mutating func begin() { isTyping = true }

  mutating func clear() { self = TextSearch() }

  /// Does what a key does to the text while it is typed.
  mutating func handle(_ key: Key) {
    switch key {
    case .character(let character) where text.count < Self.limit: text.append(character)
    case .backspace: text = String(text.dropLast())
    case .control("u"): text = ""
    case .enter: isTyping = false
    case .escape: clear()
    default: break
    }
  }

  /// Whether a text has it, in capitals or not; every text has nothing.
  func isFound(in line: String) -> Bool {
    isEmpty || TextPattern(text).isFound(in: line)
  }
}

/// The last line of a pane that is searched.
///
///     Search: rtt_   Enter Keep  Esc Clear
struct SearchLine {
  let search: TextSearch

  func draw(into canvas: inout Canvas, y: Int) {
    canvas.write("", x: 0, y: y, width: canvas.width)
    let end = search.isTyping ? "_   Enter Keep  Esc Clear" : "   Esc Clear"
    let x = canvas.write("Search: ", x: 0, y: y, style: .strong)
    canvas.write("\(search.text)\(end)", x: x, y: y, width: max(0, canvas.width - x))
  }
}
