import Connections

/// The rows of closed connections in the order of their ends: the oldest stop lingering first, and
/// leave first.
struct ClosedQueue: Sendable {
  private struct Item {
    let slot: Int32
    let heardAt: Timestamp
  }

  private var items: [Item] = []
  /// The oldest that is kept.
  private var head = 0
  /// The oldest that lingers.
  private var lingering = 0

  /// How many there are that linger.
  var lingeringCount: Int { items.count - lingering }
  /// How many there are that no longer linger.
  var keptCount: Int { lingering - head }

  mutating func append(_ slot: Int32, heardAt: Timestamp) {
    items.append(Item(slot: slot, heardAt: heardAt))
  }

  /// The next one to stop lingering, if it was heard of at `moment` or before.
  mutating func settle(heardBy moment: Timestamp) -> Int32? {
    guard lingering < items.count, items[lingering].heardAt <= moment else { return nil }
    return settle()
  }

  /// The next one to stop lingering.
  mutating func settle() -> Int32? {
    guard lingering < items.count else { return nil }
    defer { lingering += 1 }
    return items[lingering].slot
  }

  /// Takes out the oldest of those that no longer linger.
  mutating func popFirst() -> Int32? {
    guard head < lingering else { return nil }
    let slot = items[head].slot
    head += 1
    if head * 2 > items.count {
      items.removeFirst(head)
      lingering -= head
      head = 0
    }
    return slot
  }
}
