import Monitor
import StyledText
import Terminal

extension ColumnChooser {
  /// With fewer lines, the screen has no space for what a list leaves out.
  private static let leastHeight = 16

  /// The choice as a box: a mark for each column that is shown, its width and its meaning. Where the
  /// screen cuts some of these, that of the chosen column stands below the list.
  func box(_ keys: KeyMap, width: Int, height: Int) -> BoxView {
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
      foot: height < Self.leastHeight ? [] : foot(lines, columns: width - 2 * BoxView.margin),
      hint: "Esc Back  \(key(.toggleColumn)) Show/Hide  "
        + "\(key(.moveUp)) \(key(.moveDown)) Move  \(key(.narrow)) \(key(.widen)) Resize  \(key(.save)) Save"
    )
  }

  /// The meaning of the chosen column, in as many lines as that of any takes.
  private func foot(_ lines: [BoxView.Line], columns: Int) -> [BoxView.Line] {
    guard lines.contains(where: { SafeText.columns(of: $0.text) > columns }) else { return [] }
    func wrapped(_ item: Item) -> [String] {
      WrappedText.lines(Column.with(item.id).meaning, columns: columns)
    }
    let count = items.map { wrapped($0).count }.max() ?? 0
    let shown = wrapped(items[cursor])
    return (0..<count).map { BoxView.Line(text: shown.indices.contains($0) ? shown[$0] : "") }
  }

  private func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - SafeText.columns(of: text)))
  }
}
