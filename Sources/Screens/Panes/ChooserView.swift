import Monitor
import StyledText
import Terminal

extension ColumnChooser {
  /// The choice as a box: a mark for each column that is shown, its width and its meaning.
  func box(_ keys: KeyMap) -> BoxView {
    let lines = items.enumerated().map { index, item in
      let column = Column.with(item.id)
      let mark = item.isShown ? "[x]" : "[ ]"
      let width = item.width.map { "\($0)" } ?? "auto"
      let title = column.title.isEmpty ? "(mark)" : column.title
      return BoxView.Line(
        text: "\(mark) \(padded(title, 10)) \(padded(width, 5)) \(column.meaning)",
        style: item.isShown ? .plain : .faint
      )
    }
    func key(_ command: Command) -> String { keys.keys(of: command).first?.name ?? "-" }
    return BoxView(
      title: "Columns: \(kind.title)",
      head: [
        BoxView.Line(
          text: isAutomatic
            ? "Automatic (fits the screen). Any change makes it a fixed selection"
            : "Fixed selection. \(key(.automatic)) makes it automatic again",
          style: .faint
        )
      ],
      lines: lines,
      cursor: cursor,
      hint: "Esc Back  \(key(.toggleColumn)) Show/Hide  "
        + "\(key(.moveUp)) \(key(.moveDown)) Move  \(key(.narrow)) \(key(.widen)) Resize  \(key(.save)) Save"
    )
  }

  private func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - SafeText.columns(of: text)))
  }
}
