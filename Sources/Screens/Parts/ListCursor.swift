import Monitor

/// Which line of a list is chosen, or is at the top of the screen.
struct ListCursor: Hashable, Sendable {
  private(set) var position = 0

  /// Goes to a line, or to the nearest there is.
  mutating func select(_ index: Int, of count: Int) {
    position = min(max(0, index), max(0, count - 1))
  }

  /// Performs the commands that move.
  mutating func move(_ command: Command, page: Int, of count: Int) {
    switch command {
    case .up: select(position - 1, of: count)
    case .down: select(position + 1, of: count)
    case .pageUp: select(position - page, of: count)
    case .pageDown: select(position + page, of: count)
    case .first: select(0, of: count)
    case .last: select(count - 1, of: count)
    default: break
    }
  }
}
