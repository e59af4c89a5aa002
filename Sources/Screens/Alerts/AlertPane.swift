import Monitor

/// The list of the last alerts: which of them is chosen.
struct AlertPane: Sendable {
  /// The number of the chosen alert; `nil` for the newest.
  private(set) var chosen: AlertBoard.Entry.ID?

  /// Where the chosen one stands among these, the newest first.
  func position(_ entries: [AlertBoard.Entry]) -> Int {
    // Entries leave at the old end.
    chosen.map { id in entries.firstIndex { $0.id <= id } ?? entries.count - 1 } ?? 0
  }

  mutating func move(_ command: Command, page: Int, _ entries: [AlertBoard.Entry]) {
    if entries.isEmpty { return }
    var place = ListCursor()
    place.select(position(entries), of: entries.count)
    place.move(command, page: page, of: entries.count)
    chosen = entries[place.position].id
  }

  mutating func select(_ position: Int, _ entries: [AlertBoard.Entry]) {
    if entries.indices.contains(position) { chosen = entries[position].id }
  }
}
