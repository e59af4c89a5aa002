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

  /// How many columns parts take.
  static func columns(of parts: [Part]) -> Int {
    parts.reduce(0) { $0 + SafeText.columns(of: $1.text) }
  }

  /// How many columns the parts at the left take.
  var columns: Int { Self.columns(of: left) }

  func draw(into canvas: inout Canvas, y: Int) {
    canvas.write("", x: 0, y: y, width: canvas.width, style: style)
    var x = 0
    for part in Self.cut(left, toColumns: canvas.width) {
      x = canvas.write(part.text, x: x, y: y, style: part.style)
    }
    let columns = Self.columns(of: right)
    guard columns > 0, x + 2 + columns <= canvas.width else { return }
    x = canvas.width - columns
    for part in right { x = canvas.write(part.text, x: x, y: y, style: part.style) }
  }
}

extension StyledLine {
  /// As much of a line as fits into this many columns: cut after a word, with `…` for the rest.
  ///
  /// A word that is longer than half of them is cut itself.
  static func cut(_ parts: [Part], toColumns limit: Int) -> [Part] {
    if columns(of: parts) <= limit { return parts }
    guard limit > 0 else { return [] }
    let characters = parts.flatMap { part in part.text.map { ($0, part.style) } }
    var room = limit - 1
    let fitting = characters.prefix { character, _ in
      room -= SafeText.columns(of: String(character))
      return room >= 0
    }
    var end = fitting.count
    var isInWord = characters[end].0 != " "
    if isInWord, let blank = fitting.lastIndex(where: { $0.0 == " " }), blank >= limit / 2 {
      end = blank
      isInWord = false
    }
    while end > 0, characters[end - 1].0 == " " { end -= 1 }
    let style = characters[max(0, end - 1)].1
    let hasRoom = columns(of: [Part(String(characters[..<end].map(\.0)))]) + 2 <= limit
    let sign = isInWord || !hasRoom || end == 0 ? "…" : " …"
    return joined(characters[..<end] + sign.map { ($0, style) })
  }

  /// Characters with their styles as parts.
  private static func joined(_ characters: ArraySlice<(Character, Style)>) -> [Part] {
    var parts: [Part] = []
    for (character, style) in characters {
      let text = parts.last.flatMap { $0.style == style ? $0.text : nil }
      if text != nil { parts.removeLast() }
      parts.append(Part("\(text ?? "")\(character)", style))
    }
    return parts
  }
}
