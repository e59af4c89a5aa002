import Tracer

/// Where a row stands in an order, with what it takes to compare it with most others.
struct RowPlace: Sendable {
  let prefix: UInt64
  let secondPrefix: UInt64
  let cookie: UInt64
  let slot: Int32
  /// Whether rows of the same prefix have the same value.
  let isExact: Bool

  /// The place of another row with the same value.
  func with(_ id: Connection.ID, _ slot: Int32) -> RowPlace {
    RowPlace(
      prefix: prefix,
      secondPrefix: secondPrefix,
      cookie: id.cookie,
      slot: slot,
      isExact: isExact
    )
  }
}

/// Tells which row comes first.
struct RowComparator: Sendable {
  private let isDescending: Bool
  private let value: Column.Sort
  /// As the column has it.
  let group: Column.Group?

  init(_ sort: SortOrder) {
    isDescending = sort.isDescending
    let column = Column.with(sort.column)
    value = column.sort
    group = column.group
  }

  func place(_ row: Row, _ slot: Int32, _ table: ConnectionTable) -> RowPlace {
    let value = value(row, table)
    let prefix = value.prefix(isDescending: isDescending)
    return RowPlace(
      prefix: prefix.0,
      secondPrefix: prefix.1,
      cookie: row.id.cookie,
      slot: slot,
      isExact: value.isExact
    )
  }

  /// Sorts places of rows of this source.
  func sort(_ places: inout [RowPlace], _ rows: some RowSource, _ table: ConnectionTable) {
    // Few are sorted sooner by comparing them.
    guard places.count > 512 else {
      places.sort { precedes($0, $1, rows, table) }
      return
    }
    sortByNumbers(&places)
    // What numbers do not tell apart are runs of equal ones.
    var start = 0
    while start < places.count {
      var end = start + 1
      while end < places.count, places[start].isUntold(from: places[end]) { end += 1 }
      if end - start > 1 {
        places[start..<end].sort { precedes($0, $1, rows, table) }
      }
      start = end
    }
  }

  /// Sorts by prefix, second prefix and cookie.
  private func sortByNumbers(_ places: inout [RowPlace]) {
    var items = places.indices.map { RadixSort.Item(key: 0, index: Int32($0)) }
    var scratch = items
    func sort(by key: (RowPlace) -> UInt64) {
      for index in items.indices { items[index].key = key(places[Int(items[index].index)]) }
      RadixSort.sort(&items, scratch: &scratch)
    }
    sort { $0.cookie }
    sort { $0.secondPrefix }
    sort { $0.prefix }
    places = items.map { places[Int($0.index)] }
  }

  /// By value, and by ID where values are the same, so that no two rows are alike.
  func precedes(
    _ lhs: RowPlace,
    _ rhs: RowPlace,
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) -> Bool {
    // Most are told apart by this alone, without a call.
    if lhs.prefix != rhs.prefix { return lhs.prefix < rhs.prefix }
    return compareValues(lhs, rhs, rows, table) ?? precedesByID(lhs, rhs, rows)
  }

  func precedesByID(_ lhs: RowPlace, _ rhs: RowPlace, _ rows: some RowSource) -> Bool {
    if lhs.cookie != rhs.cookie { return lhs.cookie < rhs.cookie }
    return generation(lhs, rows) < generation(rhs, rows)
  }

  /// Whether the first comes before the second by their values; `nil` if these are the same.
  func compareValues(
    _ lhs: RowPlace,
    _ rhs: RowPlace,
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) -> Bool? {
    if lhs.prefix != rhs.prefix { return lhs.prefix < rhs.prefix }
    if lhs.secondPrefix != rhs.secondPrefix { return lhs.secondPrefix < rhs.secondPrefix }
    if lhs.isExact, rhs.isExact { return nil }
    guard let left = rows[lhs.slot], let right = rows[rhs.slot] else { return nil }
    if let group, group(left) == group(right) { return nil }
    let (first, second) = (value(left, table), value(right, table))
    if first < second { return !isDescending }
    if second < first { return isDescending }
    return nil
  }

  private func generation(_ place: RowPlace, _ rows: some RowSource) -> UInt64 {
    rows[place.slot]?.id.generation ?? 0
  }
}

extension RowPlace {
  /// Whether numbers alone do not tell which of two comes first.
  fileprivate func isUntold(from other: RowPlace) -> Bool {
    guard prefix == other.prefix, secondPrefix == other.secondPrefix else { return false }
    return cookie == other.cookie || !isExact || !other.isExact
  }
}
