import Connections
import Monitor

/// What keys do in the table.
extension ScreenState {
  mutating func moveSelection(_ command: Command) {
    let page = max(1, layout.pageRows)
    select { selection, model in
      switch command {
      case .up: selection.move(by: -1, in: model)
      case .down: selection.move(by: 1, in: model)
      case .pageUp: selection.move(by: -page, in: model)
      case .pageDown: selection.move(by: page, in: model)
      case .first: selection.select(0, of: model)
      case .last: selection.select(model.count - 1, of: model)
      default: break
      }
    }
    stopFollowing()
  }

  /// Moving ends following. The row may leave then, so this comes last.
  mutating func stopFollowing() {
    if view.followed != nil { update { $0.followed = nil } }
  }

  /// Goes this many views further, wrapping around.
  mutating func go(by step: Int) {
    let kinds = ViewKind.allCases
    let index = (kinds.firstIndex(of: view.kind) ?? 0) + step
    go(to: kinds[(index + kinds.count) % kinds.count])
  }

  /// Shows the tree of processes and connections, or goes back to the connections.
  mutating func toggleTree() {
    guard view.kind != .processes else { return go(to: .connections) }
    go(to: .processes)
    update { $0.folding.foldAll(false) }
  }

  mutating func fold(_ folds: Bool) {
    guard let row = selected, view.kind.grouping != nil else {
      return tell("Select a process, host or namespace (views 2, 3, 4) to unfold")
    }
    guard row.isGroup else {
      // A connection goes with its group, which is above it.
      if folds, let group = selectGroupAbove() {
        update { $0.folding.fold(group.id, true) }
      }
      return
    }
    update { $0.folding.fold(row.id, folds) }
  }

  /// Selects the group of the selected connection.
  @discardableResult
  private mutating func selectGroupAbove() -> Row? {
    var position = selection.position
    while position > 0, model.row(at: position)?.isGroup == false { position -= 1 }
    guard let group = model.row(at: position), group.isGroup else { return nil }
    select { $0.select(position, of: $1) }
    return group
  }

  mutating func foldAll() {
    guard view.kind.grouping != nil else { return }
    // The selection moves to the group rather than to the row that takes its place.
    if !view.folding.foldsAll, selected?.isGroup == false { selectGroupAbove() }
    update { $0.folding.foldAll(!$0.folding.foldsAll) }
  }

  /// Scrolls sideways by a column.
  mutating func scroll(_ step: Int) {
    if step > 0, layout.columns.hiddenRight == 0 { return }
    updateCurrent { $0.skipped = max(0, $0.skipped + step) }
  }

  /// Puts the rows into another order and shows the first of them; one that is followed stays in view.
  mutating func sort(by order: SortOrder) {
    update { $0.sort = order }
    if view.followed == nil { select { $0.goToTop(of: $1) } }
  }

  /// Orders by the next column of the screen that an order can go by.
  mutating func sortByNeighbour(_ step: Int) {
    let sortable = layout.columns.items.map(\.id).filter { Column.with($0).isSortable }
    guard !sortable.isEmpty else { return }
    let sort = view.sort.column
    let seen =
      sortable.contains(sort) ? sort : Column.with(sort).parts.first { sortable.contains($0) }
    let index = seen.flatMap { sortable.firstIndex(of: $0) } ?? 0
    let next = sortable[(index + step + sortable.count) % sortable.count]
    self.sort(by: SortOrder(next))
  }

  mutating func toggleFollowing() {
    // A row that has left is no longer followed.
    if let followed = view.followed, followed == selected?.id { return stopFollowing() }
    guard let row = selected else { return tellToSelect() }
    update { $0.followed = row.id }
  }

  /// Tags the selected row, or removes its tag, and goes to the next.
  mutating func tagSelected() {
    guard let row = selected else { return tellToSelect() }
    tag(row, !row.isTagged)
    select { $0.move(by: 1, in: $1) }
  }

  /// Says why a key that is about a row did nothing.
  mutating func tellToSelect() {
    tell("Select a row first (Up/Down)")
  }

  mutating func back() {
    if !view.filter.isEmpty {
      promptHistory.add(view.filter.text)
      update { $0.filter = Filter() }
      return tellOfClearedFilter()
    }
    update { $0.followed = nil }
    select { selection, _ in selection.clear() }
  }
}
