import Connections

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

/// Compares rows.
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

  func place(_ row: RowPointer, _ slot: Int32, _ table: ConnectionTable) -> RowPlace {
    let value = value(row, table)
    let prefix = value.prefix(isDescending: isDescending)
    return RowPlace(
      prefix: prefix.0,
      secondPrefix: prefix.1,
      cookie: row.pointee.id.cookie,
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
    let old = places
    places = Self.sorted(
      old,
      by: [{ old[$0].cookie }, { old[$0].secondPrefix }, { old[$0].prefix }],
      isTied: { old[$0].isTied(from: old[$1]) },
      precedes: { precedes($0, $1, rows, table) }
    )
  }

  /// Sorts places of which many have the same value, by comparing a few of them only.
  ///
  /// - Parameters:
  ///   - numbers: for each place, which of `groups` has its value.
  ///   - groups: a place for each value at least.
  func sort(
    _ places: inout [RowPlace],
    by numbers: [Int32],
    of groups: [RowPlace],
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) {
    let ranks = ranks(of: groups, rows, table)
    let old = places
    let rank = { ranks[Int(numbers[$0])] }
    places = Self.sorted(
      old,
      by: [{ old[$0].cookie }, rank],
      isTied: { old[$0].cookie == old[$1].cookie && rank($0) == rank($1) },
      precedes: { precedesByID($0, $1, rows) }
    )
  }

  /// Numbers for values in their order, the same for the same value.
  private func ranks(
    of groups: [RowPlace],
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) -> [UInt64] {
    let order = groups.indices.sorted { precedes(groups[$0], groups[$1], rows, table) }
    var ranks = [UInt64](repeating: 0, count: groups.count)
    for (previous, next) in zip(order, order.dropFirst()) {
      let isSame = compareValues(groups[previous], groups[next], rows, table) == nil
      ranks[next] = ranks[previous] + (isSame ? 0 : 1)
    }
    return ranks
  }

  /// Sorts places by numbers, which are functions of an index, the last one first.
  ///
  /// - Parameters:
  ///   - isTied: whether the numbers of two do not decide which comes first.
  ///   - precedes: what decides it then.
  private static func sorted(
    _ places: [RowPlace],
    by numbers: [(Int) -> UInt64],
    isTied: (Int, Int) -> Bool,
    precedes: (RowPlace, RowPlace) -> Bool
  ) -> [RowPlace] {
    let items = RadixSort.order(of: places.count, by: numbers)
    var sorted = items.map { places[Int($0.index)] }
    var start = 0
    while start < items.count {
      let first = Int(items[start].index)
      var end = start + 1
      while end < items.count, isTied(first, Int(items[end].index)) { end += 1 }
      if end - start > 1 { sorted[start..<end].sort(by: precedes) }
      start = end
    }
    return sorted
  }

  /// By value, and by ID where values are the same, so that no two rows are alike.
  func precedes(
    _ lhs: RowPlace,
    _ rhs: RowPlace,
    _ rows: some RowSource,
    _ table: ConnectionTable
  ) -> Bool {
    // This alone decides for most, without a call.
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
    if let group, left.read(group) == right.read(group) { return nil }
    let first = left.read { value($0, table) }
    let second = right.read { value($0, table) }
    if first < second { return !isDescending }
    if second < first { return isDescending }
    return nil
  }

  private func generation(_ place: RowPlace, _ rows: some RowSource) -> UInt64 {
    rows[place.slot]?.id.generation ?? 0
  }
}

extension RowPlace {
  /// Whether numbers alone do not decide which of two comes first.
  fileprivate func isTied(from other: RowPlace) -> Bool {
    guard prefix == other.prefix, secondPrefix == other.secondPrefix else { return false }
    return cookie == other.cookie || !isExact || !other.isExact
  }
}
