/// The rows that are shown, in their order.
///
/// A change moves only the rows that changed: the others keep their order among themselves.
struct RowOrder: Sendable {
  private let comparator: RowComparator
  private var places: [RowPlace]

  /// Puts all rows that a filter lets through into order.
  init(_ sort: SortOrder, _ table: ConnectionTable, isShown: (Row) -> Bool) {
    comparator = RowComparator(sort)
    places = []
    let shown = (0..<table.bound).filter { slot in table[slot].map(isShown) ?? false }
    if let group = comparator.group {
      places = Self.places(of: shown, by: group, comparator, table)
    } else {
      places = shown.compactMap { slot in
        table[slot].map { comparator.place($0, slot, table) }
      }
      comparator.sort(&places, table)
    }
  }

  /// Orders the groups first: they are few, and comparing long texts takes its time.
  private static func places(
    of slots: [Int32],
    by group: Column.Group,
    _ comparator: RowComparator,
    _ table: ConnectionTable
  ) -> [RowPlace] {
    var indices: [Int64: Int] = [:]
    var groups: [[RowPlace]] = []
    for slot in slots {
      guard let row = table[slot] else { continue }
      let number = group(row)
      if let index = indices[number] {
        groups[index].append(groups[index][0].with(row.id, slot))
      } else {
        indices[number] = groups.count
        groups.append([comparator.place(row, slot, table)])
      }
    }
    groups.sort { comparator.precedes($0[0], $1[0], table) }

    var result: [RowPlace] = []
    result.reserveCapacity(groups.reduce(0) { $0 + $1.count })
    var start = 0
    for group in groups {
      // Groups of the same value are one run, ordered by ID.
      if let last = result.last, comparator.compareValues(last, group[0], table) != nil {
        result[start...].sort { comparator.precedesByID($0, $1, table) }
        start = result.count
      }
      result.append(contentsOf: group)
    }
    result[start...].sort { comparator.precedesByID($0, $1, table) }
    return result
  }

  var count: Int { places.count }

  func slot(at position: Int) -> Int32? {
    places.indices.contains(position) ? places[position].slot : nil
  }

  /// Where the row of a slot stands, if it is shown.
  func position(of slot: Int32, _ table: ConnectionTable) -> Int? {
    guard let row = table[slot] else { return nil }
    let index = index(for: comparator.place(row, slot, table), from: 0, table)
    return index < places.count && places[index].slot == slot ? index : nil
  }

  /// Takes rows that may have changed, or have left, to where they belong.
  mutating func update(_ dirty: [Int32], _ table: ConnectionTable, isShown: (Row) -> Bool) {
    guard !dirty.isEmpty else { return }
    var moved = dirty.compactMap { slot -> RowPlace? in
      guard let row = table[slot], isShown(row) else { return nil }
      return comparator.place(row, slot, table)
    }
    comparator.sort(&moved, table)
    let isDirty = table.isDirty
    places.removeAll { isDirty[Int($0.slot)] }

    var merged: [RowPlace] = []
    merged.reserveCapacity(places.count + moved.count)
    var start = 0
    for place in moved {
      let end = index(for: place, from: start, table)
      merged.append(contentsOf: places[start..<end])
      merged.append(place)
      start = end
    }
    merged.append(contentsOf: places[start...])
    places = merged
  }

  /// The first place from `start` on that does not come before this one.
  private func index(for place: RowPlace, from start: Int, _ table: ConnectionTable) -> Int {
    var low = start
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if comparator.precedes(places[middle], place, table) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
