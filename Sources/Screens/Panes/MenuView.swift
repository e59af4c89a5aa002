import Monitor
import Terminal

extension Menu {
  var box: BoxView {
    BoxView(
      title: title.first ?? "",
      head: title.dropFirst().map { BoxView.Line(text: $0) },
      lines: items.map { BoxView.Line(text: $0.text) },
      cursor: cursor,
      hint: "Enter Choose  Esc Back"
    )
  }
}
