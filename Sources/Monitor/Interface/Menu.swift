/// A list to choose from, with what is chosen.
struct Menu: Sendable {
  struct Item: Sendable {
    let text: String
    /// What choosing it asks for; `nil` for nothing.
    let action: Action?
  }

  /// What the choice is about, a line each.
  let title: [String]
  let items: [Item]
  private(set) var cursor = 0

  init(title: [String], items: [Item]) {
    self.title = title
    self.items = items
  }

  var chosen: Item? { items.indices.contains(cursor) ? items[cursor] : nil }

  mutating func select(_ index: Int) {
    cursor = min(max(0, index), max(0, items.count - 1))
  }

  mutating func move(_ command: Command, page: Int) {
    switch command {
    case .up: select(cursor - 1)
    case .down: select(cursor + 1)
    case .pageUp: select(cursor - page)
    case .pageDown: select(cursor + page)
    case .first: select(0)
    case .last: select(items.count - 1)
    default: break
    }
  }
}
