import Monitor
import StyledText
import Terminal

/// A line of differently styled parts, some at the right edge if they fit.
struct StyledLine: Sendable {
  struct Part: Sendable {
    let text: String
    let style: Style

    init(_ text: String, _ style: Style = .plain) {
      self.text = text
      self.style = style
    }
  }

  var left: [Part]
  var right: [Part] = []
  /// The style of the cells between.
  var style = Style.plain

  func draw(into canvas: inout Canvas, y: Int) {
    canvas.write("", x: 0, y: y, width: canvas.width, style: style)
    var x = 0
    for part in left where x < canvas.width {
      // The field ends at the edge, so that what is cut there ends in `…`.
      let columns = min(SafeText.columns(of: part.text), canvas.width - x)
      x = canvas.write(part.text, x: x, y: y, width: columns, style: part.style)
    }
    let columns = right.reduce(0) { $0 + SafeText.columns(of: $1.text) }
    guard columns > 0, x + 2 + columns <= canvas.width else { return }
    x = canvas.width - columns
    for part in right { x = canvas.write(part.text, x: x, y: y, style: part.style) }
  }
}
