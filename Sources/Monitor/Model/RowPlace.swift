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

  func sort(_ places: inout [RowPlace], _ table: ConnectionTable) {
    places.sort { lhs, rhs in
      // Most are told apart by this alone, without a call.
      if lhs.prefix != rhs.prefix { return lhs.prefix < rhs.prefix }
      return precedes(lhs, rhs, table)
    }
  }

  /// By value, and by ID where values are the same, so that no two rows are alike.
  func precedes(_ lhs: RowPlace, _ rhs: RowPlace, _ table: ConnectionTable) -> Bool {
    compareValues(lhs, rhs, table) ?? precedesByID(lhs, rhs, table)
  }

  func precedesByID(_ lhs: RowPlace, _ rhs: RowPlace, _ table: ConnectionTable) -> Bool {
    if lhs.cookie != rhs.cookie { return lhs.cookie < rhs.cookie }
    return generation(lhs, table) < generation(rhs, table)
  }

  /// Whether the first comes before the second by their values; `nil` if these are the same.
  func compareValues(_ lhs: RowPlace, _ rhs: RowPlace, _ table: ConnectionTable) -> Bool? {
    if lhs.prefix != rhs.prefix { return lhs.prefix < rhs.prefix }
    if lhs.secondPrefix != rhs.secondPrefix { return lhs.secondPrefix < rhs.secondPrefix }
    if lhs.isExact, rhs.isExact { return nil }
    guard let left = table[lhs.slot], let right = table[rhs.slot] else { return nil }
    if let group, group(left) == group(right) { return nil }
    let (first, second) = (value(left, table), value(right, table))
    if first < second { return !isDescending }
    if second < first { return isDescending }
    return nil
  }

  private func generation(_ place: RowPlace, _ table: ConnectionTable) -> UInt64 {
    table[place.slot]?.id.generation ?? 0
  }
}
