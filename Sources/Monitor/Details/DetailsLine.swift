import Terminal

/// A line of the details: texts at their columns, each in a field of its own.
struct DetailsLine: Hashable, Sendable {
  struct Part: Hashable, Sendable {
    let x: Int
    let width: Int
    let text: String
    let style: Style
  }

  var parts: [Part] = []

  static let blank = DetailsLine()

  init() {}

  init(_ text: String, x: Int = 0, width: Int, style: Style = .plain) {
    add(text, x: x, width: width, style: style)
  }

  mutating func add(_ text: String, x: Int, width: Int, style: Style = .plain) {
    guard width > 0 else { return }
    parts.append(Part(x: x, width: width, text: text, style: style))
  }

  /// Its texts, as a search sees them.
  var text: String { parts.map(\.text).joined(separator: " ") }

  func draw(into canvas: inout Canvas, x: Int, y: Int) {
    for part in parts {
      // No wider than its text, so that parts may follow each other closely.
      let width = min(part.width, Canvas.columns(of: part.text))
      canvas.write(part.text, x: x + part.x, y: y, width: width, style: part.style)
    }
  }
}

/// Text in lines of at most this many columns, broken between words where it can be.
enum WrappedText {
  static func lines(_ text: String, columns: Int) -> [String] {
    let columns = max(1, columns)
    var lines: [String] = []
    var line = ""
    var width = 0
    for word in Canvas.sanitized(text).split(separator: " ") {
      var rest = Substring(word)
      var length = Canvas.columns(of: String(rest))
      if width > 0, width + 1 + length <= columns {
        line += " \(rest)"
        width += 1 + length
        continue
      }
      if width > 0 { lines.append(line) }
      while length > columns {
        let head = head(of: rest, columns: columns)
        lines.append(head)
        rest = rest.dropFirst(head.count)
        length = Canvas.columns(of: String(rest))
      }
      (line, width) = (String(rest), length)
    }
    return width > 0 ? lines + [line] : lines
  }

  /// As much of a long word as fits, at least one character.
  private static func head(of word: Substring, columns: Int) -> String {
    var head = ""
    var width = 0
    for character in word {
      width += Canvas.columns(of: String(character))
      if width > columns, !head.isEmpty { break }
      head.append(character)
    }
    return head
  }
}
