import Monitor
import StyledText
import Terminal

/// A box in the middle of the screen: a title and lines, one of them chosen.
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
  let hint: String

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
    let texts = [title, hint] + (head + lines).map(\.text)
    let wanted = (texts.map { SafeText.columns(of: $0) }.max() ?? 0) + 4
    let width = min(canvas.width, max(24, wanted))
    let height = min(canvas.height, head.count + lines.count + 3)
    let x = (canvas.width - width) / 2
    let y = (canvas.height - height) / 2
    let rows = max(0, height - 3 - head.count)
    let first = max(0, min(cursor.map { $0 - rows / 2 } ?? top, lines.count - rows))

    canvas.write(" \(title)", x: x, y: y, width: width, style: .barStrong)
    var line = y + 1
    for text in head {
      canvas.write("  \(text.text)", x: x, y: line, width: width, style: text.style)
      line += 1
    }
    let start = line
    for index in first..<max(first, min(lines.count, first + rows)) {
      let style: Style = index == cursor ? .selected : lines[index].style
      canvas.write("  \(lines[index].text)", x: x, y: line, width: width, style: style)
      line += 1
    }
    canvas.write("", x: x, y: line, width: width)
    canvas.write("  \(hint)", x: x, y: line + 1, width: width, style: .bar)
    return Frame(lines: start..<max(start, line), first: first)
  }
}
