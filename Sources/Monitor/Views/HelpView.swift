import Terminal

/// The help: all keys and all columns, as the lists of them have it.
enum HelpView {
  static let lines: [String] = keyLines + [""] + columnLines + ["", note]

  private static let keyLines =
    ["Keys"] + Binding.all.map { "  \(padded($0.label, 14))\($0.meaning)" }

  private static let columnLines =
    ["Columns, as the width of the screen allows"]
    + Column.all.map { "  \(padded($0.title, 14))\($0.meaning)" }

  private static let note =
    "Rates are those of the last interval. - stands for what is not known."

  /// Draws as much of the help as there is room for, from `top` on.
  ///
  /// - Returns: the first line shown, which is `top` unless that is too far down.
  static func draw(into canvas: inout Canvas, top: Int) -> Int {
    guard canvas.height > 0 else { return 0 }
    let rows = max(1, canvas.height - 2)
    let first = max(0, min(top, lines.count - rows))
    let y = canvas.height > 1 ? 1 : 0
    if y > 0 {
      let title = StyledLine(
        left: [.init(" nettop  Help", .barStrong)],
        style: .bar
      )
      title.draw(into: &canvas, y: 0)
    }
    for (line, text) in lines.dropFirst(first).prefix(rows).enumerated() {
      let isHeading = !text.isEmpty && !text.hasPrefix(" ")
      let style = isHeading ? Style.strong : .plain
      canvas.write(text, x: 0, y: y + line, width: canvas.width, style: style)
    }
    if canvas.height > 2 {
      let isWhole = lines.count <= rows
      let hint = isWhole ? "Any key leaves" : "Arrows and pages scroll, any other key leaves"
      canvas.write(hint, x: 0, y: canvas.height - 1, width: canvas.width, style: .strong)
    }
    return first
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - Canvas.columns(of: text)))
  }
}
