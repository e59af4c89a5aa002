import Connections

/// What connections have carried that groups show no longer, as far as a filter lets them through.
struct FilteredTotals: Sendable {
  private(set) var totals: GroupTotals
  /// Of it, what the last batch brought of connections that no view shows among the live ones.
  private(set) var recent = ConnectionTable.Activity()
  /// The slots of the kept rows that are in it: whether a filter lets a row through can change.
  private var slots: Set<Int32> = []

  /// Of the rows that are kept.
  init(_ table: ConnectionTable, _ filter: Filter) {
    totals = GroupTotals(halfLife: table.halfLife)
    let matcher = RowMatcher(filter, table)
    table.forEachRow(where: table.isUsed) { row, slot in
      guard row.pointee.hasRetired, row.pointee.isCounted, matcher.isShown(row) else { return }
      add(table.total(of: row.pointee, slot), of: row.pointee, slot, table)
    }
    totals.beginBatch()
  }

  /// Adds what left its groups in the last batch, and takes what got another owner to that one.
  mutating func update(_ table: ConnectionTable, _ filter: Filter) {
    totals.beginBatch()
    recent = ConnectionTable.Activity()
    let matcher = RowMatcher(filter, table)
    for one in table.retired {
      if let owner = one.formerOwner, let slot = one.slot, slots.contains(slot) {
        var row = one.row
        row.owner = owner
        totals.subtract(one.total, from: GroupKey.all(of: row, table))
      }
      if let slot = one.slot { slots.remove(slot) }
      guard matcher.isShown(one.row) else { continue }
      add(one.total, of: one.row, one.slot, table)
      if one.formerOwner == nil { recent.add(one.row, in: table.samples) }
    }
    // These groups have rows, unless they are older.
    if totals.isOverfull { totals.prune { table.totals.has($0) } }
  }

  private mutating func add(
    _ total: GroupTotals.Total,
    of row: Row,
    _ slot: Int32?,
    _ table: ConnectionTable
  ) {
    totals.add(total, to: GroupKey.all(of: row, table), sample: table.samples)
    if let slot { slots.insert(slot) }
  }
}
