import Monitor
import StyledText
import Terminal

extension Notice {
  /// The paragraphs as a box, in lines that fit a screen of this many columns.
  func box(width: Int) -> BoxView {
    let columns = max(1, min(width, 120) - 4)
    let lines = paragraphs.flatMap { paragraph in
      WrappedText.lines(paragraph, columns: columns).enumerated().map { index, text in
        BoxView.Line(text: text, style: index == 0 ? .strong : .plain)
      }
    }
    return BoxView(
      title: title,
      lines: lines,
      cursor: nil,
      top: top,
      hint: "Esc Back  Up/Down Scroll"
    )
  }
}
