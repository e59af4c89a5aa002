import Tracer

/// The rows of closed connections in the order of their ends, which is the order they leave in.
struct ClosedQueue: Sendable {
  private struct Item {
    let slot: Int32
    let heardAt: Timestamp
  }

  private var items: [Item] = []
  private var head = 0

  var count: Int { items.count - head }

  mutating func append(_ slot: Int32, heardAt: Timestamp) {
    items.append(Item(slot: slot, heardAt: heardAt))
  }

  /// Takes the oldest out if it was heard of at `moment` or before.
  mutating func popFirst(heardBy moment: Timestamp) -> Int32? {
    guard head < items.count, items[head].heardAt <= moment else { return nil }
    return popFirst()
  }

  /// Takes the oldest out.
  mutating func popFirst() -> Int32? {
    guard head < items.count else { return nil }
    let slot = items[head].slot
    head += 1
    if head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
    return slot
  }
}
