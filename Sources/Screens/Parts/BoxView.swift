import Monitor
import StyledText
import Terminal

/// A box in the middle of the screen: a title and lines, one of them chosen. What has no room is cut
/// after a word.
struct BoxView {
  struct Line {
    let text: String
    var style = Style.plain
  }

  let title: String
  /// Lines that stay while the others scroll.
  var head: [Line] = []
  let lines: [Line]
  /// Which of the lines is chosen, `nil` for none.
  let cursor: Int?
  /// The first line shown, where none is chosen.
  var top = 0
  /// Lines below the others, which stay too.
  var foot: [Line] = []
  let hint: String

  /// Columns at each side of a text.
  static let margin = 2

  /// The place of the box and its lines.
  struct Frame: Hashable, Sendable {
    /// The rows of the canvas that hold lines.
    var lines: Range<Int>
    /// The number of the first line shown.
    var first: Int

    /// The number of the line in a row of the canvas.
    func index(of y: Int) -> Int? {
      lines.contains(y) ? first + y - lines.lowerBound : nil
    }
  }

  /// Draws it.
  ///
  /// - Returns: the place of its lines.
  func draw(into canvas: inout Canvas) -> Frame {
    let texts = [title, hint] + (head + lines + foot).map(\.text)
    let wanted = (texts.map { SafeText.columns(of: $0) }.max() ?? 0) + 2 * Self.margin
    let width = min(canvas.width, max(24, wanted))
    let height = min(canvas.height, head.count + lines.count + foot.count + 3)
    let x = (canvas.width - width) / 2
    var y = (canvas.height - height) / 2
    let rows = max(0, height - 3 - head.count - foot.count)
    let first = max(0, min(cursor.map { $0 - rows / 2 } ?? top, lines.count - rows))
    func write(_ text: String, _ style: Style = .plain, margin: Int = Self.margin) {
      let line = StyledLine.Part(String(repeating: " ", count: margin) + text, style)
      let cut = StyledLine.cut([line], toColumns: width).map(\.text).joined()
      canvas.write(cut, x: x, y: y, width: width, style: style)
      y += 1
    }

    write(title, .barStrong, margin: 1)
    for line in head { write(line.text, line.style) }
    let start = y
    for index in first..<max(first, min(lines.count, first + rows)) {
      write(lines[index].text, index == cursor ? .selected : lines[index].style)
    }
    let end = max(start, y)
    write("")
    for line in foot { write(line.text, line.style) }
    write(hint, .bar)
    return Frame(lines: start..<end, first: first)
  }
}
