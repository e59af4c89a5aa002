package import Terminal

extension Interface {
  /// How many rows the wheel moves by.
  private static let wheelRows = 3

  /// Does what the mouse asks for: a click selects, a double click opens, a click on a title sorts,
  /// the wheel scrolls.
  package mutating func handle(_ mouse: Mouse) -> Action? {
    switch mouse.action {
    case .wheelUp: return turn(-Self.wheelRows)
    case .wheelDown: return turn(Self.wheelRows)
    case .wheelLeft where panes.isEmpty: scroll(-1)
    case .wheelRight where panes.isEmpty: scroll(1)
    case .press(.left), .doubleClick(.left):
      // Who clicks elsewhere has done with typing; what cannot be accepted stays.
      if prompt != nil { return handle(.enter) }
      if mouse.action == .doubleClick(.left) { return doubleClick(mouse.x, mouse.y) }
      click(mouse.x, mouse.y)
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

  private mutating func click(_ x: Int, _ y: Int) {
    message = nil
    switch panes.last {
    case .columns(var chooser):
      guard let index = boxFrame.index(of: y) else { return }
      chooser.select(index)
      panes[panes.count - 1] = .columns(chooser)
    case .menu(var menu):
      guard let index = boxFrame.index(of: y) else { return }
      menu.select(index)
      panes[panes.count - 1] = .menu(menu)
    case .help, .details: break
    case nil: clickTable(x, y)
    }
  }

  /// The position of the row that stands in a line of the screen.
  private func position(of y: Int) -> Int? {
    guard tableLines.contains(y) else { return nil }
    let position = selection.top + y - tableLines.lowerBound
    return position < model.count ? position : nil
  }

  private mutating func clickTable(_ x: Int, _ y: Int) {
    if let position = position(of: y) {
      select { $0.select(position, of: $1) }
      stopFollowing()
    } else if y == tableLines.lowerBound - 1 {
      let item = layout.items.first { ($0.x...$0.x + $0.width).contains(x) }
      guard let item, Column.with(item.id).isSortable else { return }
      sort(by: view.sort.choosing(item.id))
    } else if y == 0, let tab = tabs.first(where: { $0.columns.contains(x) }) {
      go(to: tab.kind)
    }
  }

  private mutating func doubleClick(_ x: Int, _ y: Int) -> Action? {
    click(x, y)
    switch panes.last {
    case .menu: return boxFrame.index(of: y) == nil ? nil : perform(.open)
    case .columns: return boxFrame.index(of: y) == nil ? nil : perform(.toggleColumn)
    case nil: return selected != nil && position(of: y) == selection.position ? perform(.open) : nil
    case .help, .details: return nil
    }
  }
}
