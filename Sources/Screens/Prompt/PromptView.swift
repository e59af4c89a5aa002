import Monitor
import StyledText
import Terminal

/// The prompt, at the bottom of the screen.
///
///     Filter: rtt>50ms and retrns>1%
///                          ^^^^^^ Unknown field 'retrns': did you mean 'retrans'?
struct PromptView {
  let prompt: Prompt
  /// What the last key met with.
  let message: String?

  private static let keys = ["Enter Accept", "Esc Cancel"]
  /// Where a jump can go.
  private static let places = ["14:05", "2026-03-01 14:05", "3m ago", "+30s", "reason=refused"]

  /// How many lines it takes on a screen of this height.
  func lines(height: Int) -> Int {
    prompt.kind.completes && height >= 5 ? 2 : 1
  }

  /// Draws it on the last lines.
  ///
  /// - Returns: where the cursor belongs.
  func draw(into canvas: inout Canvas) -> Canvas.Position {
    let lines = lines(height: canvas.height)
    let y = canvas.height - lines
    for line in 0..<lines { canvas.write("", x: 0, y: y + line, width: canvas.width) }
    let start = canvas.write(prompt.kind.label, x: 0, y: y, style: .strong)
    let window = PromptWindow(prompt.line, columns: canvas.width - start)
    let style = prompt.isSuggestion ? Style.suggestion : .plain
    let end = canvas.write(window.text, x: start, y: y, style: style)
    if let error = prompt.error {
      let place = window.columns(of: prompt.line.characters(of: error.range))
      canvas.fill(x: start + place.lowerBound, y: y, width: place.count, style: .error)
      if lines > 1, prompt.completion != nil {
        drawBelow(into: &canvas, y: y + 1)
      } else if lines > 1 {
        drawError(error, at: start + place.lowerBound, place.count, into: &canvas, y: y + 1)
      } else {
        drawHint(error.message, .alarm, after: end, into: &canvas, y: y)
      }
    } else if lines > 1 {
      drawBelow(into: &canvas, y: y + 1)
    } else {
      let problem = message ?? prompt.warning
      let style: Style = problem == nil ? .faint : .alarm
      let hint = repetition ?? Self.keys.joined(separator: "  ")
      drawHint(problem ?? hint, style, after: end, into: &canvas, y: y)
    }
    let x = min(start + window.cursor, canvas.width - 1)
    return Canvas.Position(x: max(0, x), y: y)
  }

  /// At the right edge; a message at least gets the columns that the text leaves.
  private func drawHint(
    _ text: String,
    _ style: Style,
    after end: Int,
    into canvas: inout Canvas,
    y: Int
  ) {
    let columns = SafeText.columns(of: text)
    if end + 3 + columns <= canvas.width {
      canvas.write(text, x: canvas.width - columns, y: y, style: style)
    } else if style == .alarm, end + 1 < canvas.width {
      canvas.write(text, x: end + 1, y: y, width: canvas.width - end - 1, style: style)
    }
  }

  /// A mark under the place, with the sentence on the side that has more columns.
  private func drawError(
    _ error: FilterError,
    at x: Int,
    _ columns: Int,
    into canvas: inout Canvas,
    y: Int
  ) {
    let mark = String(repeating: "^", count: max(1, min(columns, canvas.width - x)))
    let width = SafeText.columns(of: error.message)
    let end = canvas.write(mark, x: x, y: y, style: .error)
    if end + 1 + width <= canvas.width {
      canvas.write(error.message, x: end + 1, y: y, style: .alarm)
    } else if width + 1 <= x {
      canvas.write(error.message, x: x - width - 1, y: y, style: .alarm)
    } else {
      // The place is marked in the text itself.
      canvas.write(error.message, x: 0, y: y, width: canvas.width, style: .alarm)
    }
  }

  private func drawBelow(into canvas: inout Canvas, y: Int) {
    if let message {
      canvas.write(message, x: 0, y: y, width: canvas.width, style: .alarm)
    } else if let (proposal, chosen) = prompt.completion {
      var x = 0
      for (index, candidate) in proposal.candidates.enumerated().dropFirst(chosen ?? 0)
      where x < canvas.width {
        let style: Style = index == chosen ? .strong : .faint
        let text = proposal.notes[candidate].map { "\(candidate) \($0)" } ?? candidate
        let columns = min(SafeText.columns(of: text), canvas.width - x)
        x = canvas.write(text, x: x, y: y, width: columns, style: style) + 2
      }
    } else if let warning = prompt.warning {
      let text = "\(warning): press Tab for a list"
      canvas.write(text, x: 0, y: y, width: canvas.width, style: .alarm)
    } else {
      let hint = Self.fitting(hints, columns: canvas.width)
      canvas.write(hint, x: 0, y: y, width: canvas.width, style: .faint)
    }
  }

  /// What the keys do, or what can be typed, the most needed first.
  private var hints: [String] {
    if prompt.kind.isJump {
      guard let repetition else { return Self.places + Self.keys }
      return [repetition, "or type \(Self.places[0])"] + Self.places.dropFirst()
    }
    return Self.keys + ["Tab Complete"] + (prompt.kind.isExpression ? ["Up Recall"] : [])
  }

  /// What Enter does while nothing is typed; `nil` where that is nothing else than it does later.
  private var repetition: String? {
    guard prompt.text.isEmpty, let repeated = prompt.repeated else { return nil }
    return "Enter alone repeats \(SafeText.cut(repeated, toColumns: 30))"
  }

  /// As many of these as fit, the first one always.
  private static func fitting(_ hints: [String], columns: Int) -> String {
    hints.dropFirst().reduce(into: (text: hints.first ?? "", isFull: false)) { line, hint in
      let longer = "\(line.text)  \(hint)"
      line.isFull = line.isFull || SafeText.columns(of: longer) > columns
      if !line.isFull { line.text = longer }
    }.text
  }
}

/// The part of a line that is in view: the cursor always is, with some of what follows it.
private struct PromptWindow {
  let text: String
  /// How many columns before the cursor are in view.
  let cursor: Int
  private let widths: [Int]
  private let first: Int
  private let room: Int

  init(_ line: LineEditor, columns: Int) {
    // The cursor may be after the last character.
    room = max(1, columns)
    widths = line.characters.map { SafeText.columns(of: String($0)) }
    let ahead = min(widths[line.cursor...].reduce(1, +), max(1, room / 4))
    var first = 0
    var used = widths[..<line.cursor].reduce(0, +)
    while first < line.cursor, used + ahead > room {
      used -= widths[first]
      first += 1
    }
    self.first = first
    cursor = used
    var left = room
    let shown = line.characters.indices.dropFirst(first).prefix { index in
      left -= SafeText.columns(of: String(line.characters[index]))
      return left >= 0
    }
    text = SafeText.sanitized(String(line.characters[first..<first + shown.count]))
  }

  /// The columns of these characters in view, at least one.
  func columns(of range: Range<Int>) -> Range<Int> {
    let range = range.clamped(to: 0..<widths.count)
    let from = max(first, min(range.lowerBound, widths.count))
    let to = max(from, range.upperBound)
    let start = min(widths[first..<from].reduce(0, +), room - 1)
    let end = min(start + widths[from..<to].reduce(0, +), room)
    return start..<max(end, start + 1)
  }
}
