import Monitor

/// A list to choose from, with what is chosen.
struct Menu: Sendable {
  struct Item: Sendable {
    let text: String
    /// What choosing it does; `nil` for nothing.
    let action: Action?
    /// What selecting it does; `nil` for nothing.
    var preview: Action?
  }

  /// What the choice is about, a line each.
  let title: [String]
  let items: [Item]
  /// What leaving it without a choice does; `nil` for nothing.
  var cancelled: Action?
  private var place = ListCursor()

  /// Which of the items is chosen.
  var cursor: Int { place.position }

  /// - Parameter chosen: which of the items is chosen at first.
  init(title: [String], items: [Item], chosen: Int = 0) {
    self.title = title
    self.items = items
    select(chosen)
  }

  var chosen: Item? { items.indices.contains(cursor) ? items[cursor] : nil }

  mutating func select(_ index: Int) {
    place.select(index, of: items.count)
  }

  mutating func move(_ command: Command, page: Int) {
    place.move(command, page: page, of: items.count)
  }
}
