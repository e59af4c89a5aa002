import Terminal
import Tracer

/// The titles of the columns and the rows below.
struct TableView {
  private let model: Model
  private let layout: ColumnLayout
  private let selection: Selection
  private let context: CellContext

  init(
    _ model: Model,
    _ layout: ColumnLayout,
    _ selection: Selection,
    _ presentation: Presentation,
    _ names: Names
  ) {
    self.model = model
    self.layout = layout
    self.selection = selection
    context = CellContext(model.table, presentation, names)
  }

  func drawTitles(into canvas: inout Canvas, y: Int) {
    let sort = model.sort
    let isSeen = layout.items.contains { $0.id == sort.column }
    // A sum that has no column of its own on this screen is marked at its parts.
    let marked = isSeen ? [sort.column] : Column.with(sort.column).parts
    let titleStyle = Style.title
    canvas.write("", x: 0, y: y, width: canvas.width, style: titleStyle)
    for item in layout.items {
      let column = Column.with(item.id)
      let isMarked = marked.contains(item.id)
      canvas.write(
        isMarked ? "\(column.title)\(sort.isDescending ? "▼" : "▲")" : column.title,
        x: item.x,
        y: y,
        width: item.width,
        align: column.alignment,
        style: isMarked ? .sorted : titleStyle
      )
    }
  }

  func drawRows(into canvas: inout Canvas, y: Int, count: Int) {
    if model.count == 0, count > 0 {
      canvas.write(emptiness, x: 0, y: y, width: canvas.width)
      return
    }
    for line in 0..<max(0, count) {
      let position = selection.top + line
      guard let row = model.row(at: position) else { break }
      let isSelected = selection.id != nil && position == selection.position
      draw(row, isSelected: isSelected, into: &canvas, y: y + line)
    }
  }

  private func draw(_ row: Row, isSelected: Bool, into canvas: inout Canvas, y: Int) {
    for item in layout.items {
      let column = Column.with(item.id)
      canvas.write(
        column.cell(row, context).text(columns: item.width),
        x: item.x,
        y: y,
        width: item.width,
        align: column.alignment,
        style: style(row, column)
      )
    }
    if isSelected { canvas.fill(y: y, style: .selected) }
  }

  private func style(_ row: Row, _ column: Column) -> Style {
    guard let end = row.end else { return column.style(row, context) }
    let isOrderly = end.reason == .fin || end.reason == .unknown
    return column.id == .state && !isOrderly ? .failed : .faint
  }

  /// Why there is no row.
  private var emptiness: String {
    if model.table.samples == 0 { return "Waiting for the first figures…" }
    if !model.filter.isEmpty, model.connections > 0 {
      return "No connection matches the filter (Esc clears it)."
    }
    return "No TCP connections on this host."
  }
}
