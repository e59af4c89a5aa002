import Connections

/// The rows that are shown, in their order.
///
/// A change moves only the rows that changed: the others keep their order among themselves. While
/// it is frozen none moves: new ones come at the end.
struct RowOrder: Sendable {
  let sort: SortOrder
  private let comparator: RowComparator
  let isFrozen: Bool
  private(set) var places: [RowPlace]

  /// Puts all rows that a filter lets through into order.
  ///
  /// - Parameter isShown: whether the row of a slot is shown; false for a free slot.
  init(
    _ sort: SortOrder,
    _ rows: some RowSource,
    _ table: ConnectionTable,
    isShown: (Int32) -> Bool
  ) {
    self.sort = sort
    comparator = RowComparator(sort)
    isFrozen = false
    places = []
    places.reserveCapacity(Int(rows.bound))
    guard let group = comparator.group else {
      for slot in 0..<rows.bound where isShown(slot) {
        places.append(rows.read(slot) { comparator.place($0, slot, table) })
      }
      comparator.sort(&places, rows, table)
      return
    }
    // Rows of a group have the same value, and to find it out and compare it takes its time.
    var indices: [Int64: Int32] = [:]
    var groups: [RowPlace] = []
    var numbers: [Int32] = []
    numbers.reserveCapacity(Int(rows.bound))
    for slot in 0..<rows.bound where isShown(slot) {
      rows.read(slot) { row in
        let key = group(row)
        let number = indices[key] ?? Int32(groups.count)
        if Int(number) == groups.count {
          indices[key] = number
          groups.append(comparator.place(row, slot, table))
        }
        numbers.append(number)
        places.append(groups[Int(number)].with(row.pointee.id, slot))
      }
    }
    comparator.sort(&places, by: numbers, of: groups, rows, table)
  }

  /// An order of the same rows that no change moves.
  init(freezing order: RowOrder) {
    sort = order.sort
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
    let place = place(slot, table, table)
    let index = index(for: place, upTo: count, table, table)
    return index < places.count && places[index].slot == slot ? index : nil
  }

  /// Takes rows that may have changed, or have left, to where they belong.
  ///
  /// - Parameters:
  ///   - dirty: those that may have changed, and may be shown no longer.
  ///   - isDirty: the same by slot.
  ///   - entered: rows that were not shown before; `isShown` decides which others are left out.
  mutating func update(
    _ dirty: [Int32],
    _ isDirty: [Bool],
    entered: [Int32] = [],
    _ rows: some RowSource,
    _ table: ConnectionTable,
    isShown: (Int32) -> Bool
  ) {
    let others = entered.filter { !isDirty[Int($0)] }
    if isFrozen {
      updateFrozen(dirty, isDirty, rows, table, isShown: isShown)
      return append(others, rows, table)
    }
    remove { isDirty[Int($0.slot)] || !isShown($0.slot) }
    insert(dirty.filter(isShown) + others, rows, table)
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

  private mutating func insert(
    _ slots: [Int32],
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) {
    var added: [RowPlace] = []
    added.reserveCapacity(slots.count)
    for slot in slots where rows.isUsed(slot) { added.append(place(slot, rows, table)) }
    comparator.sort(&added, rows, table)
    if places.isEmpty {
      places = added
      return
    }
    // From the end, so that each place moves but once, within the memory that there is.
    var source = places.count
    places.append(contentsOf: added)
    var target = places.count
    for place in added.reversed() {
      let start = index(for: place, upTo: source, rows, table)
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
    _ isDirty: [Bool],
    _ rows: some RowSource,
    _ table: ConnectionTable,
    isShown: (Int32) -> Bool
  ) {
    // A slot that another connection has now is not the row that stood here.
    var staying: Set<Int32> = []
    places.removeAll { place in
      if !isShown(place.slot) { return true }
      if !isDirty[Int(place.slot)] { return false }
      guard rows.isUsed(place.slot), rows.read(place.slot, { $0.pointee.id.cookie == place.cookie })
      else { return true }
      staying.insert(place.slot)
      return false
    }
    append(dirty.filter { isShown($0) && !staying.contains($0) }, rows, table)
  }

  private mutating func append(
    _ slots: [Int32],
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) {
    for slot in slots where rows.isUsed(slot) {
      places.append(place(slot, rows, table))
    }
  }

  private func place(
    _ slot: Int32,
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) -> RowPlace {
    rows.read(slot) { comparator.place($0, slot, table) }
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
