import Tracer

/// Where a row stands in an order, with what it takes to compare it with most others.
struct RowPlace: Sendable {
  let prefix: UInt64
  let cookie: UInt64
  let slot: Int32
  /// Whether rows of the same prefix have the same value.
  let isExact: Bool
}

/// Tells which row comes first.
struct RowComparator: Sendable {
  private let isDescending: Bool
  private let value: Column.Sort

  init(_ sort: SortOrder) {
    isDescending = sort.isDescending
    value = Column.with(sort.column).sort
  }

  func place(_ row: Row, _ slot: Int32, _ table: ConnectionTable) -> RowPlace {
    let value = value(row, table)
    return RowPlace(
      prefix: value.prefix(isDescending: isDescending),
      cookie: row.id.cookie,
      slot: slot,
      isExact: value.isExact
    )
  }

  /// By value, and by ID where values are the same, so that no two rows are alike.
  func precedes(_ lhs: RowPlace, _ rhs: RowPlace, _ table: ConnectionTable) -> Bool {
    if lhs.prefix != rhs.prefix { return lhs.prefix < rhs.prefix }
    if !lhs.isExact || !rhs.isExact, let order = compareValues(lhs, rhs, table) { return order }
    if lhs.cookie != rhs.cookie { return lhs.cookie < rhs.cookie }
    return generation(lhs, table) < generation(rhs, table)
  }

  /// Whether the first comes before the second by their values; `nil` if these are the same.
  private func compareValues(
    _ lhs: RowPlace,
    _ rhs: RowPlace,
    _ table: ConnectionTable
  ) -> Bool? {
    guard let left = table[lhs.slot], let right = table[rhs.slot] else { return nil }
    let (first, second) = (value(left, table), value(right, table))
    if first < second { return !isDescending }
    if second < first { return isDescending }
    return nil
  }

  private func generation(_ place: RowPlace, _ table: ConnectionTable) -> UInt64 {
    table[place.slot]?.id.generation ?? 0
  }
}
