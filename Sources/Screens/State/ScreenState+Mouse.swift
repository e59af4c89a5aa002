import Monitor
package import Terminal

extension ScreenState {
  /// How many rows the wheel moves by.
  private static let wheelRows = 3

  /// Performs what a mouse event means: a click selects, a double click opens, a click on a title
  /// sorts, the wheel scrolls.
  package mutating func handle(_ mouse: Mouse) -> Action? {
    switch mouse.action {
    case .wheelUp: return turn(-Self.wheelRows)
    case .wheelDown: return turn(Self.wheelRows)
    case .wheelLeft where panes.isEmpty: scroll(-1)
    case .wheelRight where panes.isEmpty: scroll(1)
    case .press(.left), .doubleClick(.left):
      // A click elsewhere ends typing; what cannot be accepted stays.
      if prompt != nil { return handle(.enter) }
      if mouse.action == .doubleClick(.left) { return doubleClick(mouse.x, mouse.y) }
      return click(mouse.x, mouse.y)
    case .press(.right) where panes.isEmpty && prompt == nil: askForCondition(mouse.x, mouse.y)
    default: break
    }
    return nil
  }

  private mutating func turn(_ rows: Int) -> Action? {
    let command: Command = rows < 0 ? .up : .down
    if panes.isEmpty, selection.id == nil {
      select { $0.scroll(by: rows, in: $1) }
      return nil
    }
    for _ in 0..<abs(rows) { _ = perform(command) }
    return nil
  }

  private mutating func click(_ x: Int, _ y: Int) -> Action? {
    message = nil
    if let place = layout.key(x, y) { return perform(place.command) }
    if panes.isEmpty || context == .details, let bar = layout.timeline, bar.y == y {
      return bar.columns.contains(x) ? goToPast(bar.moment(at: x)) : nil
    }
    switch panes.last {
    case .columns(var chooser):
      guard let index = layout.box.index(of: y) else { return nil }
      chooser.select(index)
      panes[panes.count - 1] = .columns(chooser)
    case .menu(var menu):
      guard let index = layout.box.index(of: y) else { return nil }
      menu.select(index)
      return show(menu)
    case .alerts(var pane):
      guard let index = layout.box.index(of: y) else { return nil }
      pane.select(index, shownAlerts.entries.reversed())
      panes[panes.count - 1] = .alerts(pane)
    case .help, .details, .notice: break
    case nil: clickTable(x, y)
    }
    return nil
  }

  /// Selects the row in a line of the screen and opens the menu of its conditions, that of the cell
  /// first.
  private mutating func askForCondition(_ x: Int, _ y: Int) {
    message = nil
    guard let position = position(of: y) else { return }
    select { $0.select(position, of: $1) }
    stopFollowing()
    askForCondition(layout.column(at: x)?.id)
  }

  /// The position of the row in a line of the screen.
  private func position(of y: Int) -> Int? {
    guard layout.tableLines.contains(y) else { return nil }
    let position = selection.top + y - layout.tableLines.lowerBound
    return position < model.count ? position : nil
  }

  private mutating func clickTable(_ x: Int, _ y: Int) {
    if let position = position(of: y) {
      select { $0.select(position, of: $1) }
      stopFollowing()
    } else if y == layout.tableLines.lowerBound - 1 {
      guard let item = layout.column(at: x), Column.with(item.id).isSortable else { return }
      sort(by: view.sort.choosing(item.id))
    } else if y == 0, let tab = layout.tabs.first(where: { $0.columns.contains(x) }) {
      go(to: tab.kind)
    }
  }

  private mutating func doubleClick(_ x: Int, _ y: Int) -> Action? {
    if y == layout.lastLine, !layout.keys.isEmpty { return click(x, y) }
    _ = click(x, y)
    switch panes.last {
    case .menu, .alerts: return layout.box.index(of: y) == nil ? nil : perform(.open)
    case .columns: return layout.box.index(of: y) == nil ? nil : perform(.toggleColumn)
    case nil: return selected != nil && position(of: y) == selection.position ? perform(.open) : nil
    case .help, .details, .notice: return nil
    }
  }
}
