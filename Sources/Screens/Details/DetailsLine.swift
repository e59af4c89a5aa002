import Monitor
import StyledText
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
      let width = min(part.width, SafeText.columns(of: part.text))
      canvas.write(part.text, x: x + part.x, y: y, width: width, style: part.style)
    }
  }
}
