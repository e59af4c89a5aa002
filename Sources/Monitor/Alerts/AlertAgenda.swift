import Connections

/// Connections by the time at which they are to be looked at again: a binary heap, the earliest first.
struct AlertAgenda: Sendable {
  struct Item: Sendable {
    let due: Timestamp
    let slot: Int32
    /// When the match began that it is about. It is out of date where another match began since.
    let since: Timestamp

    /// Those of one moment are in the order of their slots.
    fileprivate func comes(before other: Item) -> Bool { (due, slot) < (other.due, other.slot) }
  }

  private var items: [Item] = []

  var count: Int { items.count }

  mutating func add(_ item: Item) {
    var index = items.count
    items.append(item)
    while index > 0, items[index].comes(before: items[(index - 1) / 2]) {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Takes out the earliest, if its time has come.
  mutating func popFirst(by time: Timestamp) -> Item? {
    guard let first = items.first, first.due <= time else { return nil }
    items.swapAt(0, items.count - 1)
    items.removeLast()
    sink(0)
    return first
  }

  /// Removes those that are out of date.
  mutating func keep(_ isNeeded: (Item) -> Bool) {
    items = items.filter(isNeeded)
    for index in (0..<items.count / 2).reversed() { sink(index) }
  }

  private mutating func sink(_ start: Int) {
    var index = start
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < items.count && items[child].comes(before: items[least]) {
        least = child
      }
      if least == index { return }
      items.swapAt(index, least)
      index = least
    }
  }
}
