import Tracer

/// The rows that are shown, in their order.
///
/// A change moves only the rows that changed: the others keep their order among themselves. While
/// it is frozen none moves: new ones come at the end.
struct RowOrder: Sendable {
  private let comparator: RowComparator
  private let isFrozen: Bool
  private(set) var places: [RowPlace]

  /// Puts all rows that a filter lets through into order.
  init(
    _ sort: SortOrder,
    _ rows: some RowSource,
    _ table: ConnectionTable,
    isShown: (Int32) -> Bool
  ) {
    comparator = RowComparator(sort)
    isFrozen = false
    places = []
    if let group = comparator.group {
      let shown = (0..<rows.bound).filter(isShown)
      places = Self.places(of: shown, by: group, comparator, rows, table)
    } else {
      places.reserveCapacity(Int(rows.bound))
      for slot in 0..<rows.bound where isShown(slot) {
        guard let row = rows[slot] else { continue }
        places.append(comparator.place(row, slot, table))
      }
      comparator.sort(&places, rows, table)
    }
  }

  /// An order of the same rows that no change moves.
  init(freezing order: RowOrder) {
    comparator = order.comparator
    places = order.places
    isFrozen = true
  }

  /// Orders the groups first: they are few, and comparing long texts takes its time.
  private static func places(
    of slots: [Int32],
    by group: Column.Group,
    _ comparator: RowComparator,
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) -> [RowPlace] {
    var indices: [Int64: Int] = [:]
    var groups: [[RowPlace]] = []
    for slot in slots {
      guard let row = rows[slot] else { continue }
      let number = group(row)
      if let index = indices[number] {
        groups[index].append(groups[index][0].with(row.id, slot))
      } else {
        indices[number] = groups.count
        groups.append([comparator.place(row, slot, table)])
      }
    }
    groups.sort { comparator.precedes($0[0], $1[0], rows, table) }

    var result: [RowPlace] = []
    result.reserveCapacity(slots.count)
    var start = 0
    for group in groups {
      // Groups of the same value are one run, ordered by ID.
      if let last = result.last, comparator.compareValues(last, group[0], rows, table) != nil {
        result[start...].sort { comparator.precedesByID($0, $1, rows) }
        start = result.count
      }
      result.append(contentsOf: group)
    }
    result[start...].sort { comparator.precedesByID($0, $1, rows) }
    return result
  }

  var count: Int { places.count }

  func slot(at position: Int) -> Int32? {
    places.indices.contains(position) ? places[position].slot : nil
  }

  /// Where the row of a slot stands, if it is shown.
  func position(of slot: Int32, _ rows: some RowSource, _ table: ConnectionTable) -> Int? {
    if isFrozen { return places.firstIndex { $0.slot == slot } }
    guard let row = rows[slot] else { return nil }
    let index = index(for: comparator.place(row, slot, table), upTo: count, rows, table)
    return index < places.count && places[index].slot == slot ? index : nil
  }

  /// Takes rows that may have changed, or have left, to where they belong.
  ///
  /// - Parameters:
  ///   - dirty: those that the table calls dirty.
  ///   - entered: rows that were not shown before; which others are left out, `isShown` tells.
  mutating func update(
    _ dirty: [Int32],
    entered: [Int32],
    _ table: ConnectionTable,
    isShown: (Int32) -> Bool
  ) {
    let isDirty = table.isDirty
    let others = entered.filter { !isDirty[Int($0)] }
    if isFrozen {
      updateFrozen(dirty, table, isShown: isShown)
      return append(others, table)
    }
    places.removeAll { isDirty[Int($0.slot)] || !isShown($0.slot) }
    insert(dirty.filter(isShown) + others, table)
  }

  private mutating func insert(_ slots: [Int32], _ table: ConnectionTable) {
    var added: [RowPlace] = []
    added.reserveCapacity(slots.count)
    for slot in slots {
      guard let row = table[slot] else { continue }
      added.append(comparator.place(row, slot, table))
    }
    comparator.sort(&added, table, table)
    // From the end, so that each place moves but once, within the memory that there is.
    var source = places.count
    places.append(contentsOf: added)
    var target = places.count
    for place in added.reversed() {
      let start = index(for: place, upTo: source, table, table)
      let count = source - start
      target -= count + 1
      places.withUnsafeMutableBufferPointer { places in
        guard let base = places.baseAddress else { return }
        (base + target + 1).update(from: base + start, count: count)
      }
      places[target] = place
      source = start
    }
  }

  private mutating func updateFrozen(
    _ dirty: [Int32],
    _ table: ConnectionTable,
    isShown: (Int32) -> Bool
  ) {
    let isDirty = table.isDirty
    // A slot that another connection has now is not the row that stood here.
    var staying: Set<Int32> = []
    places.removeAll { place in
      if !isShown(place.slot) { return true }
      if !isDirty[Int(place.slot)] { return false }
      guard let row = table[place.slot], row.id.cookie == place.cookie else { return true }
      staying.insert(place.slot)
      return false
    }
    append(dirty.filter { isShown($0) && !staying.contains($0) }, table)
  }

  private mutating func append(_ slots: [Int32], _ table: ConnectionTable) {
    for slot in slots {
      guard let row = table[slot] else { continue }
      places.append(comparator.place(row, slot, table))
    }
  }

  /// The first place before `end` that does not come before this one, or `end`.
  private func index(
    for place: RowPlace,
    upTo end: Int,
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) -> Int {
    var low = 0
    var high = end
    while low < high {
      let middle = (low + high) / 2
      if comparator.precedes(places[middle], place, rows, table) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
