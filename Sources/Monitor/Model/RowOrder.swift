import Connections

/// The rows that are shown, in their order.
///
/// A change moves only the rows that changed: the others keep their order among themselves. While
/// it is frozen none moves: new ones come at the end.
struct RowOrder: Sendable {
  private let comparator: RowComparator
  private let isFrozen: Bool
  private(set) var places: [RowPlace]

  /// Puts all rows that a filter lets through into order.
  ///
  /// - Parameter isShown: whether the row of a slot is shown; false for a free slot.
  init(_ sort: SortOrder, _ table: ConnectionTable, isShown: (Int32) -> Bool) {
    comparator = RowComparator(sort)
    isFrozen = false
    places = []
    places.reserveCapacity(Int(table.bound))
    guard let group = comparator.group else {
      table.forEachRow(where: isShown) { row, slot in
        places.append(comparator.place(row, slot, table))
      }
      comparator.sort(&places, table, table)
      return
    }
    // Rows of a group have the same value, and to find it out and compare it takes its time.
    var indices: [Int64: Int32] = [:]
    var groups: [RowPlace] = []
    var numbers: [Int32] = []
    numbers.reserveCapacity(Int(table.bound))
    table.forEachRow(where: isShown) { row, slot in
      let key = group(row)
      let number = indices[key] ?? Int32(groups.count)
      if Int(number) == groups.count {
        indices[key] = number
        groups.append(comparator.place(row, slot, table))
      }
      numbers.append(number)
      places.append(groups[Int(number)].with(row.pointee.id, slot))
    }
    comparator.sort(&places, by: numbers, of: groups, table, table)
  }

  /// An order of the same rows that no change moves.
  init(freezing order: RowOrder) {
    comparator = order.comparator
    places = order.places
    isFrozen = true
  }

  var count: Int { places.count }

  func slot(at position: Int) -> Int32? {
    places.indices.contains(position) ? places[position].slot : nil
  }

  /// Where the row of a slot stands, if it is shown.
  func position(of slot: Int32, _ table: ConnectionTable) -> Int? {
    if isFrozen { return places.firstIndex { $0.slot == slot } }
    guard table.isUsed(slot) else { return nil }
    let place = place(slot, table)
    let index = index(for: place, upTo: count, table)
    return index < places.count && places[index].slot == slot ? index : nil
  }

  /// Takes rows that may have changed, or have left, to where they belong.
  ///
  /// - Parameters:
  ///   - dirty: those that the table calls dirty.
  ///   - entered: rows that were not shown before; `isShown` decides which others are left out.
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
    remove { isDirty[Int($0.slot)] || !isShown($0.slot) }
    insert(dirty.filter(isShown) + others, table)
  }

  /// As `removeAll(where:)`, which swaps places rather than moving them.
  private mutating func remove(where isLeaving: (RowPlace) -> Bool) {
    var kept = 0
    places.withUnsafeMutableBufferPointer { places in
      for place in places where !isLeaving(place) {
        places[kept] = place
        kept += 1
      }
    }
    places.removeLast(places.count - kept)
  }

  private mutating func insert(_ slots: [Int32], _ table: ConnectionTable) {
    var added: [RowPlace] = []
    added.reserveCapacity(slots.count)
    for slot in slots where table.isUsed(slot) { added.append(place(slot, table)) }
    comparator.sort(&added, table, table)
    // From the end, so that each place moves but once, within the memory that there is.
    var source = places.count
    places.append(contentsOf: added)
    var target = places.count
    for place in added.reversed() {
      let start = index(for: place, upTo: source, table)
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
      guard table.isUsed(place.slot), table.rows.values[Int(place.slot)].id.cookie == place.cookie
      else { return true }
      staying.insert(place.slot)
      return false
    }
    append(dirty.filter { isShown($0) && !staying.contains($0) }, table)
  }

  private mutating func append(_ slots: [Int32], _ table: ConnectionTable) {
    for slot in slots where table.isUsed(slot) {
      places.append(place(slot, table))
    }
  }

  private func place(_ slot: Int32, _ table: ConnectionTable) -> RowPlace {
    table.read(slot) { comparator.place($0, slot, table) }
  }

  /// The first place before `end` that does not come before this one, or `end`.
  private func index(for place: RowPlace, upTo end: Int, _ table: ConnectionTable) -> Int {
    var low = 0
    var high = end
    while low < high {
      let middle = (low + high) / 2
      if comparator.precedes(places[middle], place, table, table) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
