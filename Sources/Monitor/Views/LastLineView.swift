import Terminal

/// The last line: the keys, or what is being typed.
enum LastLineView {
  /// Draws the line of keys; as many as fit, and how to leave always.
  static func drawKeys(_ keys: KeyMap, into canvas: inout Canvas, y: Int) {
    let shown = Binding.all.compactMap { binding -> (String, String)? in
      guard let key = keys.keys(of: binding.command).first, let word = binding.short else {
        return nil
      }
      return (key.name, word)
    }
    guard let last = shown.last else { return }
    func columns(_ item: (String, String)) -> Int { item.0.count + item.1.count + 3 }
    var room = canvas.width - columns(last) + 2
    let fitting = shown.dropLast().prefix { item in
      room -= columns(item)
      return room >= 0
    }
    var x = 0
    for (key, word) in fitting + [last] {
      x = canvas.write(key, x: x, y: y, style: .key)
      x = canvas.write(" \(word)  ", x: x, y: y, style: .keyMeaning)
    }
  }

  /// Draws a prompt.
  ///
  /// - Returns: where the cursor belongs.
  static func draw(
    _ prompt: Prompt,
    message: String?,
    into canvas: inout Canvas,
    y: Int
  ) -> Interface.Position {
    canvas.write("", x: 0, y: y, width: canvas.width)
    let label = prompt.kind.label
    let start = canvas.write(label, x: 0, y: y, style: .strong)
    // What is typed stays in view: of a text too long for the line, the end.
    var text = Canvas.sanitized(prompt.text)
    while !text.isEmpty, start + Canvas.columns(of: text) >= canvas.width { text.removeFirst() }
    let style = prompt.isSuggestion ? Style.suggestion : .plain
    let end = canvas.write(text, x: start, y: y, style: style)
    let hint = message ?? "Enter accepts, Esc cancels"
    let hintStyle = message == nil ? Style.faint : .alarm
    let columns = Canvas.columns(of: hint)
    if end + 3 + columns <= canvas.width {
      canvas.write(hint, x: canvas.width - columns, y: y, style: hintStyle)
    } else if message != nil {
      canvas.write(
        hint,
        x: min(end + 1, canvas.width),
        y: y,
        width: max(0, canvas.width - end - 1),
        style: hintStyle
      )
    }
    return Interface.Position(x: max(0, min(end, canvas.width - 1)), y: y)
  }
}
