import Connections
import Monitor
import StyledText
import Terminal

/// The titles of the columns and the rows below.
struct TableView {
  private let model: Model
  private let layout: ColumnLayout
  private let selection: Selection
  private let context: CellContext
  private let tree: TreeCell

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
    context = CellContext(model.table, presentation, names, sorted: layout.sorted)
    tree = TreeCell(kind: model.view.kind, folding: model.view.folding, context: context)
  }

  func drawTitles(into canvas: inout Canvas, y: Int) {
    let sort = model.view.sort
    canvas.write("", x: 0, y: y, width: canvas.width, style: .title)
    for item in layout.items {
      let column = Column.with(item.id)
      let isMarked = layout.sorted.contains(item.id)
      canvas.write(
        isMarked
          ? "\(model.table.title(ofSorted: column))\(sort.isDescending ? "▼" : "▲")" : column.title,
        x: item.x,
        y: y,
        width: item.width,
        align: column.alignment,
        style: isMarked ? .sorted : .title
      )
    }
    // Arrows point at hidden columns.
    if layout.hiddenLeft > 0 { canvas.write("◀", x: 0, y: y, style: .sorted) }
    if layout.hiddenRight > 0 { canvas.write("▶", x: canvas.width - 1, y: y, style: .sorted) }
  }

  /// - Parameters:
  ///   - highlights: rows that the first of these matches are shown in its style.
  ///   - alerts: rows with an alert are shown as alarming.
  func drawRows(
    into canvas: inout Canvas,
    y: Int,
    count: Int,
    highlights: [Settings.Highlight],
    alerts: ShownAlerts
  ) {
    if model.count == 0, count > 0 {
      canvas.write(emptiness, x: 0, y: y, width: canvas.width)
      if count > 1, model.table.samples > 0, let hint = model.view.filter.hint {
        canvas.write(hint, x: 0, y: y + 1, width: canvas.width)
      }
      return
    }
    let matchers = highlights.map { (matcher: RowMatcher($0.filter, model.table), style: $0.style) }
    for line in 0..<max(0, count) {
      let position = selection.top + line
      guard let row = model.row(at: position) else { break }
      draw(row, style(of: row, matchers, alerts), into: &canvas, y: y + line)
      if selection.id != nil, position == selection.position {
        canvas.fill(y: y + line, style: model.view.followed == row.id ? .followed : .selected)
      }
    }
  }

  /// What a row is shown as; `plain` leaves that to each of its figures.
  private func style(
    of row: Row,
    _ highlights: [(matcher: RowMatcher, style: Style)],
    _ alerts: ShownAlerts
  ) -> Style {
    if row.showsTag { return .tagged }
    if alerts.isRaised(row) { return .alarm }
    if row.isGroup { return .plain }
    for index in highlights.indices where highlights[index].matcher.isShown(row) {
      return highlights[index].style
    }
    return .plain
  }

  /// A row with a style of its own is an even bar: cells with others would leave stripes in it.
  private func draw(_ row: Row, _ base: Style, into canvas: inout Canvas, y: Int) {
    if base != .plain { canvas.fill(y: y, style: base) }
    for item in layout.items {
      let column = Column.with(item.id)
      let text =
        item.isTree
        ? tree.name(row, column, columns: item.width)
        : tree.cell(row, column).text(columns: item.width)
      canvas.write(
        text,
        x: item.x,
        y: y,
        width: item.width,
        align: item.isTree ? .left : column.alignment,
        style: base == .plain ? style(row, column) : base
      )
    }
  }

  private func style(_ row: Row, _ column: Column) -> Style {
    // Among closed connections, having ended is nothing special.
    guard let end = row.end, model.view.kind != .closed || column.id == .state else {
      return column.style(row, context)
    }
    let isOrderly = end.reason == .fin || end.reason == .unknown
    if column.id == .state, !isOrderly { return .failed }
    return model.view.kind == .closed ? .plain : .faint
  }

  /// Why there are no rows.
  private var emptiness: String {
    if model.table.samples == 0 { return "Waiting for the first figures…" }
    if !model.view.filter.isEmpty {
      return "Nothing here matches the filter (Esc clears it)."
    }
    switch model.view.kind {
    case .connections, .processes, .hosts, .namespaces: return "No TCP connections on this host."
    case .listeners: return "Nothing on this host listens for TCP connections."
    case .closed:
      // Samples alone do not show all that ended.
      return model.health?.gaps.contains(.shortLived) == true
        ? "No connection seen has ended; those shorter than an interval are not seen."
        : "No connection has ended since nettop started."
    }
  }
}
